import type { Instant } from "../time.ts";
import { accept, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";
import { findZoneClock, MINUTES_PER_DAY, MINUTES_PER_WEEK, WEEKDAYS } from "./zone-clock.ts";
import type { ZoneClock } from "./zone-clock.ts";

/** A time window as it is written, on the wall clock of its zone. */
export interface TimeWindowRestriction {
  /** The days on which the window opens: `mon` to `sun`. */
  readonly days: readonly string[];
  /** When it opens, `08:00`. */
  readonly from: string;
  /** When it has closed, `18:00`, up to `24:00`; earlier than `from`, on the next day. */
  readonly to: string;
  /** An IANA time zone, `Europe/Berlin`. */
  readonly time_zone: string;
}

/** A time window ready for matching. */
export interface TimeWindow {
  readonly clock: ZoneClock;
  /** In minutes of the week, the first included and the last not; the last may lie in the week after. */
  readonly openings: readonly { readonly start: number; readonly end: number }[];
}

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const END_OF_DAY = "24:00";

/** Reads a time window. */
export function parseTimeWindow(window: TimeWindowRestriction): ParsedPattern<TimeWindow> {
  const dayIndexes: number[] = [];
  for (const [index, day] of window.days.entries()) {
    const dayIndex = WEEKDAYS.findIndex((weekday) => weekday === day);
    if (dayIndex === -1) return refuse(`a day is one of ${WEEKDAYS.join(", ")}`, `/days/${index}`);
    if (dayIndexes.includes(dayIndex)) return refuse("the day is listed twice", `/days/${index}`);
    dayIndexes.push(dayIndex);
  }
  if (dayIndexes.length === 0) return refuse("without a day the window never opens", "/days");
  const from = parseTimeOfDay(window.from);
  if (from === undefined) return refuse("a start is written as 00:00 to 23:59", "/from");
  const to = window.to === END_OF_DAY ? MINUTES_PER_DAY : parseTimeOfDay(window.to);
  if (to === undefined) return refuse("an end is written as 00:00 to 24:00", "/to");
  if (to === from)
    return refuse("start and end are the same; a whole day is 00:00 to 24:00", "/to");
  const clock = findZoneClock(window.time_zone);
  if (clock === undefined) {
    return refuse("not an IANA time zone; write one such as Europe/Berlin", "/time_zone");
  }
  const lengthMinutes = to > from ? to - from : to - from + MINUTES_PER_DAY;
  const openings = dayIndexes.map((dayIndex) => {
    const start = dayIndex * MINUTES_PER_DAY + from;
    return { start, end: start + lengthMinutes };
  });
  return accept({ clock, openings });
}

/** Whether the window is open at the instant. */
export function isOpen(window: TimeWindow, now: Instant): boolean {
  const minute = window.clock.minuteOfWeek(now);
  return window.openings.some(
    ({ start, end }) =>
      // The second line is Monday morning, seen from a window that opened on Sunday.
      (minute >= start && minute < end) || minute + MINUTES_PER_WEEK < end,
  );
}

function parseTimeOfDay(text: string): number | undefined {
  if (!TIME_OF_DAY.test(text)) return undefined;
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
