import type { Usage } from "@keyward/sdk/client/operations.generated";
import { usageText } from "../text/usage.ts";
import { change, number, refusedShare } from "./usage-words.ts";
import styles from "./usage-cards.module.css";

/** The figures that one looks at first. */
export function UsageCards({ usage }: { readonly usage: Usage }) {
  const { totals } = usage;
  return (
    <dl className={styles.cards}>
      <Figure name={usageText.total} value={number(totals.count)} note={change(usage)} />
      <Figure name={usageText.allowed} value={number(totals.allowed)} />
      <Figure
        name={usageText.refusedRate}
        value={refusedShare(totals)}
        note={number(totals.denied)}
      />
      <Figure name={usageText.cost} value={number(totals.cost)} />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string | undefined;
}

function Figure({ name, value, note }: FigureProps) {
  return (
    <div className={styles.card}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== undefined && <span className={styles.note}>{note}</span>}
      </dd>
    </div>
  );
}
