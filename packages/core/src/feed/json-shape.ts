// Reads JSON that somebody else wrote, without belief and without throwing.

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value, if it is an object with exactly these fields: one that is missing or unknown may be one that restricts. */
export function exactObject(value: unknown, fields: readonly string[]): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const names = Object.keys(value);
  const isExact =
    names.length === fields.length && fields.every((name) => Object.hasOwn(value, name));
  return isExact ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every entry parsed, or `undefined` when it is no list or one entry is refused. */
export function parseList<Value>(
  value: unknown,
  parse: (entry: unknown) => Value | undefined,
): readonly Value[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const parsed: Value[] = [];
  for (const entry of value as readonly unknown[]) {
    const result = parse(entry);
    if (result === undefined) return undefined;
    parsed.push(result);
  }
  return parsed;
}

/** A whole number from 0 on that a double holds exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** `undefined` for text that is no JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
