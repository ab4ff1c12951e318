// For tests alone: makes the signed texts that spec/vectors/jose.json describes. Keys are made at run time.
import { createHmac, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readVectors } from "./read-vectors.ts";
import type { Vector } from "./read-vectors.ts";

export interface JoseGiven {
  readonly as: "access_token" | "client_assertion" | "dpop_proof";
  /** Over those of a good one; `null` takes one away, and `"$other_key"` is the stranger's public key. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Text before the brace that ends the object. */
  readonly header_end?: string;
  readonly claims_end?: string;
  /** The public key, as PEM, is what HS256 is confused with. */
  readonly signed_by?: "its_key" | "other_key" | "hmac_of_public_key" | "nobody";
  /** The three parts, where they are not joined by dots as they are. */
  readonly form?: string;
}

export interface JoseBase {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly otherKey: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

export function joseVectors(as: JoseGiven["as"]): readonly Vector<JoseGiven>[] {
  const fields = [
    "as",
    "header",
    "claims",
    "header_end",
    "claims_end",
    "signed_by",
    "form",
  ] as const;
  return readVectors<JoseGiven>("jose.json", fields).filter(({ given }) => given.as === as);
}

/** @param base of a text that is good; all keys are of P-256 */
export function makeJose(given: JoseGiven, base: JoseBase): string {
  const head = part({ ...base.header, ...given.header }, given.header_end, base);
  const body = part({ ...base.claims, ...given.claims }, given.claims_end, base);
  const signature = signatureOf(`${head}.${body}`, given, base);
  const form = given.form ?? "HEADER.CLAIMS.SIGNATURE";
  const parts: Readonly<Record<string, string>> = {
    HEADER: head,
    CLAIMS: body,
    SIGNATURE: signature,
  };
  return form.replaceAll(/HEADER|CLAIMS|SIGNATURE/g, (name) => parts[name] ?? "");
}

function part(members: object, end: string | undefined, { otherKey }: JoseBase): string {
  const other = otherKey.publicKey.export({ format: "jwk" });
  const kept = Object.entries(members)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, value === "$other_key" ? other : value]);
  const text = JSON.stringify(Object.fromEntries(kept));
  return Buffer.from(`${text.slice(0, -1)}${end ?? ""}}`).toString("base64url");
}

function signatureOf(
  signed: string,
  { signed_by: signer = "its_key" }: JoseGiven,
  { key, otherKey }: JoseBase,
): string {
  if (signer === "nobody") return "";
  if (signer === "hmac_of_public_key") {
    const pem = key.publicKey.export({ format: "pem", type: "spki" });
    return createHmac("sha256", pem).update(signed).digest("base64url");
  }
  const { privateKey } = signer === "its_key" ? key : otherKey;
  const options = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return sign("sha256", Buffer.from(signed), options).toString("base64url");
}
