// The one seam between whatever decides about keys and whatever framework a request came through.
import { extractCredential } from "@keyward/core/http/credentials";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import type { ScopeRequirement } from "@keyward/core/scope/scope";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { Principal } from "../client/operations.generated.ts";
import { denialRefusal, unavailableRefusal } from "@keyward/core/http/refusal";
import type { Denial, Refusal } from "@keyward/core/http/refusal";
import { contextOf, parseProxies } from "./request-facts.ts";
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
  /** The request has been allowed before, for other scopes: it must not be counted and charged again (T31). */
  readonly isRepeat: boolean;
}

/** `unavailable`: nothing was decided. To throw means the same. */
export type Decision =
  | { readonly outcome: "allowed"; readonly principal: Principal; readonly stale: boolean }
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
  isCharged: boolean;
}

/** @throws TypeError when an option cannot be used */
export function createAuthenticator(decide: Decide, options: AuthenticatorOptions): Authenticator {
  const proxies = parseProxies(options.trustedProxies ?? []);
  const memos = new WeakMap<object, Memo>();

  function authenticate(
    facts: RequestFacts,
    needs: Needs,
  ): Authentication | Promise<Authentication> {
    const scopes = needs.scopes ?? options.scopes ?? [];
    const { cost, tag, minRev } = needs;
    const refuse = (denial: Denial) =>
      denialRefusal(denial, { realm: options.realm, scopes: listOf(scopes) });
    const found = extractCredential(facts.rawHeaders);
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
          return allowedOf(decision);
        case "denied":
          return refuse(decision);
        case "unavailable":
          throw decision.cause;
        default:
          throw new TypeError("that is no decision");
      }
    };
    const ask = (isRepeat: boolean) => {
      const decision = decide(credential, { scopes, cost, tag, minRev, context, isRepeat });
      return decision instanceof Promise ? decision.then(settle) : settle(decision);
    };
    if (facts.request === undefined) return ask(false);
    return once(memoOf(facts.request), { credential, context, scopes, minRev }, ask);
  }

  function memoOf(request: object): Memo {
    let memo = memos.get(request);
    if (memo === undefined) memos.set(request, (memo = { asked: [], isCharged: false }));
    return memo;
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
  ask: (isRepeat: boolean) => Asked["answer"],
): Asked["answer"] {
  const known = memo.asked.find((asked) => textOf(asked) === textOf(question));
  if (known !== undefined) return known.answer;
  const asked: Asked = { ...question, answer: ask(memo.isCharged) };
  memo.asked.push(asked);
  if (asked.answer instanceof Promise) return settled(memo, asked);
  memo.isCharged ||= asked.answer.outcome === "allowed";
  return asked.answer;
}

async function settled(memo: Memo, asked: Asked): Promise<Authentication> {
  try {
    const answer = await asked.answer;
    memo.isCharged ||= answer.outcome === "allowed";
    return answer;
  } catch (error) {
    memo.asked.splice(memo.asked.indexOf(asked), 1);
    throw error;
  }
}

function textOf({ credential, context, scopes, minRev }: Omit<Asked, "answer">): string {
  return JSON.stringify([credential, context, scopes, String(minRev)]);
}

/** Field by field: what decides may be anything that was given, and half an answer is none. */
function allowedOf(decision: Extract<Decision, { outcome: "allowed" }>): Authentication {
  const { principal, stale } = decision;
  if (typeof principal.key_id !== "string") throw new TypeError("allowed, but nobody");
  return { outcome: "allowed", principal, stale };
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
