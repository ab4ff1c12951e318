import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { highWord, joinWords } from "./rows.ts";
import type { Rows } from "./rows.ts";

/** No instant reaches it: the last one, in the year 9999, has 48 bits. */
const NEVER = 2 ** 53 - 1;

/** Reads what {@link writeInstant} wrote; `undefined` where that was `null`. */
export function readInstant(
  rows: Pick<Rows, "get">,
  row: number,
  word: number,
): Instant | undefined {
  const value = joinWords(rows.get(row, word), rows.get(row, word + 1));
  return value === NEVER ? undefined : instant(value);
}

/** Takes two words. */
export function writeInstant(
  rows: Pick<Rows, "set">,
  row: number,
  word: number,
  value: Instant | null,
): void {
  rows.set(row, word, value ?? NEVER);
  rows.set(row, word + 1, highWord(value ?? NEVER));
}
