import type { Limit } from "@keyward/sdk/client/operations.generated";

const NUMBER = new Intl.NumberFormat("en");
const SPANS: Readonly<Record<number, string>> = {
  1: "second",
  60: "minute",
  3_600: "hour",
  86_400: "day",
};

/** A limit as one would say it: "100 a minute, in bursts of up to 200". */
export function limitSentence(limit: Limit): string {
  switch (limit.kind) {
    case "rate": {
      const { rate, per_seconds, burst } = limit;
      return `${NUMBER.format(rate)} a ${spanOf(per_seconds)}, in bursts of up to ${NUMBER.format(burst)}`;
    }
    case "window":
      return `${NUMBER.format(limit.limit)} in any ${spanOf(limit.window_seconds)}`;
    case "quota":
      return `${NUMBER.format(limit.limit)} a ${limit.period}`;
    case "concurrency":
      return `${NUMBER.format(limit.limit)} at the same time`;
    case "credits":
      return `${NUMBER.format(limit.limit)} in all`;
  }
}

function spanOf(seconds: number): string {
  return SPANS[seconds] ?? `${NUMBER.format(seconds)} seconds`;
}
