import { useEffect, useState } from "react";
import { usePreference } from "../runtime/preferences.ts";
import { nowMs } from "../runtime/clock.ts";

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });
const UNITS = [
  { unit: "year", ms: 31_557_600_000 },
  { unit: "month", ms: 2_629_800_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;
const TICK_MS = 30_000;

interface InstantProps {
  /** RFC 3339. */
  readonly value: string;
  /** `both` writes the exact time beside the relative one; with `relative` it is in the tooltip. */
  readonly show?: "relative" | "exact" | "both";
}

/** A time as people say it, with the exact one, zone included, at hand. */
export function Instant({ value, show = "relative" }: InstantProps) {
  const zone = usePreference("times");
  const exact = exactTime(value, zone === "utc" ? "UTC" : undefined);
  useTicks();
  const relative = relativeTime(value, nowMs());
  const text = { relative, exact, both: `${relative} (${exact})` }[show];
  return (
    <time dateTime={value} title={show === "relative" ? exact : value}>
      {text}
    </time>
  );
}

export function exactTime(value: string, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    timeZone,
  }).format(new Date(value));
}

export function relativeTime(value: string, now: number): string {
  const difference = Date.parse(value) - now;
  for (const { unit, ms } of UNITS) {
    if (Math.abs(difference) >= ms) return RELATIVE.format(Math.trunc(difference / ms), unit);
  }
  return difference < 0 ? "just now" : "within a minute";
}

/** Relative times grow old while one looks at them. */
function useTicks(): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
}
