import { useDeferredValue, useId, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { redactKeys } from "@keyward/core/key/format";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../api/session.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import type { IconName } from "../parts/icon.tsx";
import { paletteText } from "../text/palette.ts";
import { PAGES } from "./pages.ts";
import styles from "./palette.module.css";

const KEYS_MAX = 8;

interface Goal {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly icon: IconName;
  go(): void;
}

/** Goes anywhere by a few letters, and says which key a pasted one is. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const goals = useGoals(text.trim());
  const current = goals.found[Math.min(at, goals.found.length - 1)];
  const go = (goal: Goal | undefined) => {
    if (goal === undefined) return;
    onClose();
    goal.go();
  };
  return (
    <Dialog title={paletteText.title} onClose={onClose}>
      <input
        className={styles.input}
        role="combobox"
        aria-label={paletteText.label}
        aria-describedby={`${id}-hint`}
        aria-expanded={goals.found.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={current && `${id}-${current.id}`}
        aria-autocomplete="list"
        placeholder={paletteText.label}
        autoComplete="off"
        spellCheck={false}
        translate="no"
        data-autofocus
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined) {
            event.preventDefault();
            setAt(Math.max(0, Math.min(goals.found.length - 1, at + step)));
          }
          if (event.key === "Enter") go(current);
        }}
      />
      <p id={`${id}-hint`} className={styles.hint}>
        {paletteText.hint}
      </p>
      <div id={`${id}-list`} role="listbox" aria-label={paletteText.title} className={styles.list}>
        {goals.found.map((goal) => (
          <div
            key={goal.id}
            id={`${id}-${goal.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={goal === current}
            onClick={() => go(goal)}
            onKeyDown={undefined}
          >
            <Icon name={goal.icon} />
            <span className={styles.label}>{goal.label}</span>
            <span className={styles.note}>{goal.note}</span>
          </div>
        ))}
      </div>
      <p role="status" className={styles.hint}>
        {goals.found.length === 0 && goals.silence}
      </p>
    </Dialog>
  );
}

function useGoals(text: string): { readonly found: readonly Goal[]; readonly silence: string } {
  const client = useClient();
  const navigate = useNavigate();
  const asked = useDeferredValue(text);
  const isSecret = redactKeys(asked) !== asked;
  const { data, isFetching } = useQuery({
    // A whole key must not stand in a cache's index (K4): it is asked for under another name, and forgotten at once.
    queryKey: ["palette", isSecret ? `pasted ${asked.slice(-4)}` : asked],
    queryFn: ({ signal }) => client.keys.search({ q: asked, limit: KEYS_MAX }, { signal }),
    enabled: asked.length >= 2,
    ...(isSecret ? { gcTime: 0, staleTime: 0 } : { placeholderData: keepPreviousData }),
  });
  const pages = PAGES.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase())).map(
    ({ to, label, icon }): Goal => ({
      id: `page-${label}`,
      label,
      note: paletteText.pages,
      icon,
      go: () => void navigate({ to }),
    }),
  );
  const keys = (asked.length < 2 ? [] : (data?.data ?? [])).map((key): Goal => ({
    id: key.id,
    label: key.name,
    note: noteOf(key),
    icon: "keys",
    go: () =>
      void navigate({
        to: "/keys/$key",
        params: { key: key.id },
        search: { env: key.environment },
      }),
  }));
  const silence = isFetching
    ? paletteText.searching
    : isSecret
      ? paletteText.noSuchKey
      : paletteText.nothing;
  return { found: isSecret ? keys : [...pages, ...keys], silence };
}

function noteOf({ api, hint, owner, environment }: Key): string {
  return `${api}_${environment}_…${hint} · ${owner}`;
}
