import { formatInstant, instant } from "@keyward/core/time";

const MS = /^\d{12,14}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** What SQL databases print: in UTC where they say nothing else. */
const OF_A_DATABASE =
  /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:Z|\+00(?::?00)?)?$/;

/** RFC 3339 of what dumps write. Anything else stays as it is: an end that nobody understands must not become none. */
export function instantOf(text: string): string {
  if (MS.test(text)) return formatInstant(instant(Number(text)));
  if (DATE.test(text)) return `${text}T00:00:00Z`;
  const [, date, time] = OF_A_DATABASE.exec(text) ?? [];
  return date === undefined ? text : `${date}T${time}Z`;
}
