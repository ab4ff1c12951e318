// DPoP (RFC 9449): tokens that are worth nothing without the key that they are bound to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exportJWK } from "jose";
import { ASSERTION_TYPE, dpopProof, makePair, seconds, sha256, signed } from "./assertions.ts";
import type { Pair } from "./assertions.ts";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";
import type { Fields } from "./oauth-server.ts";

const oauth = await startOAuthServer();
await oauth.makeApi("acme");
await oauth.makeApi("opaque", { token_format: "opaque" });
const endpoint = `${oauth.server.url}/oauth/token`;
const pair = await makePair("ES256");
const client = await oauth.makeClient("acme", { sender_constraint: "dpop" });

function ask(proof: string | undefined, { basic } = client, fields: object = {}) {
  const headers = proof === undefined ? {} : { dpop: proof };
  return oauth.form("/oauth/token", { ...CREDENTIALS, ...fields }, { basic, headers });
}

async function boundToken(own: Pair, basic = client.basic): Promise<string> {
  const { json, text } = await ask(await dpopProof(own, { url: endpoint }), { ...client, basic });
  assert.equal(json["token_type"], "DPoP", text);
  return String(json["access_token"]);
}

const RESOURCE = { method: "GET", url: "https://acme.example/invoices" } as const;

async function verify(token: string, proof: string, fields: object = {}) {
  return oauth.verdictOf(token, { dpop: { proof, ...RESOURCE }, ...fields });
}

test("RFC 9449 §5: a token is bound to the key of the proof, in each form, and says so wherever it is described", async () => {
  for (const api of ["acme", "opaque"]) {
    for (const alg of ["ES256", "PS256", "Ed25519", "EdDSA"]) {
      const own = await makePair(alg);
      const { basic } = await oauth.makeClient(api);
      const token = await boundToken(own, basic);
      const ath = sha256(token);
      const verdict = await verify(token, await dpopProof(own, RESOURCE, { ath }));
      assert.equal(verdict["code"], "allowed", `${api} ${alg}`);
      const { token: told } = verdict["principal"] as { readonly token: Fields };
      const introspected = await oauth.form("/oauth/introspect", { token }, { basic });
      assert.equal(introspected.json["token_type"], "DPoP");
      assert.deepEqual(introspected.json["cnf"], told["cnf"]);
    }
  }
});

test("RFC 9449 §7.2: a bound token is refused without its proof, and by the thumbprint of another key", async () => {
  const token = await boundToken(pair);
  assert.equal((await oauth.verdictOf(token))["code"], "proof_required");
  const other = await makePair("ES256");
  const ath = sha256(token);
  const stolen = await verify(token, await dpopProof(other, RESOURCE, { ath }));
  assert.equal(stolen["code"], "proof_required");
});

test("RFC 9449 §7.1: a token that is bound to nothing is not one for the scheme DPoP", async () => {
  const { basic } = await oauth.makeClient("acme");
  const { json } = await oauth.form("/oauth/token", CREDENTIALS, { basic });
  const token = String(json["access_token"]);
  const proof = await dpopProof(pair, RESOURCE, { ath: sha256(token) });
  assert.equal((await verify(token, proof))["code"], "proof_required");
});

test("RFC 9449 §5.2: a client whose tokens must be bound gets none without a proof", async () => {
  const { status, json } = await ask(undefined);
  assert.deepEqual([status, json["error"]], [400, "invalid_dpop_proof"]);
});

test("RFC 9449 §4.3: of twenty who present one proof at the same time, one gets a token", async () => {
  const proof = await dpopProof(pair, { url: endpoint });
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(proof)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  const refused = answers.filter(({ json }) => json["error"] === "invalid_dpop_proof");
  assert.equal(refused.length, 19);
});

test("RFC 9449 §7.1: a proof at a resource counts once, and to explain does not use it up", async () => {
  const token = await boundToken(pair);
  const proof = await dpopProof(pair, RESOURCE, { ath: sha256(token) });
  const codes: unknown[] = [];
  for (const fields of [{ dry_run: true }, {}, {}, { dry_run: true }]) {
    codes.push((await verify(token, proof, fields))["code"]);
  }
  assert.deepEqual(codes, ["allowed", "allowed", "proof_required", "proof_required"]);
});

type Change = readonly [name: string, changes: object, header?: object];

const BAD: readonly Change[] = [
  ["no jti", { jti: undefined }],
  ["a jti that is no text", { jti: 7 }],
  ["no htm", { htm: undefined }],
  ["another method", { htm: "PATCH" }],
  ["a method in small letters", { htm: "post" }],
  ["no htu", { htu: undefined }],
  ["another address", { htu: "https://evil.example/oauth/token" }],
  ["a longer path", { htu: `${endpoint}/x` }],
  ["no iat", { iat: undefined }],
  ["an iat that is text", { iat: "1" }],
  ["an iat two minutes ago", { iat: seconds(-120) }],
  ["an iat two minutes ahead", { iat: seconds(120) }],
  ["an end in the past", { exp: seconds(-1) }],
  ["an nbf two minutes ahead", { nbf: seconds(120) }],
  ["the type JWT", {}, { typ: "JWT" }],
  ["no type", {}, { typ: undefined }],
  ["no key", {}, { jwk: undefined }],
  ["a critical extension", {}, { crit: ["jwk"] }],
];

for (const [name, changes, header] of BAD) {
  test(`RFC 9449 §4.3: a proof with ${name} is refused`, async () => {
    const proof = await dpopProof(pair, { url: endpoint }, { ...changes }, { ...header }).catch(
      () => "e30.e30.e30",
    );
    const { status, json } = await ask(proof);
    assert.deepEqual([status, json["error"]], [400, "invalid_dpop_proof"]);
  });
}

test("RFC 9449 §4.3: neither a symmetric algorithm, nor none, nor RS256, nor a private key, nor another's, nor two proofs", async () => {
  const other = await makePair("ES256");
  const rsa = await makePair("RS256");
  const privateJwk = await exportJWK(pair.privateKey);
  const good = await dpopProof(pair, { url: endpoint });
  const [, body = "", signature = ""] = good.split(".");
  const headed = (header: object) =>
    `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${body}.${signature}`;
  const proofs = [
    headed({ typ: "dpop+jwt", alg: "none", jwk: pair.jwk }),
    headed({ typ: "dpop+jwt", alg: "HS256", jwk: { kty: "oct", k: "AA" } }),
    headed({ typ: "dpop+jwt", alg: "ES256", jwk: { ...pair.jwk, x: "AA" } }),
    headed({ typ: "dpop+jwt", alg: "ES256", jwk: "x" }),
    await dpopProof({ ...pair, jwk: other.jwk }, { url: endpoint }),
    await dpopProof({ ...pair, jwk: privateJwk }, { url: endpoint }),
    await dpopProof(rsa, { url: endpoint }),
    `${good}, ${good}`,
    "a.b.c",
    "",
    "x".repeat(6_000),
  ];
  for (const proof of proofs) {
    const { status, json } = await ask(proof);
    assert.deepEqual([status, json["error"]], [400, "invalid_dpop_proof"], proof.slice(0, 60));
  }
});

test("RFC 9449 §4.3: query and fragment of htu do not count, nor do case and default port, and ten seconds either way are fresh", async () => {
  for (const changes of [
    { htu: `${endpoint}?a=b#c` },
    { htu: endpoint.replace("http", "HTTP") },
    { iat: seconds(-10) },
    { iat: seconds(10) },
    { extra: { anything: [1] } },
  ]) {
    const { status, text } = await ask(await dpopProof(pair, { url: endpoint }, changes));
    assert.equal(status, 200, text);
  }
});

test("RFC 8693, RFC 9449 §5: a bound subject is exchanged by who holds its key, for a token that is bound to it", async () => {
  const basic = (
    await oauth.makeClient("acme", { grants: ["token_exchange"], sender_constraint: "dpop" })
  ).basic;
  const key = await oauth.manage("/v1/keys", { api: "acme", name: "k", owner: "cus_1" });
  const exchange = (subject: string, own: Pair) => async () => {
    const headers = { dpop: await dpopProof(own, { url: endpoint }) };
    const fields = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: subject,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    };
    return oauth.form("/oauth/token", fields, { basic, headers });
  };
  const first = await exchange(String(key["secret"]), pair)();
  assert.equal(first.json["token_type"], "DPoP", first.text);
  const bound = String(first.json["access_token"]);
  assert.equal((await exchange(bound, pair)()).status, 200);
  const other = await makePair("ES256");
  assert.equal((await exchange(bound, other)()).json["error"], "invalid_request");
});

test("FAPI 2.0 §5.3.2: a fapi2 client signs and proves, and gets a bound token by nothing less", async () => {
  const own = await makePair("ES256", "k1");
  const one = await oauth.makeClient("acme", {
    profile: "fapi2",
    sender_constraint: "dpop",
    jwks: { keys: [own.jwk] },
  });
  const present = async (headers: Readonly<Record<string, string>>) => {
    const claims = {
      iss: one.id,
      sub: one.id,
      aud: oauth.server.url,
      jti: crypto.randomUUID(),
      exp: seconds(60),
    };
    const fields = {
      ...CREDENTIALS,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await signed(own, claims),
    };
    return oauth.form("/oauth/token", fields, { headers });
  };
  const proof = await dpopProof(pair, { url: endpoint });
  assert.equal((await present({ dpop: proof })).json["token_type"], "DPoP");
  assert.equal((await present({})).json["error"], "invalid_dpop_proof");
  const rotated = await oauth.server.call("POST", `/v1/clients/${one.id}/rotate`);
  assert.equal(rotated.status, 400, "it is given no secret");
});

test("FAPI 2.0 §5.4.1: a fapi2 client gets no token that is signed with RS256", async () => {
  await oauth.makeApi("rsa", { token_algorithm: "RS256" });
  const own = await makePair("ES256", "k1");
  const fields = { profile: "fapi2", sender_constraint: "dpop", jwks: { keys: [own.jwk] } };
  const { id } = await oauth.makeClient("rsa", fields);
  const claims = { iss: id, sub: id, aud: oauth.server.url, jti: "1", exp: seconds(60) };
  const { json } = await oauth.form(
    "/oauth/token",
    {
      ...CREDENTIALS,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await signed(own, claims),
    },
    { headers: { dpop: await dpopProof(pair, { url: endpoint }) } },
  );
  assert.equal(json["error"], "invalid_target");
});

test("RFC 9449 §8: where nonces are asked for, none without one is taken, and the answer has the one to use", async () => {
  const strict = await startOAuthServer({ KEYWARD_DPOP_NONCES: "1" });
  await strict.makeApi("acme");
  const { basic } = await strict.makeClient("acme", { sender_constraint: "dpop" });
  const url = `${strict.server.url}/oauth/token`;
  const send = async (nonce?: string) => {
    const dpop = await dpopProof(pair, { url }, { nonce });
    return strict.form("/oauth/token", CREDENTIALS, { basic, headers: { dpop } });
  };
  for (const nonce of [undefined, "invented"]) {
    const { status, json } = await send(nonce);
    assert.deepEqual([status, json["error"]], [400, "use_dpop_nonce"]);
  }
  const nonce = (await send()).headers.get("dpop-nonce") ?? "";
  assert.equal((await send(nonce)).status, 200);
  strict.server.clock.passSeconds(301);
  const late = await dpopProof(pair, { url }, { nonce, iat: seconds(301) });
  const answer = await strict.form("/oauth/token", CREDENTIALS, { basic, headers: { dpop: late } });
  assert.equal(answer.json["error"], "use_dpop_nonce");
});
