// POST /v1/verify and /v1/verify/batch, answered from memory: nothing here waits, logs a request, or writes.
import type { ServerResponse } from "node:http";
import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { Instant } from "@keyward/core/time";
import {
  BATCH_BODY_BYTES_MAX,
  BATCH_ITEMS_MAX,
  VERIFY_BODY_BYTES_MAX,
} from "../contract/limits.ts";
import { explainVerification } from "@keyward/sdk/verifier/explain-verification";
import { limited } from "@keyward/sdk/limiter/limiter";
import type { ChargeAnswer } from "@keyward/sdk/limiter/limiter";
import { verifyOperations } from "../contract/verify.ts";
import { HttpFailure } from "../http/http-failure.ts";
import { inputProblems } from "../http/input-problems.ts";
import { JSON_ENTRIES_MAX, parseJson } from "../http/json.ts";
import { guardedTarget } from "../http/request-guard.ts";
import type { Clock } from "../runtime/clock.ts";
import { answerJson, answerProblem } from "./answer.ts";
import type { AnswerParts } from "./answer.ts";
import type { BodyMessage } from "./body-message.ts";
import type { Caller, CallerGate } from "./callers.ts";
import { assertKnowsRev, countCaller, decideAndCount, proved } from "./decide-credential.ts";
import type { Decider, Deciders, DecisionParts } from "./decide-credential.ts";
import { chargeDry } from "./count-limits.ts";
import { limitSteps } from "./limit-steps.ts";
import { parseVerify } from "./parse-verify.ts";
import type { VerifyRequest } from "./parse-verify.ts";
import type { SignIdentity } from "./ext-auth/identity.ts";
import { verdictJson } from "./verdict-json.ts";

export interface VerifyParts extends AnswerParts, DecisionParts {
  readonly callers: CallerGate;
  readonly deciders: Deciders;
  readonly clock: Clock;
  readonly trustedProxies: readonly Cidr[];
  /** Has somebody else answer, where charges are not kept here. */
  readonly passOn?: (request: BodyMessage, response: ServerResponse, body: Buffer) => void;
  /** Only where there are keys to sign with. */
  readonly signIdentity?: SignIdentity;
}

type OperationName = keyof typeof verifyOperations;

const BODY_BYTES_MAX = {
  verify: VERIFY_BODY_BYTES_MAX,
  "verify.batch": BATCH_BODY_BYTES_MAX,
} as const satisfies Record<OperationName, number>;

/** An item of a batch has at most a hundred: its scopes and its context. */
const ENTRIES_MAX = {
  verify: JSON_ENTRIES_MAX,
  "verify.batch": 100 * BATCH_ITEMS_MAX,
} as const satisfies Record<OperationName, number>;

/** RFC 9110 §8.3; JSON is always UTF-8, so a charset says nothing or something wrong. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?$/i;

export function handleVerify(
  parts: VerifyParts,
  name: OperationName,
  request: BodyMessage,
  response: ServerResponse,
): void {
  try {
    const accepted = acceptCaller(parts, request, parts.clock.now());
    assertJson(request);
    request.collect(BODY_BYTES_MAX[name], (body) => {
      answerBody(parts, name, accepted, body, request, response);
    });
  } catch (error) {
    answerProblem(parts, request, response, error);
  }
}

interface Accepted {
  readonly caller: Caller;
  readonly at: Instant;
  readonly rev: number;
}

/** Before the body, so that a stranger cannot have one kept; and once for a whole batch. */
function acceptCaller({ callers }: VerifyParts, request: BodyMessage, now: Instant): Accepted {
  const { rawHeaders, httpVersion, method = "" } = request;
  const target = guardedTarget({ rawHeaders, httpVersion, target: request.url ?? "" });
  if (method !== "POST")
    throw new HttpFailure("method_not_allowed", { headers: { allow: "POST" } });
  const queryStart = target.indexOf("?");
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  const caller = callers.accept({ socket: request.socket, rawHeaders, method, path }, now);
  if (queryStart !== -1) throw unexpectedQuery();
  return { caller, at: now, rev: callers.revOf(caller.workspaceId) };
}

/** A key may be revoked, or end, while its request is still being sent: slowly sent is not longer valid (K2). */
function stillAccepted(
  parts: VerifyParts,
  { caller, at, rev }: Accepted,
  request: BodyMessage,
  now: Instant,
): Caller {
  if (now === at && parts.callers.revOf(caller.workspaceId) === rev) return caller;
  return acceptCaller(parts, request, now).caller;
}

function assertJson({ headers }: BodyMessage): void {
  const type = headers["content-type"];
  const encoding = headers["content-encoding"];
  const isJson = type === "application/json" || (type !== undefined && JSON_TYPE.test(type));
  if (isJson && (encoding === undefined || encoding === "identity")) return;
  throw new OperationError("unsupported_media_type", {
    detail: "Send the body as application/json in UTF-8, without a content encoding",
  });
}

function answerBody(
  parts: VerifyParts,
  name: OperationName,
  accepted: Accepted,
  body: Buffer | "too_large",
  request: BodyMessage,
  response: ServerResponse,
): void {
  try {
    const now = parts.clock.now();
    if (body === "too_large") throw tooLarge(BODY_BYTES_MAX[name]);
    const caller = stillAccepted(parts, accepted, request, now);
    const answer = (json: string) => {
      countCaller(parts, caller, now);
      answerJson(response, json);
    };
    const items = readItems(name, body);
    if (parts.charges === undefined && items.some(isKeptCharge)) {
      passOn(parts, request, response, body);
      return;
    }
    const json = decideItems(parts, name, caller.workspaceId, items, now);
    if (typeof json === "string") answer(json);
    else json.then(answer).catch((error) => answerProblem(parts, request, response, error));
  } catch (error) {
    answerProblem(parts, request, response, error);
  }
}

function readItems(name: OperationName, body: Buffer): readonly VerifyRequest[] {
  const parsed = parseJson(body, ENTRIES_MAX[name]);
  if (!parsed.ok) throw new OperationError("invalid_json", { detail: parsed.detail });
  if (name === "verify") return [parseVerify(parsed.value) ?? refuseInput(name, parsed.value)];
  return parseBatch(parsed.value) ?? refuseInput(name, parsed.value);
}

function isKeptCharge({ decision, dryRun }: VerifyRequest): boolean {
  return decision.charging !== undefined && !dryRun;
}

/** @throws OperationError `invalid_request` where nobody is near who keeps charges */
function passOn(
  parts: VerifyParts,
  request: BodyMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  if (parts.passOn !== undefined) {
    parts.passOn(request, response, body);
    return;
  }
  const detail = "An edge keeps no charges: ask Keyward itself where one is reserved or named";
  throw new OperationError("invalid_request", { detail });
}

/** Waits only where a key is not here, or a limit has to be asked. */
function decideItems(
  parts: VerifyParts,
  name: OperationName,
  workspaceId: WorkspaceId,
  items: readonly VerifyRequest[],
  now: Instant,
): string | Promise<string> {
  const [first] = items;
  if (name === "verify" && first !== undefined) return verdictOf(parts, workspaceId, first, now);
  // Before the first is counted.
  for (const item of items) assertDecidable(parts, workspaceId, item);
  const verdicts = items.map((item) => verdictOf(parts, workspaceId, item, now));
  if (areHere(verdicts)) return batchJson(verdicts);
  return Promise.all(verdicts.map((verdict) => Promise.resolve(verdict))).then(batchJson);
}

function areHere(verdicts: readonly (string | Promise<string>)[]): verdicts is readonly string[] {
  return verdicts.every((verdict) => typeof verdict === "string");
}

function batchJson(verdicts: readonly string[]): string {
  return `{"data":[${verdicts.join(",")}]}`;
}

function assertDecidable({ deciders }: VerifyParts, workspaceId: WorkspaceId, item: VerifyRequest) {
  const decider = deciders.now(workspaceId, item);
  if (decider !== undefined) assertKnowsRev(decider, workspaceId, item.minRev);
}

function verdictOf(
  parts: VerifyParts,
  workspaceId: WorkspaceId,
  verify: VerifyRequest,
  now: Instant,
): string | Promise<string> {
  const decider = parts.deciders.now(workspaceId, verify);
  if (decider !== undefined) return verdictBy(parts, decider, workspaceId, verify, now);
  return parts.deciders.ask(workspaceId, verify, (asked) =>
    verdictBy(parts, asked, workspaceId, verify, parts.clock.now()),
  );
}

function verdictBy(
  parts: VerifyParts,
  decider: Decider,
  workspaceId: WorkspaceId,
  verify: VerifyRequest,
  now: Instant,
): string | Promise<string> {
  const { credential, dryRun, minRev } = verify;
  assertKnowsRev(decider, workspaceId, minRev);
  const decision = proved(parts, decider, workspaceId, verify, now, dryRun);
  const rest = { rev: decider.revOf(workspaceId), stale: decider.stale === true };
  if (!dryRun) {
    const verdict = decideAndCount(parts, decider, workspaceId, credential, decision, now);
    if (!(verdict instanceof Promise)) return verdictJson(verdict, decision, rest);
    return verdict.then((later) => verdictJson(later, decision, rest));
  }
  const { verdict, trace } = explainVerification(decider, workspaceId, credential, decision, now);
  if (verdict.outcome === "denied") return verdictJson(verdict, decision, rest, trace);
  const answer = chargeDry(parts, verdict, decision, now);
  if (answer === undefined) return verdictJson(verdict, decision, rest, trace);
  const explained = (charge: ChargeAnswer) => {
    const after = limited(verdict, charge);
    return verdictJson(after, decision, rest, [...trace, ...limitSteps(after)]);
  };
  return answer instanceof Promise ? answer.then(explained) : explained(answer);
}

/** `undefined` exactly when the contract refuses it. */
export function parseBatch(value: unknown): readonly VerifyRequest[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const names = Object.keys(value);
  if (names.length !== 1 || names[0] !== "items") return undefined;
  const { items } = value as { readonly items: unknown };
  if (!Array.isArray(items) || items.length === 0 || items.length > BATCH_ITEMS_MAX) {
    return undefined;
  }
  const parsed: VerifyRequest[] = [];
  for (const item of items) {
    const verify = parseVerify(item);
    if (verify === undefined) return undefined;
    parsed.push(verify);
  }
  return parsed;
}

/** @throws OperationError `invalid_request` with what the contract's own schema finds wrong */
function refuseInput(name: OperationName, value: unknown): never {
  const result = verifyOperations[name].body.safeParse(value);
  const problems = inputProblems("/", value, result.error?.issues ?? []);
  const [first] = problems;
  throw new OperationError("invalid_request", {
    problems,
    ...(first && { detail: `${first.pointer || "The body"}: ${first.detail}` }),
  });
}

function unexpectedQuery(): OperationError {
  const detail = "no query is taken here";
  return new OperationError("invalid_request", {
    detail,
    problems: [{ pointer: "query", code: "unknown_field", detail }],
  });
}

function tooLarge(bytesMax: number): HttpFailure {
  return new HttpFailure("body_too_large", {
    detail: `At most ${bytesMax} bytes are accepted`,
    headers: { connection: "close" },
  });
}
