import { lazy, Suspense, useState } from "react";
import type { Usage } from "@keyward/sdk/client/operations.generated";
import { Button } from "../parts/button.tsx";
import { DataTable } from "../parts/data-table.tsx";
import type { Column } from "../parts/data-table.tsx";
import { EmptyState } from "../parts/empty-state.tsx";
import { Instant } from "../parts/instant.tsx";
import { usageText } from "../text/usage.ts";
import { bucketTime, inWords, number, refusedShare } from "./usage-words.ts";
import styles from "./usage-figure.module.css";

/** Charts are more than all of the rest, so they come when there is one to draw. */
const DecisionsChart = lazy(async () => {
  const { DecisionsChart } = await import("./decisions-chart.tsx");
  return { default: DecisionsChart };
});

/** A chart, a sentence that says what is in it, and the same figures as a table. */
export function UsageFigure({ usage }: { readonly usage: Usage }) {
  const [isTable, setTable] = useState(false);
  if (usage.totals.count === 0) {
    return (
      <EmptyState icon="usage" title={usageText.nothing}>
        {usageText.nothingHint}
      </EmptyState>
    );
  }
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>
        <span>{inWords(usage)}</span>
        <Button tone="plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? usageText.asChart : usageText.asTable}
        </Button>
      </figcaption>
      {isTable ? (
        <div className={styles.table} tabIndex={0} role="region" aria-label={usageText.chart}>
          <DataTable
            caption={usageText.chart}
            columns={COLUMNS}
            rows={usage.buckets}
            idOf={({ at }) => at}
            nameOf={({ at }) => bucketTime(at, usage.grain)}
          />
        </div>
      ) : (
        <div className={styles.chart}>
          <Suspense fallback={null}>
            <DecisionsChart usage={usage} />
          </Suspense>
        </div>
      )}
    </figure>
  );
}

type Bucket = Usage["buckets"][number];

const COLUMNS: readonly Column<Bucket>[] = [
  { header: usageText.time, cell: ({ at }) => <Instant value={at} show="exact" /> },
  { header: usageText.total, isNumber: true, cell: ({ count }) => number(count) },
  { header: usageText.allowed, isNumber: true, cell: ({ allowed }) => number(allowed) },
  { header: usageText.denied, isNumber: true, cell: ({ denied }) => number(denied) },
  { header: usageText.refusedRate, isNumber: true, cell: (bucket) => refusedShare(bucket) },
];
