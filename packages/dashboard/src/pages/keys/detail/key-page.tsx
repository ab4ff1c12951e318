import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Key, KeysUpdateBody } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../../api/session.tsx";
import { useGuardedSave } from "../../../api/use-guarded-save.ts";
import { Icon } from "../../../parts/icon.tsx";
import { Failed, Loaded } from "../../../parts/loaded.tsx";
import { Notice } from "../../../parts/notice.tsx";
import { Page } from "../../../parts/page.tsx";
import { StatusLine } from "../../../parts/status-line.tsx";
import { Tabs } from "../../../parts/tabs.tsx";
import { nowMs } from "../../../runtime/clock.ts";
import { keyText } from "../../../text/key.ts";
import { HistoryCard } from "../../audit/history-card.tsx";
import { KeyStatus, statusWord } from "../key-status.tsx";
import { keyStart } from "../key-start.ts";
import { KeyActions } from "./key-actions.tsx";
import { KeyLimits } from "./key-limits.tsx";
import { KeyOverview } from "./key-overview.tsx";
import { KeyPermissions } from "./key-permissions.tsx";
import { KeySettings } from "./key-settings.tsx";
import { TryRequest } from "./try-request.tsx";

const route = getRouteApi("/keys/$key");

/** Told of the key as a change left it. */
export type OnChanged = (key: Key) => void;

export function KeyPage() {
  const { key: id } = route.useParams();
  const client = useClient();
  const queries = useQueryClient();
  const key = useQuery({
    queryKey: ["key", id],
    queryFn: ({ signal }) => client.keys.get(id, { signal }),
  });
  const onChanged: OnChanged = (changed) => {
    queries.setQueryData(["key", id], changed);
    void queries.invalidateQueries({ queryKey: ["keys"] });
    void queries.invalidateQueries({ queryKey: ["audit"] });
  };
  const crumbs = (
    <Link to="/keys">
      <Icon name="left" size={14} />
      {keyText.back}
    </Link>
  );
  if (key.data === undefined && key.error !== null) {
    return (
      <Page title={keyText.key} crumbs={crumbs}>
        <Failed error={key.error} onRetry={() => void key.refetch()} />
      </Page>
    );
  }
  return (
    <Page
      key={key.data?.id}
      title={key.data?.name ?? keyText.key}
      crumbs={crumbs}
      lead={key.data && <KeyLine of={key.data} />}
      actions={key.data && <KeyActions of={key.data} onChanged={onChanged} />}
    >
      <Loaded query={key}>{(key) => <KeyParts of={key} onChanged={onChanged} />}</Loaded>
    </Page>
  );
}

function KeyLine({ of: key }: { readonly of: Key }) {
  return (
    <StatusLine
      badge={<KeyStatus of={key} />}
      words={keyText.statusLines[statusWord(key, nowMs())]}
      code={`${keyStart(key)}…${key.hint}`}
    />
  );
}

export interface KeyPartProps {
  readonly of: Key;
  readonly onChanged: OnChanged;
}

/** A part with a form. */
export interface KeyEditorProps {
  readonly of: Key;
  readonly onSave: (body: KeysUpdateBody) => Promise<void>;
}

function KeyParts(props: KeyPartProps) {
  const { tab = "overview" } = route.useSearch();
  const { of: key, onChanged } = props;
  const client = useClient();
  const { save: onSave, isConflict } = useGuardedSave({
    update: (body: KeysUpdateBody) => client.keys.update(key.id, body, { ifMatch: key.rev }),
    read: () => client.keys.get(key.id),
    onChanged,
  });
  const editor = { of: key, onSave };
  return (
    <>
      {isConflict && (
        <Notice tone="warn" isAlert>
          {keyText.changedElsewhere}
        </Notice>
      )}
      <Tabs label={keyText.tabsLabel} names={keyText.tabs} current={tab} />
      {tab === "permissions" ? (
        <KeyPermissions key={key.rev} {...editor} />
      ) : tab === "limits" ? (
        <KeyLimits key={key.rev} {...editor} />
      ) : tab === "try" ? (
        <TryRequest of={key} />
      ) : tab === "history" ? (
        <HistoryCard of={key.id} />
      ) : tab === "settings" ? (
        <KeySettings key={key.rev} {...editor} />
      ) : (
        <KeyOverview {...props} />
      )}
    </>
  );
}
