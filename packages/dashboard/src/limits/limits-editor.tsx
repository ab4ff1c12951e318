import { Button, IconButton } from "../parts/button.tsx";
import { GroupProblem, SelectField, TextField } from "../parts/field.tsx";
import { limitText } from "../text/limits.ts";
import { NEW_LIMIT } from "./limit-form.ts";
import type { LimitForm, LimitKind } from "./limit-form.ts";
import styles from "./limits-editor.module.css";

const LIMITS_MAX = 8;

interface LimitsEditorProps {
  readonly limits: readonly LimitForm[];
  /** By JSON pointer. */
  readonly problems: Readonly<Record<string, string>>;
  readonly onLimits: (limits: readonly LimitForm[]) => void;
}

export function LimitsEditor({ limits, problems, onLimits }: LimitsEditorProps) {
  return (
    <div className={styles.editor}>
      {limits.length === 0 && <p className={styles.none}>{limitText.none}</p>}
      {limits.map((limit, index) => (
        // A limit has no id; its place in the list is what the problems name, too.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={index} className={styles.limit}>
          <legend>{limit.name || limitText.name}</legend>
          <LimitFields
            limit={limit}
            problem={(field) => problems[`/limits/${index}/${field}`]}
            onLimit={(change) =>
              onLimits(limits.map((other) => (other === limit ? { ...limit, ...change } : other)))
            }
          />
          <IconButton
            icon="cross"
            label={limitText.remove(limit.name)}
            onClick={() => onLimits(limits.filter((other) => other !== limit))}
          />
        </fieldset>
      ))}
      <GroupProblem>{problems["/limits"]}</GroupProblem>
      {limits.length < LIMITS_MAX && (
        <Button icon="plus" onClick={() => onLimits([...limits, { ...NEW_LIMIT }])}>
          {limitText.add}
        </Button>
      )}
    </div>
  );
}

const KINDS = choicesOf(limitText.kinds);
const PERIODS = choicesOf(limitText.periods);

interface LimitFieldsProps {
  readonly limit: LimitForm;
  readonly problem: (field: string) => string | undefined;
  readonly onLimit: (change: Partial<LimitForm>) => void;
}

function LimitFields({ limit, problem, onLimit }: LimitFieldsProps) {
  const { kind } = limit;
  const number = { type: "number", min: 0, required: true } as const;
  return (
    <div className={styles.fields}>
      <SelectField
        label={limitText.kind}
        value={kind}
        choices={KINDS}
        onValue={(kind: LimitKind) => onLimit({ kind })}
      />
      <TextField
        label={limitText.name}
        error={problem("name")}
        required
        mono
        maxLength={64}
        value={limit.name}
        onValue={(name) => onLimit({ name })}
      />
      <TextField
        {...number}
        label={limitText.amount}
        error={problem(kind === "rate" ? "rate" : "limit")}
        value={limit.amount}
        onValue={(amount) => onLimit({ amount })}
      />
      {(kind === "rate" || kind === "window") && (
        <TextField
          {...number}
          label={kind === "rate" ? limitText.seconds : limitText.window}
          error={problem(kind === "rate" ? "per_seconds" : "window_seconds")}
          value={limit.seconds}
          onValue={(seconds) => onLimit({ seconds })}
        />
      )}
      {kind === "rate" && (
        <TextField
          {...number}
          label={limitText.burst}
          error={problem("burst")}
          value={limit.burst}
          onValue={(burst) => onLimit({ burst })}
        />
      )}
      {kind === "quota" && (
        <SelectField
          label={limitText.period}
          value={limit.period}
          choices={PERIODS}
          onValue={(period) => onLimit({ period })}
        />
      )}
    </div>
  );
}

function choicesOf<Value extends string>(labels: Readonly<Record<Value, string>>) {
  return (Object.entries(labels) as [Value, string][]).map(([value, label]) => ({ value, label }));
}
