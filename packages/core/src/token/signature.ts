// Beside key/digest.ts the one file of core that may import a platform module: it checks the signatures of access tokens and
// of DPoP proofs.
import { constants, createPublicKey, hash, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { PublicJwk } from "../model/client.ts";
import type { SignatureAlgorithm } from "./algorithm.ts";
import type { DpopProof } from "./dpop-proof.ts";

/** Checks signatures with one public key and the one algorithm that goes with it (RFC 8725 §3.1). */
export class SignatureKey {
  readonly algorithm: SignatureAlgorithm;
  readonly #key: KeyObject;

  /** @throws Error when the public key is not one for the algorithm */
  constructor(algorithm: SignatureAlgorithm, publicKey: PublicJwk) {
    this.algorithm = algorithm;
    this.#key = createPublicKey({ key: { ...publicKey }, format: "jwk" });
    if (!isFor(algorithm, this.#key)) throw new Error(`the key is not one for ${algorithm}`);
  }

  /** @param signature base64url; a second spelling of one that holds does not hold */
  verify(signed: string, signature: string): boolean {
    const bytes = Buffer.from(signature, "base64url");
    if (bytes.toString("base64url") !== signature) return false;
    const data = Buffer.from(signed, "latin1");
    switch (this.algorithm) {
      case "ES256":
        return verify("sha256", data, { key: this.#key, dsaEncoding: "ieee-p1363" }, bytes);
      case "Ed25519":
        return verify(null, data, this.#key, bytes);
      case "RS256":
        return verify("sha256", data, this.#key, bytes);
      case "PS256": {
        const padding = constants.RSA_PKCS1_PSS_PADDING;
        return verify("sha256", data, { key: this.#key, padding, saltLength: 32 }, bytes);
      }
    }
  }
}

/** Whether the key that stands in a proof has signed it. */
export function isSignedByItsKey({ algorithm, jwk, signed, signature }: DpopProof): boolean {
  try {
    return new SignatureKey(algorithm, jwk).verify(signed, signature);
  } catch {
    // What is no key for the algorithm has signed nothing.
    return false;
  }
}

const THUMBPRINT_MEMBERS = {
  EC: ["crv", "kty", "x", "y"],
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
} as const;

/** RFC 7638 §3: the required members in the order of their names. */
export function thumbprintOf(jwk: PublicJwk): string {
  const names = THUMBPRINT_MEMBERS[jwk.kty as keyof typeof THUMBPRINT_MEMBERS];
  return sha256(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))));
}

/** In base64url, as tokens and proofs carry it. */
export function sha256(text: string): string {
  return hash("sha256", text, "base64url");
}

function isFor(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  switch (algorithm) {
    case "ES256":
      return type === "ec" && details?.namedCurve === "prime256v1";
    case "Ed25519":
      return type === "ed25519";
    case "RS256":
    case "PS256":
      return type === "rsa" && (details?.modulusLength ?? 0) >= 2048;
  }
}
