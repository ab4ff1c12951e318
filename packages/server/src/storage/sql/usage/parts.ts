import { GRAIN_SECONDS, UNIT_SECONDS } from "../../usage.ts";
import type { UnitSeconds, UsageQuestion } from "../../usage.ts";

/** Some buckets of a unit, to be added, or taken away from what others hold too much. */
export interface Part {
  readonly sign: 1 | -1;
  readonly grain: UnitSeconds;
  /** In whole units since 1970. */
  readonly from: number;
  readonly to: number;
}

type Range = Pick<UsageQuestion, "grain" | "from" | "to">;

/** All buckets of a range, each for itself. */
export function bucketsOf({ grain, from, to }: Range): Part {
  const seconds = GRAIN_SECONDS[grain];
  const bucketAt = (at: number) => Math.ceil(at / 1000 / seconds);
  return { sign: 1, grain: seconds, from: bucketAt(from), to: bucketAt(to) };
}

/**
 * The sum of a range out of few rows: coarse units, corrected by finer ones at the ends. At the start those are as few as
 * possible. At the end the last unit is taken whole, for most questions end now, after which there is nothing to take away.
 */
export function partsOf(range: Range): Parts {
  return coarsened(bucketsOf(range), []);
}

export type Parts = readonly [Part, ...(readonly Part[])];

function coarsened(part: Part, corrections: readonly Part[]): Parts {
  const { grain, from, to } = part;
  const coarser = UNIT_SECONDS[UNIT_SECONDS.indexOf(grain) + 1];
  const times = (coarser ?? 0) / grain;
  if (coarser === undefined || to - from <= times) return [part, ...corrections];
  const start = Math.round(from / times);
  const end = Math.ceil(to / times);
  const own: readonly Part[] = [
    { sign: 1, grain, from, to: start * times },
    { sign: -1, grain, from: start * times, to: from },
    { sign: -1, grain, from: to, to: end * times },
  ];
  const needed = own.filter((each) => each.from < each.to);
  return coarsened({ sign: 1, grain: coarser, from: start, to: end }, [...corrections, ...needed]);
}
