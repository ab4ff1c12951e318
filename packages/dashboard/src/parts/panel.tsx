import type { ReactNode } from "react";
import styles from "./card.module.css";

/** A surface without a heading of its own: the page's heading is enough. */
export function Panel({ children }: { readonly children: ReactNode }) {
  return <div className={`${styles.card} ${styles.flush}`}>{children}</div>;
}
