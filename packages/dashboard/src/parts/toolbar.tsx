import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { shortcutText } from "../text/shortcuts.ts";
import type { Choice } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { useShortcut } from "./shortcuts.ts";
import styles from "./toolbar.module.css";

export function Toolbar({ children }: { readonly children: ReactNode }) {
  return <div className={styles.toolbar}>{children}</div>;
}

/** How long typing must rest before it is searched for. */
const REST_MS = 250;

interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
  /** Told of each text as it is typed or pasted; `true` takes it, and leaves the box empty. */
  readonly intercept?: (text: string) => boolean;
}

/** `/` leads here. */
export function SearchBox({ label, placeholder, value, onSearch, intercept }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useShortcut("/", shortcutText.search, () => input.current?.focus());
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address changed by other means than typing: back, or a cleared filter.
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  const search = (next: string) => {
    setKnown(next);
    onSearch(next);
  };
  return (
    <div className={styles.search} role="search">
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        translate="no"
        value={text}
        onChange={({ target }) => {
          clearTimeout(timer.current);
          if (intercept?.(target.value) === true) {
            setText("");
            return;
          }
          setText(target.value);
          timer.current = setTimeout(() => search(target.value.trim()), REST_MS);
        }}
        onKeyDown={({ key }) => {
          if (key !== "Enter") return;
          clearTimeout(timer.current);
          search(text.trim());
        }}
      />
    </div>
  );
}

interface FilterSelectProps {
  readonly label: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly choices: readonly Choice<string>[];
  readonly onValue: (value: string | undefined) => void;
}

export function FilterSelect({ label, any, value = "", choices, onValue }: FilterSelectProps) {
  return (
    <select
      className={styles.select}
      aria-label={label}
      data-set={value !== ""}
      value={value}
      onChange={({ target }) => onValue(target.value || undefined)}
    >
      <option value="">{any}</option>
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
