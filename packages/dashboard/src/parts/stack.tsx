import type { ReactNode } from "react";
import styles from "./stack.module.css";

/** The main thing, and what goes with it beside it. */
export function Columns({ children }: { readonly children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}

/** One below the other, with space between them. */
export function Stack({ children }: { readonly children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}

/** A few small things side by side, as many as fit. */
export function Row({ children }: { readonly children: ReactNode }) {
  return <span className={styles.row}>{children}</span>;
}
