// Signing in and out. Whoever asks has no caller's rights yet: what they present decides.
import { OperationError } from "@keyward/core/failure/failures";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { Secret } from "@keyward/core/key/secret";
import type { Member } from "@keyward/core/model/records";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import {
  SESSION_IDLE_SECONDS,
  SESSION_RENEW_SECONDS,
  SESSION_SECONDS_MAX,
  SESSIONS_PER_MEMBER_MAX,
} from "../../contract/limits.ts";
import type { Random } from "../../runtime/random.ts";
import type { Session } from "../../storage/people.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { Reader, Storage, TenantScope, Writer } from "../../storage/storage.ts";
import { factsOf } from "../call.ts";
import { issueToken, parseToken } from "./token.ts";

/** A browser that wants in or out. */
export interface Browser {
  readonly now: Instant;
  readonly random: Random;
  readonly requestId: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** How a member has just signed in. */
export interface Proof {
  /** For the audit log. */
  readonly detail: Readonly<Record<string, string>>;
  readonly provedAt: Instant;
  readonly providerSession: string | null;
  /** Whether the session is a program's. */
  readonly bearer?: boolean;
}

export interface SignedIn {
  readonly session: Session;
  /** For the cookie, and for nothing else. */
  readonly token: Secret;
}

/** @throws OperationError `invalid_sign_in_link` */
export async function signInByLink(
  storage: Pick<Storage, "reader" | "write">,
  browser: Browser,
  text: string,
): Promise<SignedIn> {
  const link = parseToken(text);
  // Asked first, because a stranger must not be able to fill the queue of writes.
  const { scope, digest } = link ?? refuseLink();
  if (!(await storage.reader.hasSignInLink(scope, digest, browser.now))) refuseLink();
  return await storage.write(async (writer) => {
    const memberId = await writer.takeSignInLink(scope, digest, browser.now);
    const member = memberId && (await writer.findMember(scope, memberId))?.value;
    if (member === undefined || member.disabled) return refuseLink();
    return await beginSession(writer, browser, member, {
      detail: { by: "link" },
      provedAt: browser.now,
      providerSession: null,
    });
  });
}

function refuseLink(): never {
  throw new OperationError("invalid_sign_in_link");
}

export async function beginSession(
  writer: Writer,
  browser: Browser,
  member: Member,
  { detail, provedAt, providerSession, bearer = false }: Proof,
): Promise<SignedIn> {
  const { now, random, ip, userAgent } = browser;
  const scope = tenantScope(member.workspaceId);
  await makeRoom(writer, scope, member, now);
  const { secret, digest } = issueToken(random, scope);
  const session: Session = {
    id: formatId("session", now, random.bytes(ID_RANDOM_BYTES)),
    workspaceId: member.workspaceId,
    memberId: member.id,
    digest,
    formerDigest: null,
    renewedAt: now,
    signedInAt: now,
    expiresAt: endOf(now, now),
    provedAt,
    providerSession,
    ip,
    userAgent,
    bearer,
  };
  await writer.keepSession(scope, session);
  const value: Member = { ...member, lastSignedInAt: now, updatedAt: now };
  await recordOf(writer, browser, value, "member.signed_in", { ...detail, session: session.id });
  return { session, token: secret };
}

/** A member has so many browsers and no more: the one that signed in longest ago is out. */
async function makeRoom(writer: Reader & Writer, scope: TenantScope, { id }: Member, now: Instant) {
  const page = { limit: SESSIONS_PER_MEMBER_MAX, after: null };
  const { items } = await writer.listSessions(scope, { memberId: id, now }, page);
  const oldest = items[SESSIONS_PER_MEMBER_MAX - 1];
  if (oldest !== undefined) await writer.endSession(scope, oldest.id);
}

/** Twelve hours after its last use, and at most a week after the sign-in (T52). */
function endOf(signedInAt: Instant, usedAt: Instant): Instant {
  const idle = addSeconds(usedAt, SESSION_IDLE_SECONDS);
  const last = addSeconds(signedInAt, SESSION_SECONDS_MAX);
  return idle < last ? idle : last;
}

export function isRenewalDue(session: Session, now: Instant): boolean {
  return now >= addSeconds(session.renewedAt, SESSION_RENEW_SECONDS);
}

/**
 * Gives the browser a new token. Of several requests at once only the first does; the others go on with the token before
 * for a while.
 *
 * @returns `undefined` when another request was first, or the session has ended
 */
export async function renewSession(
  writer: Writer,
  browser: Pick<Browser, "now" | "random">,
  session: Session,
): Promise<SignedIn | undefined> {
  const scope = tenantScope(session.workspaceId);
  const current = await writer.findSession(scope, session.id);
  if (current === undefined || current.digest !== session.digest) return undefined;
  const { secret, digest } = issueToken(browser.random, scope);
  const renewed: Session = {
    ...current,
    digest,
    formerDigest: current.digest,
    renewedAt: browser.now,
    expiresAt: endOf(current.signedInAt, browser.now),
  };
  await writer.keepSession(scope, renewed);
  return { session: renewed, token: secret };
}

/** Ends a session, if it is there still. */
export async function endSession(
  writer: Writer,
  browser: Browser,
  session: Session,
  how: "signed_out" | "replayed" | "signed_out_at_provider",
): Promise<void> {
  const scope = tenantScope(session.workspaceId);
  if (!(await writer.endSession(scope, session.id))) return;
  const member = await writer.findMember(scope, session.memberId);
  if (member === undefined) return;
  const action = how === "signed_out" ? "member.signed_out" : "member.session_ended";
  const detail = { session: session.id, ...(how !== "signed_out" && { because: how }) };
  await recordOf(writer, browser, member.value, action, detail);
}

async function recordOf(
  writer: Writer,
  { now, random, requestId, ip }: Browser,
  member: Member,
  action: "member.signed_in" | "member.signed_out" | "member.session_ended",
  detail: Readonly<Record<string, string>>,
): Promise<void> {
  const actor = { type: "member", id: member.id, ip } as const;
  const facts = factsOf({ actor, now, random, requestId }, action, detail);
  const change = { entity: "member", id: member.id, value: member } as const;
  await writer.record(tenantScope(member.workspaceId), change, facts);
}
