// What a visitor prefers, kept in this browser. Never anything of a key, a session or a workspace (K4).
import { useSyncExternalStore } from "react";

interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly contrast: "system" | "more";
  /** Whether times are written in UTC instead of the visitor's own zone. */
  readonly times: "local" | "utc";
  /** WCAG 2.1.4: shortcuts of a single letter can be switched off. */
  readonly shortcuts: "on" | "off";
}

const CHOICES: { readonly [Name in keyof Preferences]: readonly Preferences[Name][] } = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "more"],
  times: ["local", "utc"],
  shortcuts: ["on", "off"],
};
const listeners = new Set<() => void>();

export function usePreference<Name extends keyof Preferences>(name: Name): Preferences[Name] {
  return useSyncExternalStore(subscribe, () => readPreference(name));
}

export function readPreference<Name extends keyof Preferences>(name: Name): Preferences[Name] {
  const [fallback, ...others] = CHOICES[name];
  const kept = read(name);
  return (others.find((choice) => choice === kept) ?? fallback) as Preferences[Name];
}

export function setPreference<Name extends keyof Preferences>(
  name: Name,
  value: Preferences[Name],
): void {
  try {
    localStorage.setItem(`keyward.${name}`, value);
  } catch {
    // A browser that keeps nothing: the choice holds for none but this page load, which is no harm.
  }
  applyPreferences();
  for (const listener of listeners) listener();
}

/** Tells the style sheet. */
export function applyPreferences(): void {
  const { dataset } = document.documentElement;
  dataset["theme"] = readPreference("theme");
  dataset["contrast"] = readPreference("contrast");
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(`keyward.${name}`);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
