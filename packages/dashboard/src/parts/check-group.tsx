import { useId } from "react";
import { GroupProblem } from "./field.tsx";
import type { Choice } from "./field.tsx";
import styles from "./check-group.module.css";

interface CheckGroupProps<Value extends string> {
  readonly label: string;
  readonly error?: string | undefined;
  /** One below the other, however much room there is. */
  readonly isColumn?: boolean;
  readonly choices: readonly Choice<Value>[];
  readonly chosen: readonly Value[];
  readonly onChosen: (chosen: readonly Value[]) => void;
}

/** Any number of a few things, in the order in which they are offered. */
export function CheckGroup<Value extends string>(props: CheckGroupProps<Value>) {
  const { label, error, isColumn = false, choices, chosen, onChosen } = props;
  const id = useId();
  return (
    <fieldset
      className={isColumn ? `${styles.group} ${styles.column}` : styles.group}
      aria-describedby={error && id}
    >
      <legend>{label}</legend>
      {choices.map(({ value, label }) => (
        <label key={value}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ target }) =>
              onChosen(
                choices
                  .map((choice) => choice.value)
                  .filter((other) => (other === value ? target.checked : chosen.includes(other))),
              )
            }
          />
          {label}
        </label>
      ))}
      <div id={id}>
        <GroupProblem>{error}</GroupProblem>
      </div>
    </fieldset>
  );
}
