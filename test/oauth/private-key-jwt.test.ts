// private_key_jwt (RFC 7521, RFC 7523): a client proves itself by what it signs.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ASSERTION_TYPE, makePair, publish, seconds, signed } from "./assertions.ts";
import type { Pair } from "./assertions.ts";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";
import type { MadeClient } from "./oauth-server.ts";

const oauth = await startOAuthServer({ KEYWARD_EGRESS_ALLOW: "127.0.0.0/8" });
await oauth.makeApi("acme");
const issuer = oauth.server.url;

function claimsOf(client: Pick<MadeClient, "id">, changes: object = {}) {
  return {
    iss: client.id,
    sub: client.id,
    aud: issuer,
    jti: randomUUID(),
    iat: seconds(),
    exp: seconds(60),
    ...changes,
  };
}

function present(assertion: string, fields: Readonly<Record<string, string>> = {}) {
  return oauth.form("/oauth/token", {
    ...CREDENTIALS,
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...fields,
  });
}

async function registered(pair: Pair, fields: object = {}) {
  return oauth.makeClient("acme", { jwks: { keys: [pair.jwk] }, ...fields });
}

const pair = await makePair("ES256");
const client = await registered(pair);

test("RFC 7523 §3: ES256, PS256, RS256 and Ed25519 by either name get a token without any secret", async () => {
  for (const alg of ["ES256", "PS256", "RS256", "Ed25519", "EdDSA"]) {
    const own = await makePair(alg, "k1");
    const one = await registered(own);
    const { status, json } = await present(await signed(own, claimsOf(one)), { client_id: one.id });
    assert.deepEqual([alg, status], [alg, 200]);
    assert.equal((await oauth.verdictOf(json["access_token"]))["code"], "allowed");
  }
});

test("RFC 9864 §2.2: a key that is registered as EdDSA takes an assertion that says Ed25519", async () => {
  const own = await makePair("Ed25519");
  const one = await registered({ ...own, jwk: { ...own.jwk, alg: "EdDSA" } });
  assert.equal((await present(await signed(own, claimsOf(one)))).status, 200);
});

test("RFC 7523 §3: of twenty who present one assertion at the same time, one gets a token", async () => {
  const assertion = await signed(pair, claimsOf(client));
  const answers = await Promise.all(Array.from({ length: 20 }, () => present(assertion)));
  const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  assert.deepEqual(statuses, [200, ...Array.from({ length: 19 }, () => 401)]);
  assert.equal((await present(assertion)).json["error"], "invalid_client");
});

test("FAPI 2.0 §5.3.2.1: an iat or nbf eight seconds ahead is taken", async () => {
  const claims = claimsOf(client, { iat: seconds(8), nbf: seconds(8) });
  assert.equal((await present(await signed(pair, claims))).status, 200);
});

const BAD_CLAIMS: readonly (readonly [name: string, changes: object])[] = [
  ["another issuer", { iss: "cli_01k0q3va5kn9r4t2b7vy6mq8ce" }],
  ["no subject", { sub: undefined }],
  ["the token endpoint as its audience", { aud: `${issuer}/oauth/token` }],
  ["a second audience", { aud: [issuer, "https://other.example"] }],
  ["no audience", { aud: undefined }],
  ["an audience with a slash more", { aud: `${issuer}/` }],
  ["no end", { exp: undefined }],
  ["an end in the past", { exp: seconds(-1) }],
  ["an end in a year", { exp: seconds(31_536_000) }],
  ["an end that is text", { exp: "9999999999" }],
  ["an iat ten minutes ahead", { iat: seconds(600) }],
  ["an nbf ten minutes ahead", { nbf: seconds(600) }],
  ["no jti", { jti: undefined }],
  ["a jti that is no text", { jti: 7 }],
];

for (const [name, changes] of BAD_CLAIMS) {
  test(`RFC 7523 §3: an assertion with ${name} is refused as invalid_client`, async () => {
    const { status, json } = await present(await signed(pair, claimsOf(client, changes)));
    assert.deepEqual([status, json["error"]], [401, "invalid_client"]);
  });
}

test("RFC 7523 §3: the token endpoint is an audience for a client that is registered as an old one", async () => {
  const own = await makePair("ES256");
  const old = await registered(own, { legacy_assertion_audience: true });
  const claims = claimsOf(old, { aud: `${issuer}/oauth/token` });
  assert.equal((await present(await signed(own, claims))).status, 200);
});

test("RFC 8725 §3.1: what another key has signed, or another algorithm, is refused", async () => {
  const stranger = await makePair("ES256");
  const wrongType = await signed(pair, claimsOf(client), { typ: "at+jwt" });
  const critical = await signed(pair, claimsOf(client), { crit: ["exp"], exp: 1 }).catch(() => "");
  const body = Buffer.from(JSON.stringify(claimsOf(client))).toString("base64url");
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`;
  const embedded = await signed(stranger, claimsOf(client), { jwk: stranger.jwk });
  const twice = Buffer.from(`{"alg":"ES256","alg":"none"}`).toString("base64url");
  const assertions = [
    await signed(stranger, claimsOf(client)),
    embedded,
    wrongType,
    critical,
    none,
    `${none}AAAA`,
    `${twice}.${body}.AAAA`,
    "a.b",
    "a.b.c",
    "x".repeat(9_000),
  ];
  for (const assertion of assertions) {
    const { status, json } = await present(assertion === "" ? "-" : assertion);
    assert.deepEqual([status, json["error"]], [401, "invalid_client"], assertion.slice(0, 40));
  }
});

test("RFC 7521 §4.2: client_id, if it is there, is the subject; one mechanism at a time, of the one type", async () => {
  const other = await oauth.makeClient("acme");
  const assertion = () => signed(pair, claimsOf(client));
  const cases = [
    [{ client_id: other.id }, "invalid_client"],
    [{ client_secret: other.secret }, "invalid_request"],
    [{ client_assertion_type: "urn:x" }, "invalid_request"],
    [{ client_assertion_type: "" }, "invalid_request"],
    [{ client_assertion: "" }, "invalid_request"],
  ] as const;
  for (const [fields, error] of cases) {
    assert.equal((await present(await assertion(), fields)).json["error"], error);
  }
});

test("FAPI 2.0 §5.4.1: a fapi2 client must not sign with RS256", async () => {
  const own = await makePair("RS256");
  const one = await registered(own, { profile: "fapi2", sender_constraint: "dpop" });
  assert.equal((await present(await signed(own, claimsOf(one)))).json["error"], "invalid_client");
});

test("T54: keys at a jwks_uri are fetched once, again for a new one, and not again for one that is not there", async () => {
  const first = await makePair("ES256", "first");
  const keys = [first.jwk];
  const place = await publish({ "/jwks": { keys } });
  const one = await oauth.makeClient("acme", { jwks_uri: `${place.url}/jwks` });
  for (const attempt of [1, 2]) {
    assert.deepEqual(
      [attempt, (await present(await signed(first, claimsOf(one)))).status],
      [attempt, 200],
    );
  }
  assert.equal(place.asked.length, 1);
  const absent = await makePair("ES256", "absent");
  for (const attempt of [1, 2]) {
    const { status } = await present(await signed(absent, claimsOf(one)));
    assert.deepEqual([attempt, status], [attempt, 401]);
  }
  assert.equal(place.asked.length, 1);
});

test("K3: keys that cannot be had are 503 and nobody's fault, and are not asked for again at once", async () => {
  const own = await makePair("ES256");
  const place = await publish({});
  const one = await oauth.makeClient("acme", { jwks_uri: `${place.url}/none` });
  for (const attempt of [1, 2]) {
    const { status, json } = await present(await signed(own, claimsOf(one)));
    assert.deepEqual([attempt, status, json["error"]], [attempt, 503, "temporarily_unavailable"]);
  }
  assert.deepEqual(place.asked, ["/none"]);
});

test("T24: a network that fails again and again is told to wait, and one that is right is not", async () => {
  const from = { headers: { "x-forwarded-for": "203.0.113.9" } };
  const wrong = { ...from, basic: `${client.id}:wrong` };
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { status, json, headers } = await oauth.form("/oauth/token", CREDENTIALS, wrong);
      if (status === 429) {
        assert.equal(json["error"], "temporarily_unavailable");
        assert.equal(headers.get("retry-after"), "1");
      }
      return status;
    }),
  );
  assert.ok(statuses.filter((status) => status === 429).length >= 5);
  assert.ok(statuses.filter((status) => status === 401).length >= 20);
  const right = await oauth.makeClient("acme");
  const answer = await oauth.form("/oauth/token", CREDENTIALS, { ...from, basic: right.basic });
  assert.equal(answer.status, 200);
});
