import type { ReactNode } from "react";
import styles from "./row-detail.module.css";

interface RowDetailProps {
  readonly summary: string;
  readonly children: ReactNode;
}

/** What a row has no column for, folded away until somebody asks. */
export function RowDetail({ summary, children }: RowDetailProps) {
  return (
    <details className={styles.detail}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
