// GET /v1/logs/tail: server-sent events (WHATWG HTML §9.2), one for each decision that the filter lets through.
import type { LogFilter } from "@keyward/core/log/filter";
import { matches } from "@keyward/core/log/filter";
import { logOperations } from "../contract/logs.ts";
import type { InputOf } from "../contract/operations.ts";
import type { Call } from "../operations/call.ts";
import { readFilter } from "../operations/logs/filter.ts";
import { filterableOf, presentEntries } from "../operations/logs/present-entry.ts";
import type { KeptEntry } from "../storage/logs.ts";
import type { Reader, TenantScope } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";

export interface TailConnection {
  /** @throws OperationError when the caller is accepted no longer */
  readonly isAllowed: () => Promise<boolean>;
  readonly cut: () => void;
}

/** @throws OperationError `invalid_request` for the filter, `unavailable` while too many follow */
export async function tailLogs(
  { storage: { reader }, logTails }: Pick<AppParts, "storage" | "logTails">,
  { caller: { scope }, now }: Call,
  { filter: text, seconds }: InputOf<"logs.tail">["query"],
  { isAllowed, cut }: TailConnection,
): Promise<Response> {
  const filter = await readFilter(reader, scope, text, now);
  const body = logTails.open({
    scope,
    seconds,
    isAllowed: () => isAllowed().catch(() => false),
    show: (entries) => eventsOf(reader, scope, entries, filter),
    cut,
  });
  // A proxy that gathers a stream before it passes it on makes it useless.
  const type = logOperations["logs.tail"].streams;
  return new Response(body, { headers: { "content-type": type, "x-accel-buffering": "no" } });
}

async function eventsOf(
  reader: Reader,
  scope: TenantScope,
  entries: readonly KeptEntry[],
  filter: LogFilter,
): Promise<Uint8Array> {
  const wanted = entries.filter((entry) => matches(filter, filterableOf(entry)));
  const shown = await presentEntries(reader, scope, wanted);
  return Buffer.from(
    shown.map((entry) => `id: ${entry.id}\ndata: ${JSON.stringify(entry)}\n\n`).join(""),
  );
}
