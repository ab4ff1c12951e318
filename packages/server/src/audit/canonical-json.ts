import type { JsonValue } from "@keyward/core/model/metadata";

/**
 * One spelling for one value: RFC 8785 (names in the order of their UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them). A lone surrogate is written as an escape, where the RFC has no answer.
 */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    members.push(`${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  }
  return `{${members.join(",")}}`;
}

/** Array.isArray does not take a readonly array out of a union. */
function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null;
}
