// The life of a key. Expiry is not a state: it is a fact about the clock, and it needs no write.
import type { Instant } from "../time.ts";

export type KeyState = "active" | "disabled" | "revoked";
export type KeyStatus = KeyState | "expired";
export type KeyAction = "enable" | "disable" | "revoke";

const NEXT: Readonly<Record<KeyState, Readonly<Record<KeyAction, KeyState>>>> = {
  active: { enable: "active", disable: "disabled", revoke: "revoked" },
  disabled: { enable: "active", disable: "disabled", revoke: "revoked" },
  revoked: { enable: "revoked", disable: "revoked", revoke: "revoked" },
};

/** The state that follows. Revoked is absorbing: no action leads out of it (K2, T15). */
export function nextState(state: KeyState, action: KeyAction): KeyState {
  return NEXT[state][action];
}

/** What a person is shown: the stored state, or expired where only the clock has ended an active or disabled key. */
export function statusOf(state: KeyState, expiresAt: Instant | null, now: Instant): KeyStatus {
  if (state === "revoked") return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : state;
}
