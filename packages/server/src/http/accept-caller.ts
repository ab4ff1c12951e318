// Who calls: a program with a management key, or a member with the session of a browser. Never both.
import { OperationError } from "@keyward/core/failure/failures";
import { challengeFor } from "@keyward/core/http/challenge";
import { clientIp } from "@keyward/core/http/client-ip";
import { extractCredential } from "@keyward/core/http/credentials";
import type { WorkspaceId } from "@keyward/core/id";
import type { Member } from "@keyward/core/model/records";
import type { GrantSet } from "@keyward/core/scope/scope";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { SESSION_OVERLAP_SECONDS, USER_AGENT_CHARS_MAX } from "../contract/limits.ts";
import { grantSetOfRole } from "../contract/member-roles.ts";
import { endSession } from "../operations/sign-in/sign-in.ts";
import type { Browser } from "../operations/sign-in/sign-in.ts";
import { parseToken } from "../operations/sign-in/token.ts";
import type { Session } from "../storage/people.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Reader } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { authenticate, REALM } from "./authenticate.ts";
import type { AuthenticationRequest, ManagementKey } from "./authenticate.ts";
import { HttpFailure } from "./http-failure.ts";
import { assertOwnPage } from "./own-page.ts";
import { headerLines, headerOf } from "./raw-headers.ts";
import type { RequestFacts } from "./request-facts.ts";
import { clearSession, presentedSession, sessionCookieName } from "./session-cookie.ts";

/** A member whose session is accepted; what they may do is the next question. */
export interface SignedInMember {
  readonly workspaceId: WorkspaceId;
  readonly member: Member;
  readonly session: Session;
  readonly grants: GrantSet;
  /** The session's end is not that of what the member makes. */
  readonly expiresAt: undefined;
  readonly ip: string | null;
}

export type Accepted = ManagementKey | SignedInMember;

export function isMember(accepted: Accepted): accepted is SignedInMember {
  return "session" in accepted;
}

/**
 * @throws OperationError as `authenticate` does; of a session: `unauthenticated` when it has ended,
 * `cross_site_request`, `ambiguous_credentials` beside a management key
 */
export async function acceptCaller(
  parts: AppParts,
  request: AuthenticationRequest & RequestFacts,
  now: Instant,
): Promise<Accepted> {
  const presented = presentedSession(parts, request.rawHeaders);
  if (presented === undefined) {
    const bearer = presentedBearer(request.rawHeaders);
    if (bearer === undefined) return authenticate(parts, request, now);
    return await acceptProgram(parts, request, bearer, now);
  }
  if (extractCredential(request.rawHeaders).outcome !== "missing") {
    throw new OperationError("ambiguous_credentials", {
      detail: "The request carries a management key beside the session of a browser",
    });
  }
  assertOwnPage({ ...request, publicUrl: parts.publicUrl });
  const accepted = await findSignedIn(parts.storage.reader, presented, now, "cookie");
  if (accepted === undefined) throw noSession(parts, request);
  if (accepted === "replayed") {
    await endReplayed(parts, request, presented, now);
    throw noSession(parts, request);
  }
  return { ...accepted, ip: browserOf(parts, request, now).ip };
}

/** The token of a program's session, where a management key would stand. */
export function presentedBearer(rawHeaders: readonly string[]): string | undefined {
  const extraction = extractCredential(rawHeaders);
  if (extraction.outcome !== "found") return undefined;
  return parseToken(extraction.credential) === undefined ? undefined : extraction.credential;
}

/** A program sends no cookie that another site could use, and so needs no header of our own page. */
async function acceptProgram(
  parts: AppParts,
  request: AuthenticationRequest & RequestFacts,
  presented: string,
  now: Instant,
): Promise<SignedInMember> {
  const accepted = await findSignedIn(parts.storage.reader, presented, now, "bearer");
  if (accepted === undefined || accepted === "replayed") throw noSession(parts, request);
  return { ...accepted, ip: browserOf(parts, request, now).ip };
}

/** `replayed`: somebody shows a token that was replaced, after all who had it were given the next (T52). */
async function findSignedIn(
  reader: Reader,
  presented: string,
  now: Instant,
  as: "bearer" | "cookie",
): Promise<Omit<SignedInMember, "ip"> | "replayed" | undefined> {
  const token = parseToken(presented);
  if (token === undefined) return undefined;
  const session = await reader.findSessionByDigest(token.scope, token.digest);
  if (session === undefined || now >= session.expiresAt) return undefined;
  if (session.bearer !== (as === "bearer")) return undefined;
  const isFormer = session.digest !== token.digest;
  if (isFormer && now >= addSeconds(session.renewedAt, SESSION_OVERLAP_SECONDS)) return "replayed";
  const standing = await signedInAs(reader, session);
  return standing && { ...standing, session, expiresAt: undefined };
}

/** The member of a session as they are now; `undefined` when they may no longer be signed in. */
export async function signedInAs(
  reader: Reader,
  { workspaceId, memberId }: Session,
): Promise<Pick<SignedInMember, "workspaceId" | "member" | "grants"> | undefined> {
  const scope = tenantScope(workspaceId);
  const member = (await reader.findMember(scope, memberId))?.value;
  if (member === undefined || member.disabled) return undefined;
  return { workspaceId, member, grants: grantSetOfRole(member.role) };
}

async function endReplayed(
  parts: AppParts,
  request: AuthenticationRequest & RequestFacts,
  presented: string,
  now: Instant,
): Promise<void> {
  const token = parseToken(presented);
  if (token === undefined) return;
  const browser = browserOf(parts, request, now);
  await parts.storage.write(async (writer) => {
    const session = await writer.findSessionByDigest(token.scope, token.digest);
    if (session !== undefined) await endSession(writer, browser, session, "replayed");
  });
}

export function noSession(
  parts: AppParts,
  { rawHeaders }: Pick<RequestFacts, "rawHeaders">,
): HttpFailure {
  const name = sessionCookieName(parts, rawHeaders);
  return new HttpFailure("unauthenticated", {
    detail: "The session has ended: sign in again",
    headers: {
      "www-authenticate": challengeFor("unknown", { realm: REALM }),
      ...(name && { "set-cookie": clearSession(name) }),
    },
  });
}

export function browserOf(
  { trustedProxies, random }: Pick<AppParts, "trustedProxies" | "random">,
  { rawHeaders, peer, requestId }: RequestFacts,
  now: Instant,
): Browser {
  const ip = clientIp(peer, headerLines(rawHeaders, "x-forwarded-for"), trustedProxies) ?? null;
  const agent = headerOf(rawHeaders, "user-agent")?.slice(0, USER_AGENT_CHARS_MAX) ?? null;
  return { now, random, requestId, ip, userAgent: agent };
}
