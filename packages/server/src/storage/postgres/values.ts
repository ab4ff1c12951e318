// How values travel between rows and PostgreSQL.
import { types } from "pg";
import type { CustomTypesConfig } from "pg";

/**
 * PostgreSQL keeps no U+0000 in a text, and SQLite does. It travels as an escape, made of a character of a private plane
 * that is escaped itself where it occurs.
 */
const ESCAPE = "\u{F0000}";

export function toParameter(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toParameter);
  if (typeof value !== "string" || !/[\0\u{F0000}]/u.test(value)) return value;
  return value.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll("\0", `${ESCAPE}0`);
}

function textFrom(value: string): string {
  if (!value.includes(ESCAPE)) return value;
  return value.replaceAll(`${ESCAPE}0`, "\0").replaceAll(`${ESCAPE}1`, ESCAPE);
}

const { INT8, NUMERIC, TEXT, BYTEA } = types.builtins;

/** Whole numbers are numbers: none of ours is beyond 2^53, and the sum of a bigint comes as a numeric. */
export const VALUE_TYPES: CustomTypesConfig = {
  getTypeParser: (id, format) => {
    if (id === INT8 || id === NUMERIC) return Number;
    if (id === TEXT) return textFrom;
    if (id === BYTEA) return bytesFrom;
    return types.getTypeParser(id, format) as (value: string) => unknown;
  },
};

/** A Uint8Array and no Buffer, as SQLite gives it. */
function bytesFrom(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value.slice(2), "hex"));
}
