// One record of a dump, by the names that a source gives its columns.
import { instantOf } from "./instants.ts";
import type { ForeignKey } from "./row.ts";

export type Dump = Readonly<Record<string, unknown>>;

/** The first of these columns that says something, as text. */
export function textIn(record: Dump, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = record[name];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** Of `0`, `false`, `no` and their like: false. `undefined` where nothing is said. */
export function flagIn(record: Dump, name: string): boolean | undefined {
  const value = record[name];
  if (typeof value === "boolean") return value;
  const text = textIn(record, name);
  return text === undefined ? undefined : !/^(?:0|false|no|off|f|n)$/i.test(text);
}

/** An instant: RFC 3339, a date of a database, or milliseconds since 1970. */
export function expiryIn(record: Dump, ...names: readonly string[]): Pick<ForeignKey, "expiresAt"> {
  const text = textIn(record, ...names);
  return text === undefined ? {} : { expiresAt: instantOf(text) };
}

/** A JSON object, written as text or as it is. */
export function objectIn(record: Dump, ...names: readonly string[]): Dump | undefined {
  for (const name of names) {
    const value = record[name];
    const parsed = typeof value === "string" ? parsedJson(value) : value;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Dump;
  }
  return undefined;
}

/** Without what is not there, as optional fields have it. */
export function said<Fields extends object>(
  fields: Fields,
): {
  [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
} {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof said<Fields>>;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
