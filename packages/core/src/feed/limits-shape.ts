import type { Limit } from "../limit/limit.ts";
import { parseLimits } from "../limit/parse-limit.ts";
import type { LimitPlace } from "../limit/parse-limit.ts";
import { isObject } from "./json-shape.ts";

/** Limits as a feed carries them: complete. One that leaves a field to be guessed was not written by an authority. */
export function parseLimitsShape(value: unknown, place: LimitPlace): readonly Limit[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const parsed = parseLimits(value, place);
  if (!parsed.ok) return undefined;
  const isComplete = parsed.limits.every((limit, index) => {
    const given: unknown = value[index];
    return isObject(given) && Object.keys(given).length === Object.keys(limit).length;
  });
  return isComplete ? parsed.limits : undefined;
}
