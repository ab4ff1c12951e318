// Public keys that a client is registered with: checked once, so that an assertion meets no surprise.
import { createPublicKey } from "node:crypto";
import type { PublicJwk } from "@keyward/core/model/client";
import { invalid } from "../invalid.ts";

/** RFC 7518 §6: what none of them may say in public. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;
/** Of a public key: itself, how it is named, and its certificate (RFC 8705 §2.2.2). */
const KEPT_MEMBERS = ["kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "x5c"] as const;
const RSA_BITS_MIN = 2048;

/** @throws OperationError `invalid_request`, pointing at the key that is none */
export function checkPublicKeys(
  keys: readonly Readonly<Record<string, string | readonly string[]>>[],
): readonly PublicJwk[] {
  return keys.map((key, index) => {
    const problem = problemOf(key);
    if (problem !== undefined) throw invalid(`/jwks/keys/${index}`, "bad_key", problem);
    return kept(key);
  });
}

function problemOf(key: Readonly<Record<string, string | readonly string[]>>): string | undefined {
  if (PRIVATE_MEMBERS.some((member) => member in key)) {
    return "holds a private key: send the public one, and replace the pair";
  }
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey({
      key,
      format: "jwk",
    });
    if (type === "ed25519") return undefined;
    if (type === "ec" && details?.namedCurve === "prime256v1") return undefined;
    if (type === "rsa" && (details?.modulusLength ?? 0) >= RSA_BITS_MIN) return undefined;
  } catch {
    return "is no public key (RFC 7517)";
  }
  return `must be a P-256, Ed25519, or RSA key of at least ${RSA_BITS_MIN} bits`;
}

/** RFC 9864 gives Ed25519 two names; the key itself says which algorithm it is for. */
function kept(key: Readonly<Record<string, string | readonly string[]>>): PublicJwk {
  const members = KEPT_MEMBERS.flatMap((name) => {
    const value = key[name];
    return value === undefined || (name === "alg" && key["kty"] === "OKP") ? [] : [[name, value]];
  });
  return Object.fromEntries(members) as PublicJwk;
}
