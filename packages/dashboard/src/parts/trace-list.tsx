import type { ReactNode } from "react";
import { partText } from "../text/parts.ts";
import { Badge } from "./badge.tsx";
import styles from "./trace-list.module.css";

interface TraceListProps {
  readonly label: string;
  readonly steps: readonly {
    readonly check: string;
    readonly passed: boolean;
    readonly detail?: ReactNode;
  }[];
}

/** The checks of a decision, each with what it compared, up to the first that failed. */
export function TraceList({ label, steps }: TraceListProps) {
  return (
    <ol className={styles.trace} aria-label={label}>
      {steps.map(({ check, passed, detail }) => (
        <li key={check}>
          <Badge tone={passed ? "good" : "bad"} icon={passed ? "check" : "cross"}>
            {passed ? partText.passed : partText.failed}
          </Badge>
          <span>
            <code>{check}</code>
            <span className={styles.why}>{detail}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
