// Periods of a calendar on the wall clock of a time zone, as spec/limits.md §5 defines them. Temporal would say it shorter;
// a verifier runs where it is not there yet. The tests hold every zone to it.
import type { Instant } from "../time.ts";
import type { QuotaLimit } from "./limit.ts";

/** Half-open, in milliseconds since 1970. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

const DAY_MS = 86_400_000;
/** 1970-01-05 was a Monday (ISO 8601 §4.2.1). */
const FIRST_MONDAY = "1970-01-05";
const EPOCH = "1970-01-01";
const DATE = /^(19[7-9]\d|[2-9]\d{3})-\d{2}-\d{2}$/;

/** Whether the text is a day of the calendar that exists, from 1970 on. */
export function isLocalDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const midnight = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(text);
}

/**
 * The period in which the instant lies: from one local midnight of the calendar to the next. A midnight that a change of
 * the clock skips is the instant of the change; of one that comes twice it is the first.
 */
export function periodAt(
  { period, time_zone, anchor }: Pick<QuotaLimit, "period" | "time_zone" | "anchor">,
  now: Instant,
): Period {
  const origin = Date.parse(anchor ?? (period === "week" ? FIRST_MONDAY : EPOCH));
  const format = formatOf(time_zone);
  const startOf = (index: number): number =>
    instantOfLocal(format, localMidnight(period, origin, index));
  // The local calendar says which period it is to within one: of two local midnights that a change brings close, or
  // before an anchor, only the instants decide.
  let index = indexNear(period, origin, now + offsetAt(format, now));
  while (startOf(index) > now) index--;
  while (startOf(index + 1) <= now) index++;
  return { startMs: startOf(index), endMs: startOf(index + 1) };
}

function indexNear(period: QuotaLimit["period"], originMs: number, localMs: number): number {
  if (period === "day") return Math.floor((localMs - originMs) / DAY_MS);
  if (period === "week") return Math.floor((localMs - originMs) / (7 * DAY_MS));
  const months = monthOf(localMs) - monthOf(originMs);
  return Math.floor(months / (period === "month" ? 1 : 12));
}

/** Of the period with this index, as if the local clock were UTC. */
function localMidnight(period: QuotaLimit["period"], originMs: number, index: number): number {
  if (period === "day") return originMs + index * DAY_MS;
  if (period === "week") return originMs + index * 7 * DAY_MS;
  const month = monthOf(originMs) + index * (period === "month" ? 1 : 12);
  // 31 January and a month is the last day of February, and two months is 31 March again.
  const lastDay = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
  return Date.UTC(1970, month, Math.min(new Date(originMs).getUTCDate(), lastDay));
}

function monthOf(localMs: number): number {
  const date = new Date(localMs);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** The earliest instant with this local time; in a gap, the local time read with the offset before it. */
function instantOfLocal(format: Intl.DateTimeFormat, localMs: number): number {
  const before = offsetAt(format, localMs - DAY_MS);
  const after = offsetAt(format, localMs + DAY_MS);
  const candidates = [localMs - before, localMs - after].filter(
    (candidate) => candidate + offsetAt(format, candidate) === localMs,
  );
  return candidates.length === 0 ? localMs - before : Math.min(...candidates);
}

/** Milliseconds by which the local clock is ahead of UTC. */
function offsetAt(format: Intl.DateTimeFormat, instantMs: number): number {
  const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return local - Math.floor(instantMs / 1_000) * 1_000;
}

/** Bounded by the number of zones, which differ in case at most. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const name = timeZone.toLowerCase();
  let format = formats.get(name);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(name, format);
  }
  return format;
}
