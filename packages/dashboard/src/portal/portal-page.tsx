import { useState } from "react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PortalKey } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { DataTable } from "../parts/data-table.tsx";
import type { Column } from "../parts/data-table.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Instant } from "../parts/instant.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { Panel } from "../parts/panel.tsx";
import { RevealDialog } from "../parts/reveal-dialog.tsx";
import { Stack } from "../parts/stack.tsx";
import { portalText } from "../text/portal.ts";
import { CreateOwnKeyDialog } from "./create-own-key-dialog.tsx";
import { OwnKeyActions } from "./own-key-actions.tsx";
import { OWN_KEY_COLUMNS } from "./own-key-columns.tsx";
import { OwnUsage } from "./own-usage.tsx";
import { useVisit } from "./visit.tsx";

const KEYS_MAX = 100;

function actionsColumn(
  onChanged: () => Promise<void>,
  onShow: (shown: Shown) => void,
): Column<PortalKey> {
  return {
    header: portalText.columns.action,
    cell: (key) => <OwnKeyActions of={key} onChanged={onChanged} onShow={onShow} />,
  };
}

/** A secret that is to be shown, this once. */
export interface Shown {
  readonly title: string;
  readonly secret: string;
}

export function PortalPage() {
  const { client, session } = useVisit();
  const queries = useQueryClient();
  const [isCreating, setCreating] = useState(false);
  const [shown, setShown] = useState<Shown>();
  const keys = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => client.portal.keys.list({ limit: KEYS_MAX }, { signal }),
  });
  const onChanged = () => queries.invalidateQueries({ queryKey: ["keys"] });
  const create = session.actions.includes("create") && (
    <Button tone="primary" icon="plus" onClick={() => setCreating(true)}>
      {portalText.create}
    </Button>
  );
  return (
    <main>
      <Page
        title={portalText.title(session.api.name)}
        lead={
          <>
            {portalText.lead(session.owner)} {portalText.ends}{" "}
            <Instant value={session.expires_at} />.
          </>
        }
        actions={create}
      >
        <Stack>
          {session.environment === "test" && <Notice tone="warn">{portalText.test}</Notice>}
          <Panel>
            <Loaded query={keys}>
              {({ data }) =>
                data.length === 0 ? (
                  <EmptyState icon="keys" title={portalText.empty} actions={create}>
                    {portalText.emptyHint} {portalText.atMost(session.keys_max)}
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={portalText.caption}
                    columns={[...OWN_KEY_COLUMNS, actionsColumn(onChanged, setShown)]}
                    rows={data}
                    idOf={({ id }) => id}
                    nameOf={({ name }) => name}
                  />
                )
              }
            </Loaded>
          </Panel>
          <OwnUsage keys={keys.data?.data ?? []} />
        </Stack>
      </Page>
      {isCreating && (
        <CreateOwnKeyDialog
          onClose={() => setCreating(false)}
          onCreated={async (secret) => {
            setCreating(false);
            setShown({ title: portalText.created, secret });
            await onChanged();
          }}
        />
      )}
      {shown !== undefined && (
        <RevealDialog {...shown} onClose={() => setShown(undefined)}>
          {session.environment === "test" && <Badge tone="warn">test</Badge>}
        </RevealDialog>
      )}
    </main>
  );
}
