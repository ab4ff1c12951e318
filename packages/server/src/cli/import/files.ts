// Reads dumps: CSV with a heading, JSON, and YAML. The parsers are loaded only where there is something to read.
import { statSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { readText } from "../values.ts";
import type { Dump } from "./record.ts";

/** A million keys are some 200 MiB; who has more splits the file. */
const FILE_BYTES_MAX = 268_435_456;

/** The records of a CSV file with a heading, or of a JSON array, by what the file begins with. */
export async function readRecords(path: string): Promise<readonly Dump[]> {
  const text = readFile(path);
  return /^\s*[[{]/.test(text) ? recordsIn(path, jsonIn(path, text)) : await csvIn(path, text);
}

/** A YAML or a JSON document. JSON is YAML as well. */
export async function readDocument(path: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    return parse(readFile(path)) as unknown;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** An array, or the array in an object that has but one: what exports wrap their rows in. */
function recordsIn(path: string, value: unknown): readonly Dump[] {
  const lists = Array.isArray(value)
    ? [value as unknown[]]
    : Object.values(value as object).filter((each): each is unknown[] => Array.isArray(each));
  const [list, ...others] = lists;
  if (list === undefined || others.length > 0 || !list.every(isRecord)) {
    throw new UsageError(`${path} is no list of records`);
  }
  return list;
}

async function csvIn(path: string, text: string): Promise<readonly Dump[]> {
  const { parse } = await import("csv-parse/sync");
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function jsonIn(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readFile(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > FILE_BYTES_MAX) {
    throw new UsageError(`${path} is larger than ${FILE_BYTES_MAX} bytes`, "split it");
  }
  return readText(path);
}

/** What parsers complain of quotes the file, and there are keys in it. */
function unreadable(path: string, error: unknown): UsageError {
  const line = error instanceof Error ? /line (\d+)/i.exec(error.message)?.[1] : undefined;
  return new UsageError(`${path} cannot be read${line === undefined ? "" : `: see line ${line}`}`);
}

function isRecord(value: unknown): value is Dump {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
