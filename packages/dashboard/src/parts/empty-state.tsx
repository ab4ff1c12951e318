import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import styles from "./empty-state.module.css";

interface EmptyStateProps {
  readonly icon?: IconName;
  readonly title: string;
  /** One sentence. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Something to copy, for those who would rather type. */
  readonly below?: ReactNode;
}

/** Where there is nothing, what there could be, and how. */
export function EmptyState({ icon = "search", title, children, actions, below }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.sign}>
        <Icon name={icon} size={20} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <div className={styles.words}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      {below !== undefined && <div className={styles.below}>{below}</div>}
    </div>
  );
}
