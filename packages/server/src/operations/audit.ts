import type { InputOf, ResultOf } from "../contract/operations.ts";
import type { Reader } from "../storage/storage.ts";
import type { Call } from "./call.ts";
import { presentAuditEvent } from "./present.ts";

export async function listAuditEvents(
  call: Call,
  reader: Reader,
  { query }: InputOf<"audit.list">,
): Promise<ResultOf<"audit.list">> {
  const { limit, cursor, ...named } = query;
  const { action, target, actor } = named;
  const position = { scope: call.caller.scope, list: "audit.list", filter: named };
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
