import { parseId } from "@keyward/core/id";
import { boundsOf, matches } from "@keyward/core/log/filter";
import type { LogFilter } from "@keyward/core/log/filter";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { LOG_SCAN_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { KeptEntry, LogQuestion, LogStorage } from "../../storage/logs.ts";
import type { TenantScope } from "../../storage/storage.ts";
import type { Call } from "../call.ts";
import type { ReadAccess } from "../handlers.ts";
import { readFilter } from "./filter.ts";
import { filterableOf, presentEntries } from "./present-entry.ts";

/** How much is looked through before others have their turn. */
const SLICE_ENTRIES = 1_000;

export async function listLogs(
  call: Call,
  { reader, logs }: ReadAccess,
  { query }: InputOf<"logs.list">,
): Promise<ResultOf<"logs.list">> {
  const { scope } = call.caller;
  const { limit, cursor, ...asked } = query;
  const position = { scope, list: "logs.list", filter: asked };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const filter = await readFilter(reader, scope, asked.filter, call.now);
  const question = questionOf(asked, filter, call.now);
  if (question === undefined) return { data: [], next_cursor: null };
  const id = after === null ? null : (parseId("log", after) ?? null);
  const { found, last } = await search(logs, scope, { ...question, after: id }, filter, limit);
  return {
    data: [...(await presentEntries(reader, scope, found))],
    next_cursor: last === null ? null : call.cursors.seal(position, last),
  };
}

type Range = Pick<InputOf<"logs.list">["query"], "from" | "to">;

/** The part of the log in which every match lies; `undefined` where there can be none. */
function questionOf(
  range: Range,
  filter: LogFilter,
  now: Instant,
): Omit<LogQuestion, "after" | "limit"> | undefined {
  const bounds = boundsOf(filter);
  const from = Math.max(range.from ?? 0, bounds.from ?? 0);
  // What is being written down meanwhile may be of this very millisecond.
  const to = Math.min(range.to ?? now + 1, (bounds.to ?? now) + 1);
  if (from >= to) return undefined;
  const within = { from: instant(from), to: instant(to) };
  if (bounds.key === undefined) return within;
  const keyId = parseId("key", bounds.key) ?? parseId("client", bounds.key);
  return keyId && { ...within, keyId };
}

interface Found {
  readonly found: readonly KeptEntry[];
  /** The last that was looked at, where there may be more behind it. */
  readonly last: string | null;
}

async function search(
  logs: LogStorage,
  scope: TenantScope,
  question: Omit<LogQuestion, "limit">,
  filter: LogFilter,
  limit: number,
): Promise<Found> {
  const found: KeptEntry[] = [];
  let { after } = question;
  for (let seen = 0; seen < LOG_SCAN_MAX; seen += SLICE_ENTRIES) {
    const slice = await logs.list(scope, { ...question, after, limit: SLICE_ENTRIES });
    for (const entry of slice) {
      after = entry.id;
      if (!matches(filter, filterableOf(entry))) continue;
      found.push(entry);
      if (found.length === limit) return { found, last: entry.id };
    }
    if (slice.length < SLICE_ENTRIES) return { found, last: null };
  }
  return { found, last: after };
}
