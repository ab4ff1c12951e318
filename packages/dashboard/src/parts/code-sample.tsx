import { useId, useState } from "react";
import { CopyButton } from "./copy-button.tsx";
import styles from "./code-sample.module.css";

interface CodeSampleProps {
  readonly label: string;
  /** By the name of the tool: `curl`, `CLI`, …; at least one. */
  readonly samples: Readonly<Record<string, string>>;
}

/** The same thing as text for a terminal or a program. */
export function CodeSample({ label, samples }: CodeSampleProps) {
  const names = Object.keys(samples);
  const [chosen, setChosen] = useState(names[0] ?? "");
  const code = samples[chosen] ?? "";
  const id = useId();
  return (
    <div className={styles.sample} role="group" aria-label={label}>
      <div className={styles.bar}>
        <div className={styles.tabs}>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === chosen}
              aria-controls={id}
              onClick={() => setChosen(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <CopyButton text={code} />
      </div>
      {/* It scrolls, so it must be reached with the keyboard. */}
      <pre id={id} tabIndex={0} role="region" aria-label={`${label}: ${chosen}`}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
