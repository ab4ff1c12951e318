import {
  appAllowed,
  ipAllowed,
  originAllowed,
  routeAllowed,
  withinTimeWindow,
} from "../restriction/restrictions.ts";
import type { Instant } from "../time.ts";
import {
  NO_CONTEXT,
  hasBegun,
  hasNotEnded,
  hasScopes,
  isNotDisabled,
  isNotRevoked,
  isNotSecretInBrowser,
  isOfApi,
  isOfEnvironment,
  isProvedToBeOwn,
} from "./checks.ts";
import type { DenialCode } from "./codes.ts";
import type { DecisionRequest } from "./request.ts";
import type { KeySnapshot } from "./snapshot.ts";
import { allow, deny } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** Decides one request against one key. Pure: the same snapshot, request and instant give the same verdict. */
export function decide<Key extends KeySnapshot>(
  key: Key,
  request: DecisionRequest,
  now: Instant,
): Verdict<Key> {
  const code = firstFailure(key, request, now);
  return code === undefined ? allow(key) : deny(code, key);
}

/**
 * The code of the first check of spec/verdict.md §3 that fails. Written out, because a loop over fourteen functions costs more
 * than what they do (docs/decisions/0007); a property test holds it to the table of checks.ts, in codes and in order.
 */
function firstFailure(
  key: KeySnapshot,
  request: DecisionRequest,
  now: Instant,
): DenialCode | undefined {
  if (!isNotRevoked(key)) return "revoked";
  if (!isNotDisabled(key)) return "disabled";
  if (!hasNotEnded(key, now)) return "expired";
  if (!hasBegun(key, now)) return "not_yet_valid";
  if (!isProvedToBeOwn(key, request)) return "proof_required";
  if (!isOfEnvironment(key, request)) return "wrong_environment";
  if (!isOfApi(key, request)) return "wrong_api";
  if (!hasScopes(key, request)) return "insufficient_scope";
  const { restrictions } = key;
  if (restrictions !== undefined) {
    const context = request.context ?? NO_CONTEXT;
    if (!ipAllowed(restrictions, context)) return "ip_not_allowed";
    if (!originAllowed(restrictions, context)) return "origin_not_allowed";
    if (!routeAllowed(restrictions, context)) return "route_not_allowed";
    if (!withinTimeWindow(restrictions, now)) return "outside_time_window";
    if (!appAllowed(restrictions, context)) return "app_not_allowed";
  }
  return isNotSecretInBrowser(key, request) ? undefined : "secret_key_in_browser";
}
