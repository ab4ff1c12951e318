// Beside key/digest.ts the one file of core that may import a platform module: it checks signatures of access tokens.
import { createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { PublicJwk } from "../model/client.ts";
import type { TokenAlgorithm } from "./algorithm.ts";

/** Checks signatures with one public key and the one algorithm that goes with it (RFC 8725 §3.1). */
export class SignatureKey {
  readonly #algorithm: TokenAlgorithm;
  readonly #key: KeyObject;

  /** @throws Error when the public key is not one for the algorithm */
  constructor(algorithm: TokenAlgorithm, publicKey: PublicJwk) {
    this.#algorithm = algorithm;
    this.#key = createPublicKey({ key: { ...publicKey }, format: "jwk" });
    if (!isFor(algorithm, this.#key)) throw new Error(`the key is not one for ${algorithm}`);
  }

  /** @param signature base64url; a second spelling of one that holds does not hold */
  verify(signed: string, signature: string): boolean {
    const bytes = Buffer.from(signature, "base64url");
    if (bytes.toString("base64url") !== signature) return false;
    const data = Buffer.from(signed, "latin1");
    switch (this.#algorithm) {
      case "ES256":
        return verify("sha256", data, { key: this.#key, dsaEncoding: "ieee-p1363" }, bytes);
      case "Ed25519":
        return verify(null, data, this.#key, bytes);
      case "RS256":
        return verify("sha256", data, this.#key, bytes);
    }
  }
}

function isFor(algorithm: TokenAlgorithm, key: KeyObject): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  switch (algorithm) {
    case "ES256":
      return type === "ec" && details?.namedCurve === "prime256v1";
    case "Ed25519":
      return type === "ed25519";
    case "RS256":
      return type === "rsa" && (details?.modulusLength ?? 0) >= 2048;
  }
}
