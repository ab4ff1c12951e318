// What bodies are read with: JSON that every reader understands alike (RFC 8259 §4, RFC 7493).
import { isAscii, isUtf8 } from "node:buffer";

export const JSON_DEPTH_MAX = 32;

/**
 * Members and elements of all objects and arrays together. A schema looks at each element before it counts them, and
 * tells each mistake, so what is far too many must not reach one (F12). Several times what any operation takes.
 */
export const JSON_ENTRIES_MAX = 10_000;

export type JsonParse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Names that reach a prototype count where nobody looks. */
const FORBIDDEN_NAMES = new Set(["__proto__", "constructor", "prototype"]);
const HALF_A_PAIR = "The body has a string with half of a surrogate pair";

/**
 * Reads a body strictly: UTF-8 without replacement, no byte order mark, nothing nested deeper than
 * {@link JSON_DEPTH_MAX}, no more than `entriesMax` members and elements, no half of a surrogate pair, no name twice in an object and none that reaches a prototype. Two
 * readers disagree about which of two equal names counts (T37). The detail of a refusal repeats no value of the body.
 */
export function parseJson(body: Buffer, entriesMax = JSON_ENTRIES_MAX): JsonParse {
  const ascii = isAscii(body);
  if (!ascii && !isUtf8(body)) return refuse("The body is not UTF-8");
  const text = body.toString(ascii ? "latin1" : "utf8");
  const shape = shapeOf(text);
  if (shape.depth > JSON_DEPTH_MAX) {
    return refuse(`The body is nested deeper than ${JSON_DEPTH_MAX}`);
  }
  if (shape.commas >= entriesMax) {
    return refuse(`The body has more than ${entriesMax} members and elements`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("The body is not JSON");
  }
  const names = countNames(value);
  if (typeof names === "string") return refuse(names);
  // The parser keeps one of several equal names, so fewer names than colons means that one came twice.
  if (names !== shape.colons) return refuse("The body has an object with the same name twice");
  return { ok: true, value };
}

function refuse(detail: string): JsonParse {
  return { ok: false, detail };
}

interface Shape {
  readonly depth: number;
  readonly colons: number;
  readonly commas: number;
}

/** Of text that may yet turn out not to be JSON. Looks at each character once. */
function shapeOf(text: string): Shape {
  let open = 0;
  let depth = 0;
  let colons = 0;
  let commas = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COLON:
        colons++;
        break;
      case COMMA:
        commas++;
        break;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        open++;
        if (open > depth) depth = open;
        break;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        open--;
        break;
    }
  }
  return { depth, colons, commas };
}

/** The place of the quote that ends the string which begins at `start`; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index++;
  }
  return text.length;
}

/** The members of all objects together; or what is wrong with one of them, or with a string. */
function countNames(value: unknown): number | string {
  if (typeof value === "string") return value.isWellFormed() ? 0 : HALF_A_PAIR;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return sumOf(value);
  let count = 0;
  for (const name of Object.keys(value)) {
    if (FORBIDDEN_NAMES.has(name)) return `The body has a member ${name}`;
    if (!name.isWellFormed()) return HALF_A_PAIR;
    const within = countNames((value as Record<string, unknown>)[name]);
    if (typeof within === "string") return within;
    count += within + 1;
  }
  return count;
}

function sumOf(elements: readonly unknown[]): number | string {
  let count = 0;
  for (const element of elements) {
    const within = countNames(element);
    if (typeof within === "string") return within;
    count += within;
  }
  return count;
}
