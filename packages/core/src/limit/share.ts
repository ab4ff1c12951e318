import type { Limit } from "./limit.ts";

/** A limit for one of so many who cannot reach each other: all their shares together are the limit, or one unit each. */
export function shareOf(limit: Limit, count: number): Limit {
  const part = (units: number) => Math.max(1, Math.floor(units / count));
  switch (limit.kind) {
    case "rate":
      return { ...limit, rate: part(limit.rate), burst: part(limit.burst) };
    case "window":
    case "concurrency":
      return { ...limit, limit: part(limit.limit) };
    case "quota":
    case "credits":
      return limit;
  }
}
