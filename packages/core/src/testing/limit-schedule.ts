// For tests alone: limits drawn by chance, and requests that look for their weak points.
import type { At } from "../limit/counter.ts";
import type { Limit } from "../limit/limit.ts";
import { instant } from "../time.ts";

export const SCHEDULE_START = instant(1_767_225_600_000);

export type Draw = (min: number, max: number) => number;

/** The same seed draws the same. */
export function drawing(seed: number): { readonly random: () => number; readonly draw: Draw } {
  const random = lcg(seed);
  return { random, draw: (min, max) => min + Math.floor(random() * (max - min + 1)) };
}

/** Of Numerical Recipes: enough to vary, and the same in every run. */
function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const common = { per: null, dry_run: false, when_unavailable: "local" } as const;

export const DRAWN_LIMITS: Readonly<Record<Limit["kind"], (draw: Draw) => Limit>> = {
  rate: (draw) => ({
    ...common,
    name: "rate",
    kind: "rate",
    rate: draw(1, 50),
    per_seconds: draw(1, 7),
    burst: draw(1, 30),
  }),
  window: (draw) => ({
    ...common,
    name: "window",
    kind: "window",
    limit: draw(1, 40),
    window_seconds: draw(1, 9),
  }),
  quota: (draw) => ({
    ...common,
    name: "quota",
    kind: "quota",
    limit: draw(1, 500),
    period: "day",
    time_zone: draw(0, 1) === 0 ? "Europe/Berlin" : "America/St_Johns",
    anchor: null,
    soft_limit: null,
    overflow: draw(0, 20),
  }),
  concurrency: (draw) => ({
    ...common,
    name: "concurrency",
    kind: "concurrency",
    limit: draw(1, 20),
    lease_seconds: draw(1, 5),
  }),
  credits: (draw) => ({
    ...common,
    name: "credits",
    kind: "credits",
    limit: draw(0, 3_000),
    exhausted_status: 402,
  }),
};

export interface LimitSchedule {
  readonly limits: readonly Limit[];
  readonly steps: readonly { readonly at: At; readonly cost: number }[];
}

/** Floods, pauses, exact edges of windows, and jumps of the wall clock by years both ways. */
export function limitSchedule(
  seed: number,
  kinds: readonly Limit["kind"][],
  length: number,
): LimitSchedule {
  const { random, draw } = drawing(seed);
  const limits = kinds.map((kind) => DRAWN_LIMITS[kind](draw));
  const costMax = draw(1, 4);
  const pace = [0, 50, 3_000, 400_000, 20_000_000][draw(0, 4)] ?? 0;
  /** On a grid, instants meet the edges of windows and the ends of leases exactly. */
  const gridUs = draw(0, 2) === 0 ? 250_000 : 1;
  let atUs = 0;
  let wallShiftMs = 0;
  const steps = Array.from({ length }, () => {
    atUs += onGrid(gridUs, pauseUs(random, draw, pace));
    if (random() < 0.002) wallShiftMs = draw(-10, 10) * 31_536_000_000;
    const now = instant(SCHEDULE_START + Math.floor(atUs / 1_000) + wallShiftMs);
    return { at: { monotonicUs: atUs, now }, cost: draw(0, costMax) };
  });
  return { limits, steps };
}

function pauseUs(random: () => number, draw: Draw, pace: number): number {
  if (random() < 0.02) return draw(0, 9_000_000);
  return random() < 0.1 ? 20_000 * draw(0, 60) : draw(0, pace);
}

function onGrid(gridUs: number, us: number): number {
  return Math.floor(us / gridUs) * gridUs;
}
