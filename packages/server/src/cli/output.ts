// How results are shown: JSON for programs, columns and fields for people; in both, nothing that a terminal obeys.
import { printable, printableJson } from "./printable.ts";
import { tableLines } from "./table.ts";
import type { Column } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export interface Listed<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

export interface Output {
  /** One thing; a field without a value is left out for people. */
  one(thing: object): void;
  list<Row>(page: Listed<Row>, columns: readonly Column<Row>[]): void;
  /** Lines for people, or the value as JSON. */
  text(value: unknown, lines: readonly string[]): void;
}

export function outputFor(terminal: Terminal, isJson: boolean): Output {
  const text = (value: unknown, lines: readonly string[]) => {
    terminal.data(isJson ? `${printableJson(value)}\n` : lines.map((line) => `${line}\n`).join(""));
  };
  return {
    text,
    one: (thing) => text(thing, isJson ? [] : fieldLines(thing, terminal)),
    list: (page, columns) => {
      text(page, isJson ? [] : listLines(page.data, columns, terminal));
      if (page.next_cursor === null || isJson) return;
      terminal.note(`There are more: --all, or --cursor ${printable(page.next_cursor)}\n`);
    },
  };
}

function listLines<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Terminal,
): readonly string[] {
  if (rows.length === 0) {
    terminal.note("There are none.\n");
    return [];
  }
  const [head = "", ...lines] = tableLines(rows, columns, terminal.width);
  return [terminal.paint("bold", head), ...lines];
}

function fieldLines(thing: object, terminal: Terminal): readonly string[] {
  const fields = Object.entries(thing).flatMap(([name, value]) => fieldsOf(name, value));
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => {
    return `${terminal.paint("bold", printable(name).padEnd(width))}  ${printable(value)}`;
  });
}

function fieldsOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined) return [];
  if (!isObject(value)) return [[name, textOf(value)]];
  if (!Array.isArray(value)) {
    return Object.entries(value).flatMap(([inner, each]) => fieldsOf(`${name}.${inner}`, each));
  }
  const values: readonly unknown[] = value;
  if (values.some(isObject)) {
    return values.flatMap((each, index) => fieldsOf(`${name}.${index}`, each));
  }
  return values.length === 0 ? [] : [[name, values.map(textOf).join(" ")]];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
