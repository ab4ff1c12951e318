import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import type { MemberId } from "@keyward/core/id";
import { covers, isWithin } from "@keyward/core/scope/scope";
import { grantsOfRole } from "../../contract/member-roles.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { readMember } from "./members.ts";
import { presentSession } from "./present-member.ts";

const OF_ALL = "*";

export async function listSessions(
  call: Call,
  reader: Reader,
  { query }: InputOf<"sessions.list">,
): Promise<ResultOf<"sessions.list">> {
  const { limit, cursor, member } = query;
  const memberId = await whose(call, reader, member);
  const position = { scope: call.caller.scope, list: "sessions.list", filter: { memberId } };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const filter = { now: call.now, ...(memberId !== undefined && { memberId }) };
  const { items, more } = await reader.listSessions(call.caller.scope, filter, { limit, after });
  const last = items.at(-1);
  return {
    data: items.map((session) => presentSession(session, call.caller)),
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last.id) : null,
  };
}

/** @returns `undefined` for those of all members */
async function whose(
  call: Call,
  reader: Reader,
  asked: string | undefined,
): Promise<MemberId | undefined> {
  const own = call.caller.member?.id;
  if (own !== undefined && (asked === undefined || asked === own)) return own;
  assertMayManageMembers(call);
  if (asked === undefined || asked === OF_ALL) return undefined;
  return (await readMember(call, reader, parseId("member", asked))).value.id;
}

export async function endSessionOf(
  call: Call,
  writer: Writer,
  { params }: InputOf<"sessions.end">,
): Promise<Written<undefined>> {
  const { scope, member: caller } = call.caller;
  const kept = params.session && (await writer.findSession(scope, params.session));
  const isOwn = kept !== undefined && kept.memberId === caller?.id;
  // Whether there is such a session is for those to know who may end it.
  if (!isOwn) assertMayManageMembers(call);
  const session = found(kept, "session");
  const { value } = await readMember(call, writer, session.memberId);
  if (!isOwn && !isWithin(grantsOfRole(value.role), call.caller.grants)) {
    throw new OperationError("exceeds_own_permissions");
  }
  await writer.endSession(scope, session.id);
  const facts = factsOf(call, "member.session_ended", { session: session.id });
  const rev = await writer.record(scope, { entity: "member", id: value.id, value }, facts);
  return { result: undefined, rev, targetId: session.id };
}

function assertMayManageMembers({ caller }: Call): void {
  if (covers(caller.grants, MANAGES_MEMBERS)) return;
  const detail = `The operation needs ${MANAGES_MEMBERS}`;
  throw new OperationError("insufficient_permission", { detail });
}

const MANAGES_MEMBERS = "members:write";
