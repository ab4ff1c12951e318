import { useId } from "react";
import type { ComponentProps, ReactNode } from "react";
import { Icon } from "./icon.tsx";
import { partText } from "../text/parts.ts";
import styles from "./field.module.css";

interface FieldFrame {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
}

interface ControlProps {
  readonly id: string;
  readonly className: string | undefined;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean;
}

interface FieldProps extends FieldFrame {
  readonly children: (control: ControlProps) => ReactNode;
}

/** A label, a control, what it is for, and what is wrong with it. */
export function Field({ label, hint, error, isOptional = false, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label} {isOptional && <span className={styles.optional}>({partText.optional})</span>}
      </label>
      {children({
        id,
        className: styles.control,
        "aria-describedby": described || undefined,
        "aria-invalid": error !== undefined,
      })}
      {hint !== undefined && (
        <div className={styles.hint} id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error !== undefined && (
        <div className={styles.error} id={`${id}-error`}>
          <Icon name="warning" />
          {error}
        </div>
      )}
    </div>
  );
}

/** What is wrong with several controls together; nothing where nothing is. */
export function GroupProblem({ children }: { readonly children: string | undefined }) {
  if (children === undefined) return null;
  return (
    <p role="alert" className={styles.error}>
      <Icon name="warning" />
      {children}
    </p>
  );
}

interface TextFieldProps
  extends FieldFrame, Omit<ComponentProps<"input">, "onChange" | "value" | "className" | "id"> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly mono?: boolean;
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, isOptional = false, value, onValue, mono = false, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {({ className, ...control }) => (
        <input
          autoComplete="off"
          spellCheck={false}
          {...rest}
          {...control}
          className={mono ? `${className} ${styles.mono}` : className}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}

interface TextAreaFieldProps extends FieldFrame {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly rows?: number;
  readonly mono?: boolean;
  readonly placeholder?: string;
}

export function TextAreaField(props: TextAreaFieldProps) {
  const { label, hint, error, isOptional = false, value, onValue, mono = false, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} isOptional={isOptional}>
      {({ className, ...control }) => (
        <textarea
          rows={3}
          spellCheck={false}
          {...rest}
          {...control}
          className={mono ? `${className} ${styles.mono}` : className}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

interface SelectFieldProps<Value extends string> extends FieldFrame {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onValue: (value: Value) => void;
}

/** The platform's own: it works with every keyboard, screen reader and phone. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { value, choices, onValue, ...frame } = props;
  return (
    <Field {...frame}>
      {(control) => (
        <select
          {...control}
          value={value}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen !== undefined) onValue(chosen.value);
          }}
        >
          {choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function FieldRow({ children }: { readonly children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}
