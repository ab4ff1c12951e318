import type { DebianPackage } from "../tools/test-programs.ts";

/** One figure. Compare ratios: what a value is in nanoseconds depends on the machine and on its other guests. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same thing done bare, in the same run and unit; `null` where there is nothing to compare with. */
  readonly baseline: number | null;
  /** Of value to baseline. */
  readonly ratio: number | null;
}

/** `million` has the numbers that the aims are set for, and takes minutes more. */
export const SIZES = ["default", "million"] as const;
export type Size = (typeof SIZES)[number];

export function isSize(text: string): text is Size {
  return (SIZES as readonly string[]).includes(text);
}

/** A file of this folder that measures one area. It runs in a process of its own, with `gc` exposed. */
export interface Suite {
  /** What it starts of others; installed where it is missing. */
  readonly programs?: readonly DebianPackage[];
  run(size: Size): Promise<readonly Row[]>;
}

export function median(values: readonly number[]): number {
  const ascending = values.toSorted((left, right) => left - right);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}
