// What a filter of the log means: spec/logs.md §6.
import { cidrContains } from "../restriction/cidr.ts";
import type { Cidr } from "../restriction/cidr.ts";
import { parseCidr } from "../restriction/cidr.ts";

/** Fields that hold text, and are asked for by all of it, or by its beginning. */
export const TEXT_FIELDS = [
  "outcome",
  "code",
  "key",
  "owner",
  "api",
  "environment",
  "tag",
  "method",
  "path",
  "agent",
  "brand",
  "reporter",
] as const;
/** Fields that can be compared. `at` is milliseconds since 1970. */
export const NUMBER_FIELDS = ["at", "status", "cost"] as const;
export const NETWORK_FIELD = "network";

export type TextField = (typeof TEXT_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];
export type LogField = TextField | NumberField | typeof NETWORK_FIELD;

/** `:` is equality; of text with a `*` at the end, a beginning; of networks, that one lies in the other. */
export type Comparison = ":" | "<" | "<=" | ">" | ">=";

export type LogFilter =
  | { readonly and: readonly LogFilter[] }
  | { readonly or: readonly LogFilter[] }
  | { readonly not: LogFilter }
  | { readonly field: TextField; readonly is: string; readonly begins: boolean }
  | { readonly field: NumberField; readonly comparison: Comparison; readonly number: number }
  | { readonly field: typeof NETWORK_FIELD; readonly network: Cidr };

/** What a filter looks at; `null` where there is nothing, which no term matches. */
export type Filterable = Readonly<Record<TextField | typeof NETWORK_FIELD, string | null>> &
  Readonly<Record<NumberField, number>>;

export function matches(filter: LogFilter, entry: Filterable): boolean {
  if ("and" in filter) return filter.and.every((each) => matches(each, entry));
  if ("or" in filter) return filter.or.some((each) => matches(each, entry));
  if ("not" in filter) return !matches(filter.not, entry);
  if ("network" in filter) return meets(filter.network, entry.network);
  if ("number" in filter) return compare(entry[filter.field], filter.comparison, filter.number);
  const value = entry[filter.field];
  if (value === null) return false;
  return filter.begins ? value.startsWith(filter.is) : value === filter.is;
}

/** A report names networks, so an address is in it as far as its network is. */
function meets(asked: Cidr, text: string | null): boolean {
  if (text === null) return false;
  const parsed = parseCidr(text);
  if (!parsed.ok) return false;
  const { network } = parsed.pattern;
  return cidrContains(asked, network) || cidrContains(parsed.pattern, asked.network);
}

function compare(value: number, comparison: Comparison, number: number): boolean {
  switch (comparison) {
    case ":":
      return value === number;
    case "<":
      return value < number;
    case "<=":
      return value <= number;
    case ">":
      return value > number;
    case ">=":
      return value >= number;
  }
}

/** What every match must have in common, so that not all has to be looked at. */
export interface Bounds {
  /** Milliseconds since 1970, both included. */
  readonly from?: number;
  readonly to?: number;
  readonly key?: string;
}

export function boundsOf(filter: LogFilter): Bounds {
  const terms = "and" in filter ? filter.and : [filter];
  let bounds: Bounds = {};
  for (const term of terms) {
    if ("and" in term) bounds = narrower(bounds, boundsOf(term));
    else if ("number" in term && term.field === "at") bounds = narrower(bounds, rangeOf(term));
    else if ("is" in term && term.field === "key" && !term.begins)
      bounds = { ...bounds, key: term.is };
  }
  return bounds;
}

function rangeOf({
  comparison,
  number,
}: {
  readonly comparison: Comparison;
  readonly number: number;
}): Bounds {
  switch (comparison) {
    case ":":
      return { from: number, to: number };
    case "<":
    case "<=":
      return { to: number };
    case ">":
    case ">=":
      return { from: number };
  }
}

function narrower(one: Bounds, other: Bounds): Bounds {
  const from = Math.max(one.from ?? -Infinity, other.from ?? -Infinity);
  const to = Math.min(one.to ?? Infinity, other.to ?? Infinity);
  const key = other.key ?? one.key;
  return {
    ...(from > -Infinity && { from }),
    ...(to < Infinity && { to }),
    ...(key !== undefined && { key }),
  };
}
