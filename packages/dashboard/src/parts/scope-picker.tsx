import { useState } from "react";
import { compileGrants, covers, parseScopeGrant } from "@keyward/core/scope/scope";
import { scopeText } from "../text/scopes.ts";
import { Button } from "./button.tsx";
import { TextAreaField } from "./field.tsx";
import styles from "./scope-picker.module.css";

export interface OfferedScope {
  readonly name: string;
  readonly description: string | null;
}

interface ScopePickerProps {
  /** The catalogue of the api. */
  readonly offered: readonly OfferedScope[];
  readonly granted: readonly string[];
  readonly onGranted: (granted: readonly string[]) => void;
  /** Of what is offered, what may not be chosen. */
  readonly isExcluded?: (scope: string) => boolean;
}

/** Scopes by resource, with a wildcard for each, and a sentence that says what they come to. */
export function ScopePicker({ offered, granted, onGranted, isExcluded }: ScopePickerProps) {
  const [isRaw, setRaw] = useState(false);
  const set = compileGrants(granted);
  const choosable = offered.filter(({ name }) => isExcluded?.(name) !== true);
  const toggle = (grant: string, isOn: boolean) =>
    onGranted(isOn ? [...granted, grant] : granted.filter((other) => other !== grant));
  return (
    <div className={styles.picker}>
      <p className={styles.sum} role="status">
        {scopeText.sum(granted)}
      </p>
      {isRaw ? (
        <RawScopes granted={granted} onGranted={onGranted} />
      ) : (
        <div className={styles.resources}>
          {byResource(choosable).map(([resource, scopes]) => {
            const wildcard = `${resource}:*`;
            const hasAll = granted.includes(wildcard) || granted.includes("*");
            return (
              <fieldset key={resource} className={styles.resource}>
                <legend>{resource}</legend>
                {scopes.map(({ name, description }) => (
                  <Check
                    key={name}
                    label={name}
                    note={description}
                    isOn={covers(set, name)}
                    isFixed={hasAll}
                    onChange={(isOn) => toggle(name, isOn)}
                  />
                ))}
                {isExcluded === undefined && scopes.length > 1 && (
                  <Check
                    label={wildcard}
                    note={scopeText.wildcard}
                    isOn={hasAll}
                    isFixed={granted.includes("*")}
                    onChange={(isOn) =>
                      onGranted([
                        ...granted.filter((grant) => !grant.startsWith(`${resource}:`)),
                        ...(isOn ? [wildcard] : []),
                      ])
                    }
                  />
                )}
              </fieldset>
            );
          })}
          {choosable.length === 0 && <p className={styles.none}>{scopeText.noneOffered}</p>}
        </div>
      )}
      <Button tone="plain" onClick={() => setRaw(!isRaw)}>
        {isRaw ? scopeText.asBoxes : scopeText.asText}
      </Button>
    </div>
  );
}

function RawScopes({ granted, onGranted }: Pick<ScopePickerProps, "granted" | "onGranted">) {
  const [text, setText] = useState(granted.join("\n"));
  const wrong = wordsOf(text).filter((word) => parseScopeGrant(word) === undefined);
  return (
    <TextAreaField
      label={scopeText.raw}
      hint={scopeText.rawHint}
      error={wrong.length > 0 ? scopeText.wrong(wrong.join(", ")) : undefined}
      rows={6}
      mono
      value={text}
      onValue={(next) => {
        setText(next);
        onGranted([...new Set(wordsOf(next).filter((word) => parseScopeGrant(word)))]);
      }}
    />
  );
}

interface CheckProps {
  readonly label: string;
  readonly note: string | null;
  readonly isOn: boolean;
  readonly isFixed: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Check({ label, note, isOn, isFixed, onChange }: CheckProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={isOn}
        disabled={isFixed && !label.endsWith(":*")}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>
        <code>{label}</code>
        {note !== null && <span className={styles.note}>{note}</span>}
      </span>
    </label>
  );
}

function byResource(scopes: readonly OfferedScope[]) {
  const groups = Map.groupBy(scopes, ({ name }) => name.slice(0, name.lastIndexOf(":")) || name);
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
