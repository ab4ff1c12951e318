import type { Instant } from "../time.ts";

export const MINUTES_PER_DAY = 1440;
export const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** The days as windows name them, Monday first (ISO 8601 §4.2.1). */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** The wall clock of one time zone. */
export interface ZoneClock {
  /** The local time in whole minutes since Monday 00:00, from 0 to 10079. */
  minuteOfWeek(now: Instant): number;
}

const MINUTE_MS = 60_000;

/** IANA names only: an offset such as +02:00 would be wrong for half of the year. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/**
 * One clock per zone for the whole process, since making one costs far more than reading it. Bounded by the number of
 * zones: only names that exist get in, and spellings that differ in case share an entry.
 */
const clocks = new Map<string, ZoneClock>();

/** The clock of an IANA time zone such as `Europe/Berlin`; `undefined` when there is no such zone. */
export function findZoneClock(zone: string): ZoneClock | undefined {
  if (!ZONE_NAME.test(zone)) return undefined;
  const name = zone.toLowerCase();
  const known = clocks.get(name);
  if (known !== undefined) return known;
  const format = findFormat(zone);
  if (format === undefined) return undefined;
  const clock = createZoneClock(format);
  clocks.set(name, clock);
  return clock;
}

function findFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch {
    return undefined;
  }
}

/** Remembers the last minute's answer. It is the same for every instant of that minute, so no caller can see the memory. */
function createZoneClock(format: Intl.DateTimeFormat): ZoneClock {
  let lastMinute: number | undefined;
  let lastAnswer = 0;
  return {
    minuteOfWeek(now) {
      const minute = Math.floor(now / MINUTE_MS);
      if (minute !== lastMinute) {
        lastAnswer = readMinuteOfWeek(format, minute * MINUTE_MS);
        lastMinute = minute;
      }
      return lastAnswer;
    },
  };
}

function readMinuteOfWeek(format: Intl.DateTimeFormat, milliseconds: number): number {
  let dayIndex = 0;
  let hours = 0;
  let minutes = 0;
  for (const { type, value } of format.formatToParts(milliseconds)) {
    if (type === "weekday") dayIndex = WEEKDAYS.findIndex((day) => day === value.toLowerCase());
    else if (type === "hour") hours = Number(value);
    else if (type === "minute") minutes = Number(value);
  }
  return dayIndex * MINUTES_PER_DAY + hours * 60 + minutes;
}
