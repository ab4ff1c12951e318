import { digestFromHex } from "@keyward/core/key/digest";
import type { InputOf, ResultOf } from "../contract/operations.ts";
import type { Reader } from "../storage/storage.ts";
import type { Call } from "./call.ts";
import { presentAuditEvent } from "./present.ts";

export async function listAuditEvents(
  call: Call,
  reader: Reader,
  { query }: InputOf<"audit.list">,
): Promise<ResultOf<"audit.list">> {
  const { limit, cursor, format: _format, ...named } = query;
  const { action, actor } = named;
  const position = { scope: call.caller.scope, list: "audit.list", filter: named };
  const target = await targetOf(call, reader, named);
  if (target === null) return { data: [], next_cursor: null };
  const filter = {
    ...(action !== undefined && { action }),
    ...(target !== undefined && { targetId: target }),
    ...(actor !== undefined && { actorId: actor }),
  };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const page = { limit, after };
  const { items, more } = await reader.listAuditEvents(call.caller.scope, filter, page);
  const last = items.at(-1);
  return {
    data: items.map(presentAuditEvent),
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last.id) : null,
  };
}

/** `null` where the digest opens nothing, or something else than was asked for. */
async function targetOf(
  call: Call,
  reader: Reader,
  { target, digest: hex }: Pick<InputOf<"audit.list">["query"], "target" | "digest">,
): Promise<string | undefined | null> {
  const digest = hex === undefined ? undefined : digestFromHex(hex);
  if (digest === undefined) return target;
  const page = { limit: 1, after: null };
  const { items } = await reader.listKeys(call.caller.scope, { now: call.now, digest }, page);
  const id = items[0]?.value.id ?? null;
  return target === undefined || target === id ? id : null;
}
