import { scopeText } from "../text/scopes.ts";
import { keyText } from "../text/key.ts";
import styles from "./scope-diff.module.css";

interface ScopeDiffProps {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What a change adds and takes away, before it is made. */
export function ScopeDiff({ before, after }: ScopeDiffProps) {
  const added = after.filter((grant) => !before.includes(grant));
  const removed = before.filter((grant) => !after.includes(grant));
  return (
    <section aria-label={keyText.diff} aria-live="polite">
      <h3 className={styles.title}>{keyText.diff}</h3>
      {added.length + removed.length === 0 ? (
        <p className={styles.none}>{keyText.noDiff}</p>
      ) : (
        <ul className={styles.diff}>
          {added.map((grant) => (
            <li key={grant} data-change="added">
              <span aria-hidden="true">+ </span>
              <span className="visually-hidden">{scopeText.added}: </span>
              {grant}
            </li>
          ))}
          {removed.map((grant) => (
            <li key={grant} data-change="removed">
              <span aria-hidden="true">− </span>
              <span className="visually-hidden">{scopeText.removed}: </span>
              {grant}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
