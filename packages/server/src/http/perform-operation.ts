// One call of one operation, from the request to the response: who, what, whether, and then the work.
import { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { OPERATIONS } from "../contract/operations.ts";
import type { InputOf, OperationId, ResultOf } from "../contract/operations.ts";
import { MANAGE_BODY_BYTES_MAX } from "../contract/limits.ts";
import { FEED_PERMISSION } from "../contract/permissions.ts";
import type { Permission } from "../contract/permissions.ts";
import type { Operation } from "../contract/operation.ts";
import type { Call, Written } from "../operations/call.ts";
import type { ReadAccess, ReadId, WriteId } from "../operations/handlers.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Writer } from "../storage/storage.ts";
import type { AppParts } from "./app-parts.ts";
import { assertPermission, authenticate } from "./authenticate.ts";
import type { ManagementKey } from "./authenticate.ts";
import { etagOf, invalidIfMatch, parseIfMatch } from "./conditional.ts";
import { outcomeOf, parseIdempotencyKey } from "./idempotency.ts";
import type { Idempotency, Outcome } from "./idempotency.ts";
import { performFeed } from "./perform-feed.ts";
import type { FeedId } from "./perform-feed.ts";
import { headerOf } from "./raw-headers.ts";
import { readInput } from "./read-input.ts";
import type { Input, ReadInput } from "./read-input.ts";
import type { RequestFacts } from "./request-facts.ts";
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
  const path = pathAndQuery(request);
  const accept = (at: Instant) =>
    authenticate(parts, { ...facts, method: request.method, path }, at);
  const arrivedAt = parts.clock.now();
  const arrived = accept(arrivedAt);
  parts.onAccepted(arrived, arrivedAt);
  const { permission } = operation;
  if (permission === FEED_PERMISSION) {
    return await performFeed(parts, id as FeedId, { request, path, pathParams, arrived, facts });
  }
  assertPermission(arrived.grants, permission);
  const operator = await isOperator(parts, arrived);
  if (operation.operatorOnly && !operator) throw new OperationError("operator_only");
  const read = await readInput(operation, request, pathParams, MANAGE_BODY_BYTES_MAX);
  const now = parts.clock.now();
  // A key may be revoked, narrowed, or end, while its request is still being sent: slowly sent is not longer valid (K2).
  const key = accept(now);
  assertPermission(key.grants, permission);
  const call = callOf(parts, { operation, key, operator, now, facts });
  if (operation.effect === "write") {
    const accepted = { key, permission };
    const asked = { request, path, facts, read, accepted };
    const outcome = await write(parts, id as WriteId, call, asked);
    return writeAnswer(operation, await withEffect(parts, id, call, outcome, read.input));
  }
  const handler = parts.readHandlers[id as ReadId] as ReadHandler;
  const { reader, system } = parts.storage;
  const result = await handler(call, { reader, system }, read.input);
  return answer(operation, { body: JSON.stringify(result), etag: etagOf(result) });
}

/** The handlers' exact types are tied to the contract's schemas, and the input has just passed that schema. */
type ReadHandler = (call: Call, access: ReadAccess, input: Input) => Promise<unknown>;
type WriteHandler = (call: Call, writer: Writer, input: Input) => Promise<Written<unknown>>;

async function isOperator(parts: OperationParts, key: ManagementKey): Promise<boolean> {
  const workspace = await parts.storage.reader.findWorkspace(tenantScope(key.workspaceId));
  return workspace?.value.operator ?? false;
}

interface CallFacts {
  readonly operation: Operation;
  readonly key: ManagementKey;
  readonly operator: boolean;
  readonly now: Instant;
  readonly facts: RequestFacts;
}

function callOf(parts: OperationParts, { operation, key, operator, now, facts }: CallFacts): Call {
  const { workspaceId, keyId, grants, expiresAt, ip } = key;
  return {
    caller: { scope: tenantScope(workspaceId), keyId, grants, expiresAt, operator },
    actor: { type: "key", id: keyId, ip },
    requestId: facts.requestId,
    now,
    ifMatch: ifMatchOf(operation, facts),
    random: parts.random,
    cursors: parts.cursors,
  };
}

/** A write that takes no precondition says so: who sends one counts on it. A read has none to fail. */
function ifMatchOf(operation: Operation, { rawHeaders }: RequestFacts): number | undefined {
  if (operation.effect !== "write") return undefined;
  const value = headerOf(rawHeaders, "if-match");
  if (value !== undefined && !operation.conditional) throw invalidIfMatch("is not taken here");
  return parseIfMatch(value);
}

/** Adds to the answer of a revocation who else refuses the key by now. */
async function withEffect(
  { feed }: OperationParts,
  id: OperationId,
  { caller }: Call,
  outcome: Outcome,
  input: Input,
): Promise<Outcome> {
  if (id !== "keys.revoke" || outcome.body === undefined) return outcome;
  const key = JSON.parse(outcome.body) as ResultOf<"keys.get">;
  const { wait, timeout } = input.query as InputOf<"keys.revoke">["query"];
  const apiId = parseId("api", key.api_id);
  if (apiId === undefined) throw new Error("a key is of an api");
  const subject = { workspaceId: caller.scope, apiId, environment: key.environment };
  const waitSeconds = wait === undefined ? 0 : timeout;
  const effect = await feed.effectOf({ subject, rev: key.rev }, waitSeconds);
  const { acknowledged, pending, effectiveBy } = effect;
  const effective_by = effectiveBy === null ? null : formatInstant(effectiveBy);
  const result: ResultOf<"keys.revoke"> = { ...key, acknowledged, pending, effective_by };
  return { ...outcome, body: JSON.stringify(result) };
}

interface WriteRequest {
  readonly request: Request;
  readonly path: string;
  readonly facts: RequestFacts;
  readonly read: ReadInput;
  readonly accepted: { readonly key: ManagementKey; readonly permission: Permission };
}

async function write(
  parts: OperationParts,
  id: WriteId,
  asked: Call,
  { request, path, facts, read, accepted: { key, permission } }: WriteRequest,
): Promise<Outcome> {
  const operation: Operation = OPERATIONS[id];
  const handler = parts.writeHandlers[id] as WriteHandler;
  // PATCH and DELETE are idempotent as they are, so the header is not needed there and does no harm.
  const given = operation.idempotent ? headerOf(facts.rawHeaders, "idempotency-key") : undefined;
  const idempotencyKey = parseIdempotencyKey(given);
  return await parts.storage.write(async (writer) => {
    const now = parts.clock.now();
    const call = await stillAccepted(writer, key, asked, { permission, now });
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
