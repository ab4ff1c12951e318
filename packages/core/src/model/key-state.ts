// The life of a key. Expiry is not a state: it is a fact about the clock, and it needs no write.
import type { Instant } from "../time.ts";

/** `pending`: somebody has to approve it first. */
export type KeyState = "active" | "pending" | "disabled" | "revoked";
/** What needs nobody's approval. */
export type ClientState = Exclude<KeyState, "pending">;
export type KeyStatus = KeyState | "expired";
export type KeyAction = "enable" | "disable" | "revoke" | "approve";

const NEXT: Readonly<Record<KeyState, Readonly<Record<KeyAction, KeyState>>>> = {
  active: { enable: "active", disable: "disabled", revoke: "revoked", approve: "active" },
  pending: { enable: "pending", disable: "pending", revoke: "revoked", approve: "active" },
  disabled: { enable: "active", disable: "disabled", revoke: "revoked", approve: "disabled" },
  revoked: { enable: "revoked", disable: "revoked", revoke: "revoked", approve: "revoked" },
};

/** The state that follows. Revoked is absorbing: no action leads out of it (K2, T15). */
export function nextState(state: KeyState, action: KeyAction): KeyState {
  return NEXT[state][action];
}

/** The same of a client, which is never pending and never approved. */
export function nextClientState(
  state: ClientState,
  action: Exclude<KeyAction, "approve">,
): ClientState {
  if (state === "revoked" || action === "revoke") return "revoked";
  return action === "enable" ? "active" : "disabled";
}

/** What a person is shown: the stored state, or expired where only the clock has ended an active or disabled key. */
export function statusOf(state: KeyState, expiresAt: Instant | null, now: Instant): KeyStatus {
  if (state === "revoked") return "revoked";
  return expiresAt !== null && expiresAt <= now ? "expired" : state;
}
