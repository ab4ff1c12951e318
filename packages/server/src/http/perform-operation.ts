// One call of one operation, from the request to the response: who, what, whether, and then the work.
import { setImmediate as nextTurn } from "node:timers/promises";
import { OperationError } from "@keyward/core/failure/failures";
import { covers } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import { OPERATIONS } from "../contract/operations.ts";
import type { InputOf, OperationId } from "../contract/operations.ts";
import { MANAGE_BODY_BYTES_MAX } from "../contract/limits.ts";
import { FEED_PERMISSION, isPermission } from "../contract/permissions.ts";
import type { Needed } from "../contract/permissions.ts";
import type { Operation } from "../contract/operation.ts";
import type { Call, Written } from "../operations/call.ts";
import { isRenewalDue, renewSession } from "../operations/sign-in/sign-in.ts";
import type { ReadAccess, ReadId, WriteId } from "../operations/handlers.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Writer } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { acceptCaller, browserOf, isMember } from "./accept-caller.ts";
import type { Accepted } from "./accept-caller.ts";
import { assertPermission, unauthenticated } from "./authenticate.ts";
import { assertUserRemains, endIfReused } from "./before-renewal.ts";
import { etagOf, invalidIfMatch, parseIfMatch } from "./conditional.ts";
import { outcomeOf, parseIdempotencyKey } from "./idempotency.ts";
import type { Idempotency, Outcome } from "./idempotency.ts";
import { performFeed } from "./perform-feed.ts";
import type { FeedId } from "./perform-feed.ts";
import { performLeaks } from "./perform-leaks.ts";
import type { LeakId } from "./perform-leaks.ts";
import { performLimit } from "./perform-limit.ts";
import type { LimitOperationId } from "./perform-limit.ts";
import { performPortal } from "./perform-portal.ts";
import { performSignIn } from "./perform-sign-in.ts";
import type { SignInId } from "./perform-sign-in.ts";
import { headerOf } from "./raw-headers.ts";
import { readInput } from "./read-input.ts";
import type { Input, ReadInput } from "./read-input.ts";
import type { RequestFacts } from "./request-facts.ts";
import { withRevocationEffect } from "./revocation-effect.ts";
import { sessionCookieName, setSession } from "./session-cookie.ts";
import { tailLogs } from "./tail-logs.ts";
import { tabular, TABULAR_TYPES, tabularFormat } from "./tabular.ts";
import type { TabularFormat } from "./tabular.ts";
import { stillAccepted } from "./still-accepted.ts";

export interface OperationParts extends AppParts {
  readonly idempotency: Idempotency;
}

/** @throws OperationError for every request that is not answered as its contract says */
export async function performOperation(
  parts: OperationParts,
  id: OperationId,
  request: Request,
  pathParams: Readonly<Record<string, string>>,
  facts: RequestFacts,
): Promise<Response> {
  const operation: Operation = OPERATIONS[id];
  if (operation.effect === "sign_in") {
    return await performSignIn(parts, id as SignInId, { request, pathParams, facts });
  }
  if (operation.effect === "report") {
    return await performLeaks(parts, id as LeakId, { request, facts });
  }
  if (operation.effect.startsWith("portal_")) {
    return await performPortal(parts, id, { request, pathParams, facts });
  }
  if (id === "tokens.renew") await endIfReused(parts, facts);
  const path = pathAndQuery(request);
  const accept = (at: Instant) =>
    acceptCaller(parts, { ...facts, method: request.method, path }, at);
  const arrivedAt = parts.clock.now();
  const arrived = await accept(arrivedAt);
  if (!isMember(arrived)) parts.onAccepted(arrived, arrivedAt);
  if (operation.permission === FEED_PERMISSION) {
    // A verifier is a program: there is no feed for a browser.
    if (isMember(arrived)) throw unauthenticated("missing_credential");
    return await performFeed(parts, id as FeedId, { request, path, pathParams, arrived, facts });
  }
  const asked = { request, path, pathParams, facts, arrived, accept };
  const response = await performAs(parts, id, asked);
  return await withRenewal(parts, arrived, response, facts);
}

interface AskedOperation {
  readonly request: Request;
  readonly path: string;
  readonly pathParams: Readonly<Record<string, string>>;
  readonly facts: RequestFacts;
  readonly arrived: Accepted;
  readonly accept: (at: Instant) => Promise<Accepted>;
}

async function performAs(
  parts: OperationParts,
  id: OperationId,
  { request, path, pathParams, facts, arrived, accept }: AskedOperation,
): Promise<Response> {
  const operation: Operation = OPERATIONS[id];
  const { permission } = operation;
  assertAllowed(arrived, permission);
  const operator = await isOperator(parts, arrived);
  if (operation.operatorOnly && !operator) throw new OperationError("operator_only");
  const read = await readInput(operation, request, pathParams, MANAGE_BODY_BYTES_MAX);
  const now = parts.clock.now();
  // A key may be revoked, narrowed, or end, while its request is still being sent: slowly sent is not longer valid (K2).
  const accepted = await accept(now);
  assertAllowed(accepted, permission);
  const call = callOf(parts, { operation, accepted, operator, now, facts });
  if (operation.effect === "limit") {
    const { workspaceId } = accepted;
    return await performLimit(parts.limitState, id as LimitOperationId, workspaceId, read.input);
  }
  const effectFacts = { feed: parts.feed, scope: call.caller.scope, input: read.input };
  if (id === "tokens.renew") {
    const { token } = read.input.params as InputOf<"tokens.renew">["params"];
    await assertUserRemains(parts, call.caller.scope, token);
  }
  if (operation.effect === "write") {
    const asked = { request, path, facts, read, accepted, permission };
    const outcome = await write(parts, id as WriteId, call, asked);
    if (id !== "keys.revoke" || outcome.body === undefined) return writeAnswer(operation, outcome);
    const revoked = await withRevocationEffect(effectFacts, id, JSON.parse(outcome.body));
    return writeAnswer(operation, { ...outcome, body: JSON.stringify(revoked) });
  }
  if (id === "logs.tail") {
    const { query } = read.input as InputOf<"logs.tail">;
    const isAllowed = async () => covers((await accept(parts.clock.now())).grants, "logs:read");
    return await tailLogs(parts, call, query, { cut: facts.cut, isAllowed });
  }
  const handler = parts.readHandlers[id as ReadId] as ReadHandler;
  const { reader, system, usage, logs } = parts.storage;
  const access = { reader, system, usage, logs, pause: () => nextTurn() };
  const found = await handler(call, access, read.input);
  const format = formatOf(operation, read.input, facts);
  if (format !== undefined) return tabularAnswer(operation, found, format);
  const result = await withRevocationEffect(effectFacts, id, found);
  return answer(operation, { body: JSON.stringify(result), etag: etagOf(result) });
}

/** What was asked for by name goes before `Accept`. */
function formatOf(
  { rows }: Operation,
  { query }: Input,
  { rawHeaders }: RequestFacts,
): TabularFormat | undefined {
  if (rows === undefined) return undefined;
  const { format } = query as { readonly format?: "json" | TabularFormat };
  if (format === undefined) return tabularFormat(headerOf(rawHeaders, "accept"));
  return format === "json" ? undefined : format;
}

function tabularAnswer({ rows = [] }: Operation, result: unknown, format: TabularFormat): Response {
  const members = new Map<string, unknown>(Object.entries(result as object));
  const found = rows.map((name) => members.get(name)).find((list) => list !== null);
  return new Response(tabular(found as readonly object[], format), {
    headers: {
      "content-type": TABULAR_TYPES[format],
      "content-disposition": `attachment; filename="keyward.${format}"`,
      vary: "accept",
    },
  });
}

/** @throws OperationError `insufficient_permission` */
function assertAllowed({ grants }: Accepted, permission: Needed): void {
  if (isPermission(permission)) assertPermission(grants, permission);
}

/** A browser gets a new token from time to time, so that a stolen one shows (T52). */
async function withRenewal(
  parts: OperationParts,
  accepted: Accepted,
  response: Response,
  facts: RequestFacts,
): Promise<Response> {
  if (!isMember(accepted) || accepted.session.bearer) return response;
  const browser = browserOf(parts, facts, parts.clock.now());
  const name = sessionCookieName(parts, facts.rawHeaders);
  if (name === undefined || !isRenewalDue(accepted.session, browser.now)) return response;
  const renewed = await parts.storage.write((writer) =>
    renewSession(writer, browser, accepted.session),
  );
  if (renewed !== undefined) response.headers.set("set-cookie", setSession(name, renewed.token));
  return response;
}

/** The handlers' exact types are tied to the contract's schemas, and the input has just passed that schema. */
type ReadHandler = (call: Call, access: ReadAccess, input: Input) => Promise<unknown>;
type WriteHandler = (call: Call, writer: Writer, input: Input) => Promise<Written<unknown>>;

async function isOperator(parts: OperationParts, { workspaceId }: Accepted): Promise<boolean> {
  const workspace = await parts.storage.reader.findWorkspace(tenantScope(workspaceId));
  return workspace?.value.operator ?? false;
}

interface CallFacts {
  readonly operation: Operation;
  readonly accepted: Accepted;
  readonly operator: boolean;
  readonly now: Instant;
  readonly facts: RequestFacts;
}

function callOf(
  parts: OperationParts,
  { operation, accepted, operator, now, facts }: CallFacts,
): Call {
  const { workspaceId, grants, expiresAt, ip } = accepted;
  return {
    caller: {
      scope: tenantScope(workspaceId),
      ...identityOf(accepted),
      grants,
      expiresAt,
      operator,
    },
    actor: isMember(accepted)
      ? { type: "member", id: accepted.member.id, ip }
      : { type: "key", id: accepted.keyId, ip },
    requestId: facts.requestId,
    now,
    ifMatch: ifMatchOf(operation, facts),
    random: parts.random,
    cursors: parts.cursors,
    webhooks: parts.webhooks,
    portal: parts.portal,
    checkpoints: parts.checkpoints,
  };
}

function identityOf(accepted: Accepted): Pick<Call["caller"], "keyId" | "member"> {
  if (!isMember(accepted)) return { keyId: accepted.keyId, member: undefined };
  const { member, session } = accepted;
  return { keyId: undefined, member: { id: member.id, session } };
}

/** A write that takes no precondition says so: who sends one counts on it. A read has none to fail. */
function ifMatchOf(operation: Operation, { rawHeaders }: RequestFacts): number | undefined {
  if (operation.effect !== "write") return undefined;
  const value = headerOf(rawHeaders, "if-match");
  if (value !== undefined && !operation.conditional) throw invalidIfMatch("is not taken here");
  return parseIfMatch(value);
}

interface WriteRequest {
  readonly request: Request;
  readonly path: string;
  readonly facts: RequestFacts;
  readonly read: ReadInput;
  readonly accepted: Accepted;
  readonly permission: Needed;
}

async function write(
  parts: OperationParts,
  id: WriteId,
  asked: Call,
  { request, path, facts, read, accepted, permission }: WriteRequest,
): Promise<Outcome> {
  const operation: Operation = OPERATIONS[id];
  const handler = parts.writeHandlers[id] as WriteHandler;
  // PATCH and DELETE are idempotent as they are, so the header is not needed there and does no harm.
  const given = operation.idempotent ? headerOf(facts.rawHeaders, "idempotency-key") : undefined;
  const idempotencyKey = parseIdempotencyKey(given);
  return await parts.storage.write(async (writer) => {
    const now = parts.clock.now();
    const call = await stillAccepted(writer, accepted, asked, now);
    assertAllowed({ ...accepted, grants: call.caller.grants }, permission);
    const work = () => handler(call, writer, read.input);
    if (idempotencyKey === undefined) return outcomeOf(await work());
    const { method } = request;
    const { status, reveals = false } = operation;
    const repeatable = { idempotencyKey, method, path, body: read.bytes, status, reveals };
    return await parts.idempotency.perform(call, writer, repeatable, work);
  });
}

function writeAnswer(operation: Operation, outcome: Outcome): Response {
  const response = answer(operation, outcome);
  response.headers.set("keyward-rev", String(outcome.rev));
  if (outcome.isReplay) response.headers.set("idempotency-replayed", "true");
  return response;
}

function answer(
  { response, status }: Operation,
  { body, etag }: Pick<Outcome, "body" | "etag">,
): Response {
  if (response === undefined || body === undefined) return new Response(null, { status });
  const headers = new Headers({ "content-type": "application/json" });
  if (etag !== undefined) headers.set("etag", etag);
  return new Response(body, { status, headers });
}

function pathAndQuery({ url }: Request): string {
  return url.slice(url.indexOf("/", url.indexOf("//") + 2));
}
