// The one seam between whatever decides about keys and whatever framework a request came through.
import { extractCredential } from "@keyward/core/http/credentials";
import { legacyRateLimitFields, rateLimitFields } from "@keyward/core/http/rate-limit-fields";
import type { LegacyRateLimitFields } from "@keyward/core/http/rate-limit-fields";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import type { Proof } from "@keyward/core/token/confirmation";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import type { ScopeRequirement } from "@keyward/core/scope/scope";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { Principal } from "../client/operations.generated.ts";
import { systemClock } from "../runtime/clock.ts";
import type { Clock } from "../runtime/clock.ts";
import { denialRefusal, unavailableRefusal } from "@keyward/core/http/refusal";
import type { Denial, Refusal } from "@keyward/core/http/refusal";
import { certificateProof, contextOf, dpopOf, parseProxies } from "./request-facts.ts";
import type { RequestFacts } from "./request-facts.ts";

export type RequiredScopes<Scopes extends string = string> =
  | readonly Scopes[]
  | { readonly all: readonly Scopes[] }
  | { readonly any: readonly Scopes[] };

/** What one request needs. */
export interface Needs<Scopes extends string = string> {
  /** A list means all of it. */
  readonly scopes?: RequiredScopes<Scopes> | undefined;
  /** What the request costs, in credits; 1 if left out. */
  readonly cost?: number | undefined;
  /** What usage is counted by besides the key, such as a route; of at most 48 of `A-Z a-z 0-9 . _ : / { } * ~ -`, else none. */
  readonly tag?: string | undefined;
  /** The `rev` of a write that the decision must know of; who cannot know of it answers with 503. */
  readonly minRev?: number | undefined;
}

export type Authentication =
  | {
      readonly outcome: "allowed";
      readonly principal: Principal;
      /** The verdict rests on a state that could not be proved fresh; only in a mode that admits it. */
      readonly stale: boolean;
      /** For the answer of whoever is guarded: what the limits of the key say (spec/limits.md §8). Names in lower case. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | Refusal;

export interface Authenticator<Scopes extends string = string> {
  /** Never rejects: whatever goes wrong is a refusal (T38). Only `allowed` may lead to the handler. */
  authenticate(facts: RequestFacts, needs?: Needs<Scopes>): Promise<Authentication>;
}

/** What is asked about a credential. */
export interface Question {
  readonly scopes: RequiredScopes;
  readonly cost: number | undefined;
  readonly tag: string | undefined;
  readonly minRev: number | undefined;
  readonly context: RequestContext;
  /** The DPoP proof of a token that came by the scheme `DPoP`, to be checked. */
  readonly dpop: DpopRequest | undefined;
  /** What a check has found before. */
  readonly proof: Proof | undefined;
  /** The request has been allowed before, for other scopes: it must not be counted and charged again (T31). */
  readonly isRepeat: boolean;
}

/** `unavailable`: nothing was decided. To throw means the same. */
export type Decision =
  | {
      readonly outcome: "allowed";
      readonly principal: Principal;
      readonly stale: boolean;
      readonly limits?: readonly LimitState[] | undefined;
    }
  | ({ readonly outcome: "denied" } & Denial)
  | { readonly outcome: "unavailable"; readonly cause: unknown };

/** Answers at once where it can: a promise costs more than a decision. */
export type Decide = (credential: string, question: Question) => Decision | Promise<Decision>;

export interface AuthenticatorOptions {
  /** The protection space that challenges name. */
  readonly realm: string;
  /** What every request needs; a request can name its own instead. */
  readonly scopes?: RequiredScopes | undefined;
  /** The networks of one's own proxies, whose `X-Forwarded-For` is believed; none if left out. */
  readonly trustedProxies?: readonly string[] | undefined;
  /**
   * Where clients reach the API, such as `https://api.acme.example`; a path is one that a proxy cuts off. DPoP proofs must be
   * about it, so without it no token is accepted that is bound to a key (RFC 9449 §7.1).
   */
  readonly publicUrl?: string | undefined;
  /** Where the API is described for clients that look for an authorization server; challenges name it (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined;
  /** Fields of older clients to answer with besides `RateLimit` and `RateLimit-Policy`; none if left out. */
  readonly legacyRateLimitFields?: LegacyRateLimitFields | undefined;
  /** For the fields of older clients that tell an instant. */
  readonly clock?: Clock | undefined;
  /** Told why a request was answered with 503. The request is refused all the same. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
}

/** What was asked about one request, and the answer. */
interface Asked extends Pick<Question, "scopes" | "context" | "minRev"> {
  readonly credential: string;
  readonly answer: Authentication | Promise<Authentication>;
}

interface Memo {
  readonly asked: Asked[];
  /** Who the request was allowed as; then it has been charged, and its proof is used up. */
  allowedAs: Principal | undefined;
}

/** @throws TypeError when an option cannot be used */
export function createAuthenticator(decide: Decide, options: AuthenticatorOptions): Authenticator {
  const proxies = parseProxies(options.trustedProxies ?? []);
  /** Of this authenticator alone: another may guard the same request. */
  const memoName = Symbol("Keyward memo");

  function authenticate(
    facts: RequestFacts,
    needs: Needs,
  ): Authentication | Promise<Authentication> {
    const scopes = needs.scopes ?? options.scopes ?? [];
    const { cost, tag, minRev } = needs;
    const found = extractCredential(facts.rawHeaders);
    const isDpop = found.outcome === "found" && found.source === "dpop";
    const { realm, resourceMetadata } = options;
    const scheme = isDpop ? "DPoP" : "Bearer";
    const refuse = (denial: Denial) => {
      const challenge = { realm, scopes: listOf(scopes), resourceMetadata, scheme } as const;
      const refusal = denialRefusal(denial, challenge);
      const older = legacyFields(options, denial.limits);
      return { ...refusal, headers: { ...refusal.headers, ...older } };
    };
    switch (found.outcome) {
      case "found":
        break;
      case "missing":
        return refuse(denialOf("missing_credential"));
      case "ambiguous":
        return refuse(denialOf("ambiguous_credentials"));
      case "malformed":
        return refuse(denialOf("malformed"));
    }
    const { credential } = found;
    const context = contextOf(facts, proxies);
    const settle = (decision: Decision): Authentication => {
      switch (decision.outcome) {
        case "allowed":
          return allowedOf(decision, options);
        case "denied":
          return refuse(decision);
        case "unavailable":
          throw decision.cause;
        default:
          throw new TypeError("that is no decision");
      }
    };
    const ask = (allowedAs: Principal | undefined) => {
      const isRepeat = allowedAs !== undefined;
      const dpop = isDpop && !isRepeat ? dpopOf(facts, options.publicUrl) : undefined;
      const proof = isDpop && isRepeat ? proofOf(allowedAs) : certificateProof(facts);
      const question = { scopes, cost, tag, minRev, context, dpop, proof, isRepeat };
      const decision = decide(credential, question);
      return decision instanceof Promise ? decision.then(settle) : settle(decision);
    };
    if (facts.request === undefined) return ask(undefined);
    return once(
      memoOf(facts.request as Record<symbol, Memo | undefined>),
      { credential, context, scopes, minRev },
      ask,
    );
  }

  function memoOf(request: Record<symbol, Memo | undefined>): Memo {
    return (request[memoName] ??= { asked: [], allowedAs: undefined });
  }

  return {
    async authenticate(facts, needs = {}) {
      try {
        return await authenticate(facts, needs);
      } catch (error) {
        tell(options, error);
        return unavailableRefusal(error);
      }
    },
  };
}

/** Two layers that ask the same are given the same answer; that there was none is forgotten at once. */
function once(
  memo: Memo,
  question: Omit<Asked, "answer">,
  ask: (allowedAs: Principal | undefined) => Asked["answer"],
): Asked["answer"] {
  const known = memo.asked.find((asked) => textOf(asked) === textOf(question));
  if (known !== undefined) return known.answer;
  const asked: Asked = { ...question, answer: ask(memo.allowedAs) };
  memo.asked.push(asked);
  if (asked.answer instanceof Promise) return settled(memo, asked);
  noteAllowed(memo, asked.answer);
  return asked.answer;
}

async function settled(memo: Memo, asked: Asked): Promise<Authentication> {
  try {
    const answer = await asked.answer;
    noteAllowed(memo, answer);
    return answer;
  } catch (error) {
    memo.asked.splice(memo.asked.indexOf(asked), 1);
    throw error;
  }
}

function noteAllowed(memo: Memo, answer: Authentication): void {
  if (answer.outcome === "allowed") memo.allowedAs ??= answer.principal;
}

/** A proof counts once: what it has proved holds for the request that it came with. */
function proofOf({ token }: Principal): Proof {
  const jkt = token?.cnf?.["jkt"];
  return typeof jkt === "string" ? { jkt } : {};
}

function textOf({ credential, context, scopes, minRev }: Omit<Asked, "answer">): string {
  return JSON.stringify([credential, context, scopes, String(minRev)]);
}

/** Field by field: what decides may be anything that was given, and half an answer is none. */
function allowedOf(
  decision: Extract<Decision, { outcome: "allowed" }>,
  options: AuthenticatorOptions,
): Authentication {
  const { principal, stale, limits } = decision;
  if (typeof principal.key_id !== "string") throw new TypeError("allowed, but nobody");
  if (limits === undefined || limits.length === 0) return { outcome: "allowed", principal, stale };
  const fields = Object.fromEntries(rateLimitFields(limits));
  const headers = { ...fields, ...legacyFields(options, limits) };
  return { outcome: "allowed", principal, stale, headers };
}

function legacyFields(
  { legacyRateLimitFields: form, clock = systemClock }: AuthenticatorOptions,
  limits: readonly LimitState[] | undefined,
): Readonly<Record<string, string>> {
  if (form === undefined || limits === undefined) return {};
  return Object.fromEntries(legacyRateLimitFields(form, limits, clock.now()));
}

function denialOf(code: keyof typeof DENIALS): Denial {
  return { code, status: DENIALS[code].status };
}

export function requirementOf(scopes: RequiredScopes): ScopeRequirement {
  return isList(scopes) ? { all: scopes } : scopes;
}

function listOf(scopes: RequiredScopes): readonly string[] {
  if (isList(scopes)) return scopes;
  return "all" in scopes ? scopes.all : scopes.any;
}

/** `Array.isArray` does not narrow what is read-only. */
function isList(scopes: RequiredScopes): scopes is readonly string[] {
  return Array.isArray(scopes);
}

/** Telling is a courtesy; that it failed must not turn a refusal into an exception. */
function tell(options: AuthenticatorOptions, error: unknown): void {
  try {
    options.onUnavailable?.(error);
  } catch {
    // There is nobody left to tell.
  }
}
