// Reads what a verification asks for. Says the same as the contract's schema, at a fifth of its cost.
import type { Environment } from "@keyward/core/key/format";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import { parseScope } from "@keyward/core/scope/scope";
import type { ScopeRequirement } from "@keyward/core/scope/scope";
import { isTag } from "@keyward/core/usage/cell";
import type { Proof } from "@keyward/core/token/confirmation";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import {
  COST_MAX,
  CREDENTIAL_CHARS_MAX,
  DPOP_PROOF_CHARS_MAX,
  IDEMPOTENCY_KEY_CHARS_MAX,
  NAME_CHARS_MAX,
  RESERVE_SECONDS_MAX,
} from "../contract/limits.ts";
import type { ChargedRequest } from "./count-limits.ts";

const SCOPES_MAX = 50;
const FACT_CHARS_MAX = 8_192;

export interface VerifyRequest {
  readonly credential: string;
  /** What is decided about, and what is counted of it. */
  readonly decision: DecisionRequest & ChargedRequest;
  readonly dryRun: boolean;
  readonly minRev: number;
}

/** `undefined` exactly when `verifyInput` of the contract refuses it; ask that for the reasons. */
export function parseVerify(value: unknown): VerifyRequest | undefined {
  if (!isObject(value)) return undefined;
  let credential: string | undefined;
  let api: string | undefined;
  let environment: Environment | undefined;
  let scopes: ScopeRequirement | undefined;
  let context: RequestContext | undefined;
  let proof: Proof | undefined;
  let dpop: DpopRequest | undefined;
  let cost: number | undefined;
  let tag: string | undefined;
  let idempotencyKey: string | undefined;
  let reserveSeconds: number | undefined;
  let dryRun = false;
  let minRev = 0;
  for (const name of Object.keys(value)) {
    const field = value[name];
    switch (name) {
      case "credential":
        if (!isText(field, CREDENTIAL_CHARS_MAX)) return undefined;
        credential = field;
        break;
      case "api":
        if (!isText(field, NAME_CHARS_MAX) || field === "") return undefined;
        api = field;
        break;
      case "environment":
        if (field !== "live" && field !== "test") return undefined;
        environment = field;
        break;
      case "scopes":
        scopes = parseRequirement(field);
        if (scopes === undefined) return undefined;
        break;
      case "context":
        if (!isContext(field)) return undefined;
        context = field;
        break;
      case "proof":
        if (!isProof(field)) return undefined;
        proof = field;
        break;
      case "dpop":
        if (!isDpop(field)) return undefined;
        dpop = field;
        break;
      case "cost":
        if (!isWhole(field) || field > COST_MAX) return undefined;
        cost = field;
        break;
      case "tag":
        if (typeof field !== "string" || field === "" || !isTag(field)) return undefined;
        tag = field;
        break;
      case "idempotency_key":
        if (!isText(field, IDEMPOTENCY_KEY_CHARS_MAX) || field === "") return undefined;
        idempotencyKey = field;
        break;
      case "reserve_seconds":
        if (!isWhole(field) || field < 1 || field > RESERVE_SECONDS_MAX) return undefined;
        reserveSeconds = field;
        break;
      case "dry_run":
        if (typeof field !== "boolean") return undefined;
        dryRun = field;
        break;
      case "min_rev":
        if (!isWhole(field)) return undefined;
        minRev = field;
        break;
      default:
        return undefined;
    }
  }
  if (credential === undefined) return undefined;
  const isPlain = idempotencyKey === undefined && reserveSeconds === undefined;
  const charging = isPlain ? undefined : { idempotencyKey, reserveSeconds };
  // Built in one piece, so that every decision sees objects of one shape.
  const decision = {
    api,
    environment,
    scopes,
    context,
    proof,
    dpop,
    tag,
    cost,
    charging,
  } as VerifyRequest["decision"];
  return { credential, decision, dryRun, minRev };
}

function parseRequirement(value: unknown): ScopeRequirement | undefined {
  if (Array.isArray(value)) return areScopes(value) ? { all: value } : undefined;
  if (!isObject(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const list = value[name];
  if (!Array.isArray(list) || !areScopes(list)) return undefined;
  if (name === "all") return { all: list };
  return name === "any" ? { any: list } : undefined;
}

function areScopes(list: readonly unknown[]): list is readonly string[] {
  return (
    list.length <= SCOPES_MAX &&
    list.every((scope) => typeof scope === "string" && parseScope(scope) !== undefined)
  );
}

function isContext(value: unknown): value is RequestContext {
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) {
    if (!isFactName(name) || !isText(value[name], FACT_CHARS_MAX)) return false;
  }
  return true;
}

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

function isProof(value: unknown): value is Proof {
  if (!isObject(value)) return false;
  return Object.entries(value).every(
    ([name, text]) =>
      (name === "jkt" || name === "x5t_s256") && typeof text === "string" && THUMBPRINT.test(text),
  );
}

function isDpop(value: unknown): value is DpopRequest {
  if (!isObject(value) || Object.keys(value).length !== 3) return false;
  const { proof, method, url } = value;
  return (
    isText(proof, DPOP_PROOF_CHARS_MAX) &&
    isText(method, FACT_CHARS_MAX) &&
    isText(url, FACT_CHARS_MAX)
  );
}

function isFactName(name: string): name is keyof RequestContext {
  switch (name as keyof RequestContext) {
    case "ip":
    case "origin":
    case "referrer":
    case "method":
    case "path":
    case "user_agent":
    case "android_package":
    case "android_cert":
    case "ios_bundle":
      return true;
  }
  return false;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, charsMax: number): value is string {
  return typeof value === "string" && value.length <= charsMax;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
