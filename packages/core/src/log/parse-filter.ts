// Reads a filter of the log: spec/logs.md §6.
import { parseCidr } from "../restriction/cidr.ts";
import { parseInstant } from "../time.ts";
import type { Instant } from "../time.ts";
import { DENIALS } from "../verdict/codes.ts";
import { NETWORK_FIELD, NUMBER_FIELDS, TEXT_FIELDS } from "./filter.ts";
import type { Comparison, LogFilter, NumberField, TextField } from "./filter.ts";

export const FILTER_CHARS_MAX = 1_000;
export const FILTER_TERMS_MAX = 50;
export const FILTER_DEPTH_MAX = 10;

export type ParsedFilter =
  | { readonly ok: true; readonly filter: LogFilter }
  /** `at` counts characters from 1. */
  | { readonly ok: false; readonly at: number; readonly problem: string };

/** Matches everything. */
export const NO_FILTER: LogFilter = { and: [] };

const TOKEN =
  /\s*(?:([()])|([a-z][a-z0-9_]*)(:|<=|>=|<|>|=)("(?:[^"\\]|\\.)*"|[^\s()"]+)|(\S+?)(?=[\s()]|$))/iy;
const AGO = /^-(\d{1,6})([smhd])$/;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WHOLE = /^\d{1,9}$/;

class Refused extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

/**
 * Reads `code:expired and not network:192.0.2.0/24`.
 *
 * @param now what `at>-15m` counts from
 */
export function parseLogFilter(text: string, now: Instant): ParsedFilter {
  try {
    return { ok: true, filter: new Parser(text, now).parse() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, at: error.at, problem: error.message };
  }
}

type Token =
  | { readonly kind: "(" | ")" | "and" | "or" | "not" | "end"; readonly at: number }
  | { readonly kind: "term"; readonly at: number; readonly filter: LogFilter };

/** Recursive descent, one function for each rule of the grammar. */
class Parser {
  readonly #text: string;
  readonly #now: Instant;
  #position = 0;
  #termCount = 0;
  #next: Token;

  constructor(text: string, now: Instant) {
    if (text.length > FILTER_CHARS_MAX) {
      throw new Refused(FILTER_CHARS_MAX + 1, `at most ${FILTER_CHARS_MAX} characters`);
    }
    this.#text = text;
    this.#now = now;
    this.#next = this.#read();
  }

  parse(): LogFilter {
    if (this.#next.kind === "end") return NO_FILTER;
    const filter = this.#or(0);
    const { kind, at } = this.#ahead();
    if (kind !== "end") throw new Refused(at, "a ( is missing before this )");
    return filter;
  }

  #or(depth: number): LogFilter {
    const parts = [this.#and(depth)];
    while (this.#next.kind === "or") {
      this.#take();
      parts.push(this.#and(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { or: parts };
  }

  /** Terms beside each other are joined by `and`. */
  #and(depth: number): LogFilter {
    const parts = [this.#not(depth)];
    for (;;) {
      const { kind } = this.#next;
      if (kind === "end" || kind === ")" || kind === "or") break;
      if (kind === "and") this.#take();
      parts.push(this.#not(depth));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { and: parts };
  }

  #not(depth: number): LogFilter {
    if (depth > FILTER_DEPTH_MAX) {
      throw new Refused(this.#next.at, `nested at most ${FILTER_DEPTH_MAX} deep`);
    }
    const token = this.#take();
    switch (token.kind) {
      case "not":
        return { not: this.#not(depth + 1) };
      case "(": {
        const filter = this.#or(depth + 1);
        if (this.#ahead().kind !== ")") throw new Refused(token.at, "this ( is not closed");
        this.#take();
        return filter;
      }
      case "term":
        return token.filter;
      default:
        throw new Refused(token.at, "here a term such as code:expired is missing");
    }
  }

  /** The next token, which reading a rule has moved. */
  #ahead(): Token {
    return this.#next;
  }

  #take(): Token {
    const token = this.#next;
    this.#next = this.#read();
    return token;
  }

  #read(): Token {
    TOKEN.lastIndex = this.#position;
    const match = TOKEN.exec(this.#text);
    const [whole = "", bracket, field, sign, value, word = ""] = match ?? [];
    const at = this.#position + whole.length - whole.trimStart().length + 1;
    if (match === null) return { kind: "end", at: this.#text.length + 1 };
    this.#position = TOKEN.lastIndex;
    if (bracket === "(" || bracket === ")") return { kind: bracket, at };
    if (field !== undefined && sign !== undefined && value !== undefined) {
      if (++this.#termCount > FILTER_TERMS_MAX)
        throw new Refused(at, `at most ${FILTER_TERMS_MAX} terms`);
      const comparison = (sign === "=" ? ":" : sign) as Comparison;
      return {
        kind: "term",
        at,
        filter: this.#term(at, field.toLowerCase(), comparison, unquoted(value)),
      };
    }
    const keyword = word.toLowerCase();
    if (keyword === "and" || keyword === "or" || keyword === "not") return { kind: keyword, at };
    throw new Refused(at, "is no term; write one such as code:expired or cost>10");
  }

  #term(at: number, field: string, comparison: Comparison, value: string): LogFilter {
    if (isOneOf(NUMBER_FIELDS, field)) {
      return { field, comparison, number: this.#number(at, field, value) };
    }
    const isText = isOneOf(TEXT_FIELDS, field);
    if (!isText && field !== NETWORK_FIELD) {
      const fields = [...TEXT_FIELDS, ...NUMBER_FIELDS, NETWORK_FIELD].join(", ");
      throw new Refused(at, `there is no such field; there are ${fields}`);
    }
    if (comparison !== ":") throw new Refused(at, `${field} cannot be compared; write ${field}:…`);
    if (!isText) {
      const parsed = parseCidr(value);
      if (!parsed.ok) throw new Refused(at, parsed.detail);
      return { field: NETWORK_FIELD, network: parsed.pattern };
    }
    return textTerm(at, field, value);
  }

  #number(at: number, field: NumberField, value: string): number {
    if (field !== "at") {
      if (!WHOLE.test(value)) throw new Refused(at, `${field} is a whole number`);
      return Number(value);
    }
    const [, count, unit] = AGO.exec(value) ?? [];
    if (count !== undefined)
      return this.#now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    const instant = parseInstant(value);
    if (instant === undefined)
      throw new Refused(at, "at is an instant such as 2026-11-26T08:00:00Z, or -15m");
    return instant;
  }
}

/** What a field can hold, where that is a closed list. */
const VALUES: Partial<Record<TextField, readonly string[]>> = {
  outcome: ["allowed", "denied"],
  code: ["allowed", ...Object.keys(DENIALS)],
  environment: ["live", "test"],
};

function textTerm(at: number, field: TextField, value: string): LogFilter {
  const begins = value.endsWith("*");
  const is = begins ? value.slice(0, -1) : value;
  const known = VALUES[field];
  if (known !== undefined && !known.some((each) => (begins ? each.startsWith(is) : each === is))) {
    throw new Refused(at, `${field} is one of ${known.join(", ")}`);
  }
  return { field, is: field === "method" ? is.toUpperCase() : is, begins };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}
