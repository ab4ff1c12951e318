// Fields that several items of the feed share, read without belief: `undefined` is refused.
import { parseId } from "../id.ts";
import type { Id, IdKind, PlanId } from "../id.ts";
import type { ClientState, KeyState } from "../model/key-state.ts";
import { parseScopeGrant } from "../scope/scope.ts";
import type { ScopeGrant } from "../scope/scope.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import { isCount, parseList } from "./json-shape.ts";

export function parseIdOf<Kind extends IdKind>(kind: Kind, value: unknown): Id<Kind> | undefined {
  return typeof value === "string" ? parseId(kind, value) : undefined;
}

export function parseGrants(value: unknown): readonly ScopeGrant[] | undefined {
  return parseList(value, (grant) =>
    typeof grant === "string" ? parseScopeGrant(grant) : undefined,
  );
}

/** `undefined` is refused; `null` is none. */
export function parsePlanId(value: unknown): PlanId | null | undefined {
  return value === null ? null : parseIdOf("plan", value);
}

/** `undefined` is refused; `null` is never. */
export function parseInstantOrNull(value: unknown): Instant | null | undefined {
  if (value === null) return null;
  if (!isCount(value)) return undefined;
  try {
    return instant(value);
  } catch {
    return undefined;
  }
}

export function parseClientState(value: unknown): ClientState | undefined {
  return value === "active" || value === "disabled" || value === "revoked" ? value : undefined;
}

export function parseKeyState(value: unknown): KeyState | undefined {
  return value === "pending" ? value : parseClientState(value);
}
