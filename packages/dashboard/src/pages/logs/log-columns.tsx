import type { LogEntry } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../../parts/badge.tsx";
import type { Column } from "../../parts/data-table.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Instant } from "../../parts/instant.tsx";
import { RowDetail } from "../../parts/row-detail.tsx";
import { ThingLink } from "../../parts/thing-link.tsx";
import { TraceList } from "../../parts/trace-list.tsx";
import { logsText } from "../../text/logs.ts";
import styles from "./logs.module.css";

const { columns } = logsText;

export const LOG_COLUMNS: readonly Column<LogEntry>[] = [
  { header: columns.at, cell: ({ at }) => <Instant value={at} /> },
  {
    header: columns.decision,
    cell: ({ outcome, code, status }) =>
      outcome === "allowed" ? (
        <Badge tone="good" icon="check">
          {logsText.outcomes.allowed}
        </Badge>
      ) : (
        <Badge tone="bad" icon="cross">
          {code} {status}
        </Badge>
      ),
  },
  { header: columns.key, cell: (entry) => <KeyCell of={entry} /> },
  {
    header: columns.request,
    cell: ({ method, path }) => (
      <code translate="no">{[method, path].filter((part) => part !== null).join(" ") || "–"}</code>
    ),
  },
  {
    header: columns.from,
    cell: ({ network, agent }) => (
      <>
        <code translate="no">{network ?? "–"}</code>
        {agent !== null && <div className={styles.quiet}>{agent}</div>}
      </>
    ),
  },
  { header: columns.detail, cell: (entry) => <Why of={entry} /> },
];

function KeyCell({ of: { key, key_name, owner, owner_id, brand } }: { readonly of: LogEntry }) {
  if (key === null) {
    return <span className={styles.quiet}>{brand === null ? logsText.noKey : `${brand}_…`}</span>;
  }
  return (
    <>
      <ThingLink entity="key" id={key} name={key_name ?? undefined} />
      {owner_id !== null && (
        <div className={styles.quiet}>
          <ThingLink entity="owner" id={owner_id} name={owner ?? undefined} />
        </div>
      )}
    </>
  );
}

function Why({ of: { at, trace, more, reporter, cost, tag } }: { readonly of: LogEntry }) {
  const why = trace.find(({ passed }) => !passed)?.detail ?? null;
  return (
    <>
      {why !== null && <div>{why}</div>}
      {more > 0 && <div className={styles.quiet}>{logsText.more(more)}</div>}
      <RowDetail summary={logsText.open}>
        <TraceList label={logsText.trace} steps={trace} />
        <Facts
          of={{
            [columns.at]: <Instant value={at} show="exact" />,
            [logsText.cost]: cost,
            [logsText.tag]: tag ?? undefined,
            [logsText.reporter]: <code translate="no">{reporter}</code>,
          }}
        />
      </RowDetail>
    </>
  );
}
