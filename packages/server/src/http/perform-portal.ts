// The portal: for a visitor with a session of it, and for nobody else. What a management key or a member may do is not asked
// here, and a session of the portal is not asked for anywhere else, so neither can stand for the other.
import { setImmediate as nextTurn } from "node:timers/promises";
import { challengeFor } from "@keyward/core/http/challenge";
import { clientIp } from "@keyward/core/http/client-ip";
import { extractCredential } from "@keyward/core/http/credentials";
import { OperationError } from "@keyward/core/failure/failures";
import { addSeconds, formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { MANAGE_BODY_BYTES_MAX } from "../contract/limits.ts";
import { OPERATIONS } from "../contract/operations.ts";
import type { InputOf, OperationId, ResultOf } from "../contract/operations.ts";
import type { Operation } from "../contract/operation.ts";
import type { Call, Written } from "../operations/call.ts";
import type { ReadAccess } from "../operations/handlers.ts";
import { PORTAL_READS, PORTAL_WRITES } from "../operations/portal/portal-handlers.ts";
import type { PortalReadId, PortalWriteId } from "../operations/portal/portal-handlers.ts";
import { openPortal, portalDigest, sealPortal } from "../operations/portal/portal-session.ts";
import type { PortalCode, PortalSession } from "../operations/portal/portal-session.ts";
import { NO_GRANTS, standingOf } from "../operations/portal/visit.ts";
import type { Visit } from "../operations/portal/visit.ts";
import type { Reader, TenantScope, Writer } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { REALM } from "./authenticate.ts";
import { HttpFailure } from "./http-failure.ts";
import { assertNotForeign } from "./own-page.ts";
import { headerLines } from "./raw-headers.ts";
import { readInput } from "./read-input.ts";
import type { Input } from "./read-input.ts";
import type { RequestFacts } from "./request-facts.ts";

interface PortalRequest {
  readonly request: Request;
  readonly pathParams: Readonly<Record<string, string>>;
  readonly facts: RequestFacts;
}

/** @throws OperationError `portal_session_ended`, `cross_site_request`, and what the operation's contract says */
export async function performPortal(
  parts: AppParts,
  id: OperationId,
  { request, pathParams, facts }: PortalRequest,
): Promise<Response> {
  const operation: Operation = OPERATIONS[id];
  // The page asks from its own origin, wherever it is framed; the site around it gets nothing of the session.
  assertNotForeign({ ...facts, method: request.method, publicUrl: parts.publicUrl });
  if (operation.effect === "portal_open") {
    const { input } = await readInput(operation, request, pathParams, MANAGE_BODY_BYTES_MAX);
    return await exchange(parts, input as InputOf<"portal.exchange">);
  }
  const arrived = await visitOf(parts, parts.storage.reader, facts, parts.clock.now());
  const { input } = await readInput(operation, request, pathParams, MANAGE_BODY_BYTES_MAX);
  if (operation.effect === "portal_read") {
    const access = { ...parts.storage, pause: () => nextTurn() };
    const handler = PORTAL_READS[id as PortalReadId] as ReadHandler;
    return Response.json(await handler(arrived, access, input));
  }
  const handler = PORTAL_WRITES[id as PortalWriteId] as WriteHandler;
  const { result } = await parts.storage.write(async (writer) =>
    // Whatever was written before may have ended the session: slowly sent is not longer valid (K2).
    handler(await visitOf(parts, writer, facts, parts.clock.now()), writer, input),
  );
  return Response.json(result, { status: operation.status });
}

/** The handlers' exact types are tied to the contract's schemas, and the input has just passed that schema. */
type ReadHandler = (visit: Visit, access: ReadAccess, input: Input) => Promise<unknown>;
type WriteHandler = (visit: Visit, writer: Writer, input: Input) => Promise<Written<unknown>>;

/** @throws OperationError `invalid_portal_code` */
async function exchange(parts: AppParts, { body }: InputOf<"portal.exchange">): Promise<Response> {
  const now = parts.clock.now();
  const opened = openPortal(parts.portal, "code", body.code);
  const refused = () => new OperationError("invalid_portal_code");
  if (opened === undefined) throw refused();
  const { scope } = opened;
  const { session, expiresAt } = opened.value as PortalCode;
  if (now >= expiresAt) throw refused();
  const digest = portalDigest("code", session.id);
  const isFirst = await parts.storage.write(async (writer) => {
    if ((await standingOf(writer, scope, session, now)) === undefined) return false;
    return await writer.useOnce(scope, digest, addSeconds(expiresAt, 1));
  });
  if (!isFirst) throw refused();
  const token = sealPortal(parts.portal, parts.random, scope, "token", session);
  const answer: ResultOf<"portal.exchange"> = {
    token: token.reveal(),
    expires_at: formatInstant(session.expiresAt),
  };
  return Response.json(answer);
}

/** @throws OperationError `portal_session_ended` for whatever is no session, or one that is over */
async function visitOf(
  parts: AppParts,
  reader: Reader,
  facts: RequestFacts,
  now: Instant,
): Promise<Visit> {
  const extraction = extractCredential(facts.rawHeaders);
  if (extraction.outcome === "ambiguous") throw new OperationError("ambiguous_credentials");
  const opened =
    extraction.outcome === "found"
      ? openPortal(parts.portal, "token", extraction.credential)
      : undefined;
  if (opened === undefined) throw ended();
  // Only what was sealed as a token opens as one, and that was made of a session.
  const session = opened.value as PortalSession;
  const standing = await standingOf(reader, opened.scope, session, now);
  if (standing === undefined) throw ended();
  return { session, ...standing, call: callOf(parts, opened.scope, session, facts, now) };
}

function ended(): HttpFailure {
  return new HttpFailure("portal_session_ended", {
    headers: { "www-authenticate": challengeFor("unknown", { realm: REALM }) },
  });
}

function callOf(
  parts: AppParts,
  scope: TenantScope,
  session: PortalSession,
  { rawHeaders, peer, requestId }: RequestFacts,
  now: Instant,
): Call {
  const forwardedFor = headerLines(rawHeaders, "x-forwarded-for");
  const ip = clientIp(peer, forwardedFor, parts.trustedProxies) ?? null;
  return {
    caller: {
      scope,
      keyId: undefined,
      member: undefined,
      grants: NO_GRANTS,
      expiresAt: session.expiresAt,
      operator: false,
    },
    actor: { type: "owner", id: session.ownerId, ip },
    requestId,
    now,
    ifMatch: undefined,
    random: parts.random,
    cursors: parts.cursors,
    webhooks: parts.webhooks,
    portal: parts.portal,
    checkpoints: parts.checkpoints,
  };
}
