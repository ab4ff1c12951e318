import { digestFromHex } from "@keyward/core/key/digest";
import { formatInstant } from "@keyward/core/time";
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

/** As of now: every workspace has at least the event of its founding. */
export async function getCheckpoint(
  call: Call,
  reader: Reader,
): Promise<ResultOf<"audit.checkpoint">> {
  const { scope } = call.caller;
  const { items } = await reader.listAuditEvents(scope, {}, { limit: 1, after: null });
  const [last] = items;
  if (last === undefined) throw new Error("a workspace has no audit event");
  const { rev, hash } = last;
  const checkpoint = await call.checkpoints.sign({ workspaceId: scope, rev, hash, at: call.now });
  const at = formatInstant(call.now);
  return { workspace_id: scope, rev, hash, at, checkpoint, key: { ...call.checkpoints.key } };
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
