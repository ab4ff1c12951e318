import { useState } from "react";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Policy, PolicyPreview } from "@keyward/sdk/client/operations.generated";
import { useClient, useSession } from "../../api/session.tsx";
import { useAction } from "../../api/use-action.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { SelectField } from "../../parts/field.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ComplaintNotice, Notice } from "../../parts/notice.tsx";
import { Stack } from "../../parts/stack.tsx";
import { applyText } from "../../text/policies.ts";
import { ApplyDialog } from "./apply-dialog.tsx";
import styles from "./policies.module.css";

const NUMBER = new Intl.NumberFormat("en");
const SHOWN = 10;
const GRACES = (Object.entries(applyText.graces) as [Grace, string][]).map(([value, label]) => {
  return { value, label };
});

export type Grace = keyof typeof applyText.graces;
type Affected = PolicyPreview["data"][number];

const { columns } = applyText;

const COLUMNS: readonly Column<Affected>[] = [
  {
    header: columns.key,
    cell: ({ key }) => (
      <Link to="/keys/$key" params={{ key: key.id }} search={{ env: key.environment }}>
        {key.name}
      </Link>
    ),
  },
  { header: columns.owner, cell: ({ key }) => key.owner },
  {
    header: columns.reasons,
    cell: ({ reasons }) => reasons.map((reason) => applyText.reasons[reason]).join(", "),
  },
  {
    header: columns.ends,
    cell: ({ ends_at }) =>
      ends_at === null ? applyText.stays : <Instant value={ends_at} show="both" />,
  },
];

export function isRunning(policy: Policy | undefined): boolean {
  const status = policy?.application?.status;
  return status === "counting" || status === "applying";
}

/** Who is affected, before anything is; and how far it has come. */
export function PolicyApplication({ of: policy }: { readonly of: Policy }) {
  const client = useClient();
  const [grace, setGrace] = useState<Grace>("604800");
  const [isAsking, setAsking] = useState(false);
  const { can } = useSession();
  const preview = useQuery({
    queryKey: ["policies", policy.id, "preview", policy.rev, grace],
    queryFn: ({ signal }) => {
      const body = { grace_seconds: Number(grace), limit: SHOWN };
      return client.policies.preview(policy.id, body, { signal });
    },
    enabled: !isRunning(policy),
    placeholderData: keepPreviousData,
  });
  return (
    <Card title={applyText.title} lead={applyText.lead}>
      <Stack>
        <Progress of={policy} />
        {!isRunning(policy) && (
          <>
            <SelectField
              label={applyText.grace}
              value={grace}
              choices={GRACES}
              onValue={setGrace}
            />
            <Loaded query={preview} lines={3}>
              {({ affected, data }) =>
                affected === 0 || affected === null ? (
                  <Notice tone="good">{applyText.none}</Notice>
                ) : (
                  <Stack>
                    <p>
                      <strong>
                        {affected === 1
                          ? applyText.affectedOne
                          : applyText.affected(NUMBER.format(affected))}
                      </strong>
                    </p>
                    <DataTable
                      caption={applyText.caption}
                      columns={COLUMNS}
                      rows={data}
                      idOf={({ key }) => key.id}
                      nameOf={({ key }) => key.name}
                    />
                    {can("policies:write") && (
                      <Button tone="danger" onClick={() => setAsking(true)}>
                        {applyText.open}
                      </Button>
                    )}
                    {isAsking && (
                      <ApplyDialog
                        of={policy}
                        affected={affected}
                        grace={grace}
                        onClose={() => setAsking(false)}
                      />
                    )}
                  </Stack>
                )
              }
            </Loaded>
          </>
        )}
      </Stack>
    </Card>
  );
}

function Progress({ of: policy }: { readonly of: Policy }) {
  const client = useClient();
  const queries = useQueryClient();
  const { can } = useSession();
  const stop = useAction(async () => {
    await client.policies.cancel(policy.id);
    await queries.invalidateQueries({ queryKey: ["policies"] });
  });
  const { application } = policy;
  if (application === null) return null;
  const { status, changed, expected, ended_at } = application;
  if (status !== "counting" && status !== "applying") {
    return (
      <Notice tone={status === "finished" ? "good" : "warn"}>
        <p role="status">{applyText.ended[status]}</p>
        {ended_at !== null && (
          <p>
            {applyText.last} <Instant value={ended_at} />
          </p>
        )}
      </Notice>
    );
  }
  return (
    <>
      <progress
        className={styles.progress}
        max={expected}
        value={status === "counting" ? undefined : changed}
        aria-label={applyText.dialog}
      />
      <p role="status">
        {status === "counting"
          ? applyText.counting
          : applyText.running(NUMBER.format(changed), NUMBER.format(expected))}
      </p>
      <p>{applyText.goesOn}</p>
      {can("policies:write") && <Button onClick={() => void stop.run()}>{applyText.stop}</Button>}
      <ComplaintNotice complaint={stop.complaint} />
    </>
  );
}
