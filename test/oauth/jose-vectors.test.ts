// What the token endpoint takes for an assertion of a client, and for a DPoP proof, by spec/vectors/jose.json.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { test } from "node:test";
import { joseVectors, makeJose } from "@keyward/core/testing/jose-vectors";
import { ASSERTION_TYPE, seconds } from "./assertions.ts";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";

const oauth = await startOAuthServer();
await oauth.makeApi("acme");
const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
const otherKey = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = key.publicKey.export({ format: "jwk" });
const signing = await oauth.makeClient("acme", { jwks: { keys: [{ ...jwk, kid: "k1" }] } });
const bound = await oauth.makeClient("acme", { sender_constraint: "dpop" });

for (const { name, given, expect } of joseVectors("client_assertion")) {
  test(`RFC 7523 §3, RFC 8725: ${name} is ${String(expect)}`, async () => {
    const claims = {
      iss: signing.id,
      sub: signing.id,
      aud: oauth.server.url,
      jti: randomUUID(),
      exp: seconds(60),
    };
    const header = { alg: "ES256", kid: "k1" };
    const { status, json } = await oauth.form("/oauth/token", {
      ...CREDENTIALS,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: makeJose(given, { header, claims, key, otherKey }),
    });
    const refused = [401, "invalid_client"];
    assert.deepEqual([status, json["error"]], expect === "accepted" ? [200, undefined] : refused);
  });
}

for (const { name, given, expect } of joseVectors("dpop_proof")) {
  test(`RFC 9449 §4.3, RFC 8725: ${name} is ${String(expect)}`, async () => {
    const htu = `${oauth.server.url}/oauth/token`;
    const claims = { jti: randomUUID(), htm: "POST", htu, iat: seconds() };
    const header = { typ: "dpop+jwt", alg: "ES256", jwk };
    const dpop = makeJose(given, { header, claims, key, otherKey });
    // What node:http itself refuses never comes to a proof.
    if (dpop.length > 16_000 || dpop.endsWith(" ")) return;
    const answer = await oauth.form("/oauth/token", CREDENTIALS, {
      basic: bound.basic,
      headers: { dpop },
    });
    const refused = [400, "invalid_dpop_proof"];
    assert.deepEqual(
      [answer.status, answer.json["error"]],
      expect === "accepted" ? [200, undefined] : refused,
    );
  });
}
