import type { ReactNode } from "react";
import styles from "./status-line.module.css";

interface StatusLineProps {
  readonly badge: ReactNode;
  /** The state as a sentence. */
  readonly words: string;
  /** What one recognises the thing by. */
  readonly code: string;
}

/** Under the heading of a thing: how it is. */
export function StatusLine({ badge, words, code }: StatusLineProps) {
  return (
    <p className={styles.line}>
      {badge}
      <span>{words}</span>
      <code translate="no">{code}</code>
    </p>
  );
}
