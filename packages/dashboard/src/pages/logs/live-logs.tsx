import { useState } from "react";
import type { LogEntry } from "@keyward/sdk/client/operations.generated";
import { Button } from "../../parts/button.tsx";
import { DataTable } from "../../parts/data-table.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Panel } from "../../parts/panel.tsx";
import { logsText } from "../../text/logs.ts";
import { LOG_COLUMNS } from "./log-columns.tsx";
import { useTail } from "./use-tail.ts";
import styles from "./logs.module.css";

/** New decisions as they are reported. Holding them back keeps a row in its place while somebody reads it. */
export function LiveLogs({ filter }: { readonly filter: string }) {
  const { entries, isLost } = useTail(filter);
  const [held, setHeld] = useState<readonly LogEntry[]>();
  const shown = held ?? entries;
  const [newest] = shown;
  const fresh = newest === undefined ? entries.length : entries.indexOf(newest);
  return (
    <>
      <div className={styles.live}>
        <Button
          icon={held === undefined ? "pause" : "play"}
          onClick={() => setHeld(held === undefined ? entries : undefined)}
        >
          {held === undefined ? logsText.hold : logsText.showNew}
        </Button>
        <span role="status">{held === undefined ? logsText.following : logsText.held(fresh)}</span>
      </div>
      {isLost && <Notice tone="warn">{logsText.lost}</Notice>}
      <Panel>
        {shown.length === 0 ? (
          <EmptyState icon="logs" title={logsText.waiting}>
            {logsText.emptyHint}
          </EmptyState>
        ) : (
          <DataTable
            caption={logsText.caption}
            columns={LOG_COLUMNS}
            rows={shown}
            idOf={({ id }) => id}
            nameOf={({ code }) => code}
          />
        )}
      </Panel>
    </>
  );
}
