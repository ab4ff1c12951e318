import { usageText } from "../text/usage.ts";
import type { KeyCount } from "./use-key-counts.ts";
import { number, refusedShare } from "./usage-words.ts";
import styles from "./key-count-cell.module.css";

/** A number and, where anything was refused, how much of it. */
export function KeyCountCell({ of }: { readonly of: KeyCount | undefined }) {
  if (of === undefined) return <span className={styles.none}>0</span>;
  return (
    <span title={usageText.ranges["24h"]}>
      {number(of.count)}
      {of.denied > 0 && (
        <span className={styles.refused}>
          {refusedShare(of)} {usageText.refusedWord}
        </span>
      )}
    </span>
  );
}
