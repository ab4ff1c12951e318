// Limits as people write them on the command line, into what the API takes.
import type { PlansCreateBody } from "@keyward/sdk/client/operations.generated";
import { InvalidArgumentError } from "commander";
import { parseDuration, parseMetadata } from "./values.ts";

export type LimitOption = PlansCreateBody["limits"][number];

export const LIMIT_FORMS =
  "burst=rate:10/s, minute=window:300/60s, monthly=quota:10000/month, at-once=concurrency:5, prepaid=credits:500, or a JSON object";

const FORM = /^([a-z0-9][a-z0-9_-]*)=([a-z]+):(\d{1,13})(?:\/(\w+))?$/;
const PERIODS = ["day", "week", "month", "year"] as const;

/** For an option that may be given again and again; `none` stands for no limit at all. */
export function collectLimits(
  text: string,
  earlier: readonly LimitOption[] | undefined,
): readonly LimitOption[] {
  return text === "none" ? [] : [...(earlier ?? []), parseLimitOption(text)];
}

/** The server judges what the limit says; here it is only read. */
function parseLimitOption(text: string): LimitOption {
  if (text.startsWith("{") || text.startsWith("@")) {
    return parseMetadata(text) as unknown as LimitOption;
  }
  const [, name = "", kind = "", amount = "", per] = FORM.exec(text) ?? [];
  const limit = Number(amount);
  switch (kind) {
    case "rate":
      if (per !== undefined) return { name, kind, rate: limit, per_seconds: secondsOf(per) };
      break;
    case "window":
      if (per !== undefined) return { name, kind, limit, window_seconds: secondsOf(per) };
      break;
    case "quota": {
      const period = PERIODS.find((each) => each === per);
      if (period !== undefined) return { name, kind, limit, period };
      break;
    }
    case "concurrency":
    case "credits":
      if (per === undefined) return { name, kind, limit };
  }
  throw new InvalidArgumentError(`Write ${LIMIT_FORMS}.`);
}

/** `s`, `m` and `h` are one of them. */
function secondsOf(per: string): number {
  return parseDuration(/^\d/.test(per) ? per : `1${per}`);
}

/** `none` is no plan. */
export function planOf(text: string | undefined): string | null | undefined {
  return text === "none" ? null : text;
}
