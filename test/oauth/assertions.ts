// For tests: keys, the statements that are signed with them, and a place that publishes them.
import { hash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK } from "jose";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface Pair {
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makePair(alg: string, kid?: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { alg, privateKey, jwk: kid === undefined ? jwk : { ...jwk, kid } };
}

/** @param claims what is `undefined` here is left out */
export function signed(
  { alg, privateKey, jwk }: Pair,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const named = jwk.kid === undefined ? {} : { kid: jwk.kid };
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg, ...named, ...header })
    .sign(privateKey);
}

export function seconds(ahead = 0): number {
  return Math.floor(Date.now() / 1000) + ahead;
}

/** Answers with what its documents hold at that moment, and counts how often it was asked for each. */
export async function publish(documents: Record<string, unknown>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const document = documents[path];
    response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked, documents };
}

/** A DPoP proof (RFC 9449 §4.2). What is `undefined` in the changes is left out. */
export function dpopProof(
  pair: Pair,
  { method = "POST", url }: { readonly method?: string; readonly url: string },
  changes: Readonly<Record<string, unknown>> = {},
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const claims = { jti: crypto.randomUUID(), htm: method, htu: url, iat: seconds(), ...changes };
  return signed(pair, claims, { typ: "dpop+jwt", jwk: pair.jwk, ...header });
}

export function sha256(text: string): string {
  return hash("sha256", text, "base64url");
}
