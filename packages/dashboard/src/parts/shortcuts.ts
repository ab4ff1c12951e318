// One listener for all shortcuts of the keyboard, and the list of them that `?` shows.
import { useEffect, useRef } from "react";
import { readPreference } from "../runtime/preferences.ts";

export interface Shortcut {
  /** A key as `KeyboardEvent.key` has it, or two of them one after the other: `g k`. `mod+k` is with Ctrl or ⌘. */
  readonly keys: string;
  readonly meaning: string;
  readonly run: () => void;
}

const active = new Set<Shortcut>();
const SEQUENCE_MS = 1_200;
let first: { readonly key: string; readonly at: number } | undefined;

/** While the caller is shown, the keys do this. Where two want the same keys, the later one is heard. */
export function useShortcut(keys: string, meaning: string, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const shortcut = { keys, meaning, run: () => latest.current() };
    active.add(shortcut);
    return () => void active.delete(shortcut);
  }, [keys, meaning]);
}

export function activeShortcuts(): readonly Shortcut[] {
  return [...active];
}

/** @returns what stops listening */
export function listenForShortcuts(): () => void {
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const found = shortcutFor(event);
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

function shortcutFor(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.metaKey) return find(`mod+${event.key.toLowerCase()}`);
  if (readPreference("shortcuts") === "off" || isBusyElsewhere(event.target)) return undefined;
  const before = first !== undefined && event.timeStamp - first.at < SEQUENCE_MS ? first.key : "";
  const found = find(`${before} ${event.key}`) ?? find(event.key);
  first = { key: event.key, at: event.timeStamp };
  return found;
}

function find(keys: string): Shortcut | undefined {
  return [...active].reverse().find((shortcut) => shortcut.keys === keys);
}

/** A letter that is typed into a field, or while a dialog is open, is a letter. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  const isField =
    target instanceof Element &&
    target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
  return isField || document.querySelector("dialog[open]") !== null;
}
