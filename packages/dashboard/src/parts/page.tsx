import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import styles from "./page.module.css";

interface PageProps {
  /** The heading, and what the window is called. */
  readonly title: string;
  readonly lead?: ReactNode;
  /** The way back to what this belongs to. */
  readonly crumbs?: ReactNode;
  readonly actions?: ReactNode;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page. Its heading takes the focus, so that a screen reader hears where one has come to. */
export function Page({ title, lead, crumbs, actions, narrow = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Keyward`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className={narrow ? `${styles.page} ${styles.narrow}` : styles.page}>
      {crumbs !== undefined && <div className={styles.crumbs}>{crumbs}</div>}
      <header className={styles.head}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <div className={styles.lead}>{lead}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
