import { redactKeys } from "@keyward/core/key/format";
import type { Random } from "../runtime/random.ts";
import { headerOf } from "./raw-headers.ts";

const RANDOM_BYTES = 15;
/** Long enough for a UUID or a W3C trace id, and of letters that are safe in any log. */
const GIVEN_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,63}$/;

/**
 * Names a request in the answer, the log and the audit event. A caller's own `X-Request-Id` is taken over when it is 8 to
 * 64 letters, digits, `.`, `_`, `:` and `-`, and is not a key that strayed there.
 */
export function requestIdOf(rawHeaders: readonly string[], random: Random): string {
  const given = headerOf(rawHeaders, "x-request-id");
  if (given !== undefined && GIVEN_ID.test(given) && redactKeys(given) === given) return given;
  return `req_${Buffer.from(random.bytes(RANDOM_BYTES)).toString("base64url")}`;
}
