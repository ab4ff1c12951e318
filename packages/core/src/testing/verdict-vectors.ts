// For tests alone: the form of spec/vectors/verdict.json, and what every runner of it shares.
import assert from "node:assert/strict";
import type { Environment, KeyKind } from "../key/format.ts";
import type { KeyState } from "../model/key-state.ts";
import type { RequestContext, Restrictions } from "../restriction/restrictions.ts";
import type { ScopeRequirement } from "../scope/scope.ts";
import { parseInstant } from "../time.ts";
import type { Instant } from "../time.ts";
import type { Proof } from "../token/confirmation.ts";
import type { TraceStep } from "../verdict/explain.ts";
import type { DecisionRequest } from "../verdict/request.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { readVectors } from "./read-vectors.ts";
import type { Vector } from "./read-vectors.ts";

/** The facts of a key; what is left out is as spec/verdict.md §2 says. */
export interface KeyFacts {
  readonly state?: KeyState;
  readonly owner_disabled?: boolean;
  readonly kind?: KeyKind;
  readonly environment?: Environment;
  readonly api?: string;
  readonly api_id?: string;
  readonly expires_at?: string;
  readonly secret?: { readonly not_before?: string; readonly expires_at?: string };
  readonly scopes?: readonly string[];
  /** It is presented by an access token that is bound to the DPoP key with this thumbprint. */
  readonly bound_to?: string;
  readonly restrictions?: Restrictions;
}

interface RequestFacts {
  readonly api?: string;
  readonly environment?: Environment;
  readonly scopes?: ScopeRequirement;
  readonly context?: RequestContext;
  readonly proof?: Proof;
}

export interface VerdictGiven {
  /** Alone: the code whose status is asked for. */
  readonly code?: string;
  /** A text that opens no key, in place of `key`. */
  readonly credential?: string;
  readonly key?: KeyFacts;
  readonly request?: RequestFacts;
  readonly now?: string;
  readonly explain?: boolean;
}

const GIVEN_FIELDS = ["code", "credential", "key", "request", "now", "explain"] as const;
const KEY_FIELDS: ReadonlySet<string> = new Set<keyof KeyFacts>([
  "state",
  "owner_disabled",
  "kind",
  "environment",
  "api",
  "api_id",
  "expires_at",
  "secret",
  "scopes",
  "bound_to",
  "restrictions",
]);

/** Reads the vectors, and refuses facts of a key that no runner knows. */
export function readVerdictVectors(): readonly Vector<VerdictGiven>[] {
  const vectors = readVectors<VerdictGiven>("verdict.json", GIVEN_FIELDS);
  for (const { name, given } of vectors) {
    const unknown = Object.keys(given.key ?? {}).filter((field) => !KEY_FIELDS.has(field));
    assert.deepEqual(unknown, [], name);
  }
  return vectors;
}

export function requestOf({ request = {} }: VerdictGiven): DecisionRequest {
  return request;
}

export function instantOf(text: string | undefined): Instant {
  const at = text === undefined ? undefined : parseInstant(text);
  assert.ok(at !== undefined, `not an instant: ${text}`);
  return at;
}

/** What a vector expects, made of what a runner got. */
export function answerOf(verdict: Verdict, trace: readonly TraceStep[] | undefined) {
  return {
    outcome: verdict.outcome,
    code: verdict.code,
    status: verdict.status,
    tells_key: verdict.key !== undefined,
    ...(trace !== undefined && { checks: trace.map(({ check, passed }) => [check, passed]) }),
  };
}
