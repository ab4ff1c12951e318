import type { ReactNode } from "react";
import styles from "./stack.module.css";

/** The main thing, and what goes with it beside it. */
export function Columns({ children }: { readonly children: ReactNode }) {
  return <div className={styles.columns}>{children}</div>;
}
