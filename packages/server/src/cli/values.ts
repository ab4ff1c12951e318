// Values of options, from the words that people write into what the API takes.
import { readFileSync } from "node:fs";
import { addSeconds, formatInstant, parseInstant } from "@keyward/core/time";
import { InvalidArgumentError } from "commander";
import { systemClock } from "../runtime/clock.ts";
import { UsageError } from "./errors.ts";
import { reasonOf } from "./system-error.ts";

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/** `24h`, `90d`, `0`: a whole number and one of s, m, h, d, w. */
export function parseDuration(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (text === "0") return 0;
  if (!Number.isSafeInteger(seconds)) {
    throw new InvalidArgumentError("Write a number and s, m, h, d or w, such as 24h.");
  }
  return seconds;
}

/** Within an object, because commander makes an empty text of a value that is `null`. */
export interface Lifetime {
  /** `null` is for ever. */
  readonly seconds: number | null;
}

export interface Expiry {
  /** `null` is never. */
  readonly at: string | null;
}

/** A duration, or `never`. */
export function parseLifetime(text: string): Lifetime {
  return { seconds: text === "never" ? null : parseDuration(text) };
}

/** `90d` from now, `never`, or an instant such as 2027-01-31T12:00:00Z. */
export function parseExpiry(text: string): Expiry {
  if (text === "never") return { at: null };
  if (parseInstant(text) !== undefined) return { at: text };
  if (!/^\d+[smhdw]$/.test(text)) {
    throw new InvalidArgumentError("Write 90d, never, or an instant: 2027-01-31T12:00:00Z.");
  }
  return { at: formatInstant(addSeconds(systemClock.now(), parseDuration(text))) };
}

/** `24h` ago, or an instant such as 2027-01-31T12:00:00Z. */
export function parseSince(text: string): string {
  if (parseInstant(text) !== undefined) return text;
  if (!/^\d+[smhdw]$/.test(text)) {
    throw new InvalidArgumentError("Write 24h, or an instant: 2027-01-31T12:00:00Z.");
  }
  return formatInstant(addSeconds(systemClock.now(), -parseDuration(text)));
}

/** A JSON object, or `@FILE` with one. */
export function parseMetadata(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text.startsWith("@") ? readText(text.slice(1)) : text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new InvalidArgumentError("It must be a JSON object, or @FILE with one.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws UsageError when it cannot be read */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}

export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** For an option that may be given again and again. */
export function collect(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}
