import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";

// The facts about a key that have few values share a few bits: their order here is what the tables store.
const KINDS = ["secret", "publishable", "pat", "client_secret"] as const satisfies KeyKind[];
const STATES = ["active", "disabled", "revoked", "pending"] as const satisfies KeyState[];
const TEST_BIT = 4;
const STATE_SHIFT = 3;

export interface Facts {
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly state: KeyState;
}

/** A number of five bits. */
export function packFacts({ kind, environment, state }: Facts): number {
  const test = environment === "test" ? TEST_BIT : 0;
  return KINDS.indexOf(kind) | test | (STATES.indexOf(state) << STATE_SHIFT);
}

export function kindIn(facts: number): KeyKind {
  return KINDS[facts & 3] ?? "secret";
}

export function environmentIn(facts: number): Environment {
  return (facts & TEST_BIT) === 0 ? "live" : "test";
}

/** Whatever is no state is revoked. */
export function stateIn(facts: number): KeyState {
  return STATES[facts >>> STATE_SHIFT] ?? "revoked";
}
