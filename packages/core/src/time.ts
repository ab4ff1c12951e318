import type { Brand } from "./brand.ts";

/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
export type Instant = Brand<number, "Instant">;

/** The last instant that RFC 3339 can write (its years have four digits). */
const INSTANT_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * RFC 3339 §5.6 with at most nanoseconds. The offset is mandatory: a local time names no instant. Hours end at 23 here,
 * because Date takes 24:00:00 for the next day, and RFC 3339 does not know it.
 */
const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]((?:[01]\d|2[0-3]):\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Takes whole milliseconds from 1970 to 9999; a RangeError otherwise, because no caller can mean it. */
export function instant(milliseconds: number): Instant {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 0 || milliseconds > INSTANT_MAX) {
    throw new RangeError(`not an instant: ${milliseconds}`);
  }
  return milliseconds as Instant;
}

/** Adds a duration and stops at the last instant that can be written. */
export function addSeconds(start: Instant, seconds: number): Instant {
  return Math.min(start + Math.trunc(seconds * 1000), INSTANT_MAX) as Instant;
}

/** Reads RFC 3339; fractions beyond milliseconds are cut. `undefined` for anything else, 30 February included. */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = "", offset] = match;
  // Date would turn 30 February into 1 March; reading the day back shows it.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== date) {
    return undefined;
  }
  const milliseconds = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${offset?.toUpperCase()}`);
  const inRange = milliseconds >= 0 && milliseconds <= INSTANT_MAX;
  return inRange ? (milliseconds as Instant) : undefined;
}

/** Writes RFC 3339 in UTC with milliseconds: `2026-11-23T08:00:00.000Z`. */
export function formatInstant(value: Instant): string {
  return new Date(value).toISOString();
}
