import type { Member } from "@keyward/core/model/records";
import { formatInstant } from "@keyward/core/time";
import type { ResultOf } from "../../contract/operations.ts";
import type { Session } from "../../storage/people.ts";
import type { Versioned } from "../../storage/storage.ts";
import type { Caller } from "../call.ts";
import { formatNullable } from "../present.ts";

export function presentMember({ value, rev }: Versioned<Member>): ResultOf<"members.get"> {
  return {
    id: value.id,
    name: value.name,
    email: value.email,
    role: value.role,
    status: value.disabled ? "disabled" : "active",
    identity: value.identity,
    last_signed_in_at: formatNullable(value.lastSignedInAt),
    created_at: formatInstant(value.createdAt),
    updated_at: formatInstant(value.updatedAt),
    rev,
  };
}

export function presentSession(
  session: Session,
  caller: Caller,
): ResultOf<"sessions.list">["data"][number] {
  return {
    id: session.id,
    member: session.memberId,
    current: session.id === caller.member?.session.id,
    ip: session.ip,
    user_agent: session.userAgent,
    signed_in_at: formatInstant(session.signedInAt),
    last_seen_at: formatInstant(session.renewedAt),
    expires_at: formatInstant(session.expiresAt),
  };
}
