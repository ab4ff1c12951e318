// Instants as the 48 bits of their milliseconds, which reach beyond the year 9999, where the last of them is.
import type { Instant } from "@keyward/core/time";

const WORD = 2 ** 32;
const HIGH_MASK = 0xffff;
const NEVER = 2 ** 48 - 1;

/** The lower 32 bits; of `null`, which is never, all set. */
export function lowBits(value: Instant | null): number {
  return value ?? NEVER;
}

/** The upper 16 bits. */
export function highBits(value: Instant | null): number {
  return Math.floor((value ?? NEVER) / WORD);
}

/** The instant of which these are the bits; `undefined` is never. Of `high`, only the lower half is looked at. */
export function joinBits(low: number, high: number): Instant | undefined {
  const value = (high & HIGH_MASK) * WORD + low;
  return value === NEVER ? undefined : (value as Instant);
}
