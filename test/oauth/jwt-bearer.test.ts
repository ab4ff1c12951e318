// The jwt-bearer grant (RFC 7523 §2.1): jobs of a CI and workloads of a cluster get tokens without any secret.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makePair, publish, seconds, signed } from "./assertions.ts";
import { startOAuthServer } from "./oauth-server.ts";

const oauth = await startOAuthServer({ KEYWARD_EGRESS_ALLOW: "127.0.0.0/8" });
await oauth.makeApi("acme");

const GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const pair = await makePair("RS256", "ci");
const ci = await publish({});
ci.documents["/.well-known/openid-configuration"] = { issuer: ci.url, jwks_uri: `${ci.url}/keys` };
ci.documents["/keys"] = { keys: [pair.jwk] };

const trusted = {
  issuer: ci.url,
  audience: "keyward",
  claims: { repository: "acme/app", ref: "refs/heads/*" },
};
const client = await oauth.makeClient("acme", {
  grants: ["jwt_bearer"],
  trusted_issuers: [trusted],
});

function claims(changes: object = {}) {
  return {
    iss: ci.url,
    sub: "repo:acme/app:ref:refs/heads/main",
    aud: "keyward",
    repository: "acme/app",
    ref: "refs/heads/main",
    iat: seconds(),
    exp: seconds(300),
    ...changes,
  };
}

function ask(assertion: string, fields: Readonly<Record<string, string>> = {}) {
  return oauth.form("/oauth/token", {
    grant_type: GRANT,
    client_id: client.id,
    assertion,
    ...fields,
  });
}

test("RFC 7523 §2.1: a job of the trusted repository gets the client's token, by keys that discovery finds", async () => {
  // Jobs begin together, and platforms let them use one token again.
  const assertion = await signed(pair, claims());
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(assertion)));
  for (const { status, text } of answers) assert.equal(status, 200, text);
  const { json } = answers[0] ?? assert.fail();
  assert.equal(json["scope"], "invoices:read invoices:write");
  const principal = (await oauth.verdictOf(json["access_token"]))["principal"] as {
    readonly key_id: string;
  };
  assert.equal(principal.key_id, client.id);
  assert.deepEqual(ci.asked, ["/.well-known/openid-configuration", "/keys"]);
});

const REFUSED: readonly (readonly [name: string, changes: object])[] = [
  ["another repository", { repository: "acme/fork" }],
  ["no repository", { repository: undefined }],
  ["a repository that is a list", { repository: ["acme/app"] }],
  ["a tag in place of a branch", { ref: "refs/tags/v1" }],
  ["another audience", { aud: "sts.amazonaws.com" }],
  ["another issuer", { iss: "https://ci.example" }],
  ["an end in the past", { exp: seconds(-5) }],
  ["no end", { exp: undefined }],
  ["an end in a year", { exp: seconds(31_536_000) }],
];

for (const [name, changes] of REFUSED) {
  test(`RFC 7523 §3.1: a statement with ${name} is invalid_grant`, async () => {
    const { status, json } = await ask(await signed(pair, claims(changes)));
    assert.deepEqual([status, json["error"]], [400, "invalid_grant"]);
  });
}

test("RFC 7523 §3.1: nobody else's signature, no other client and no disabled one are told apart from a bad statement", async () => {
  const stranger = await makePair("RS256", "ci");
  const other = await oauth.makeClient("acme");
  const assertion = await signed(pair, claims());
  const answers = [
    await ask(await signed(stranger, claims())),
    await ask("nonsense"),
    await ask(assertion, { client_id: other.id }),
    await ask(assertion, { client_id: "cli_01k0q3va5kn9r4t2b7vy6mq8ce" }),
    await ask(assertion, { client_id: "" }),
  ];
  await oauth.manage(`/v1/clients/${client.id}/disable`);
  answers.push(await ask(assertion));
  await oauth.manage(`/v1/clients/${client.id}/enable`);
  const [first] = answers;
  for (const { status, text } of answers) {
    assert.equal(status, 400);
    assert.equal(text, first?.text);
  }
  assert.match(first?.text ?? "", /invalid_grant/);
});

test("K3: an issuer whose metadata cannot be had, or is another's, is 503, and is not asked again at once", async () => {
  const [silent, foreign] = [await publish({}), await publish({})];
  foreign.documents["/.well-known/openid-configuration"] = {
    issuer: ci.url,
    jwks_uri: `${ci.url}/keys`,
  };
  for (const place of [silent, foreign]) {
    const one = await oauth.makeClient("acme", {
      grants: ["jwt_bearer"],
      trusted_issuers: [{ ...trusted, issuer: place.url }],
    });
    for (const attempt of [1, 2]) {
      const assertion = await signed(pair, claims({ iss: place.url }));
      const { status } = await ask(assertion, { client_id: one.id });
      assert.deepEqual([attempt, status], [attempt, 503]);
    }
    assert.equal(place.asked.length, 1);
  }
});

test("RFC 6749 §5.2: without an assertion it is invalid_request", async () => {
  assert.equal((await ask("")).json["error"], "invalid_request");
});

test("a trusted issuer without an address of its keys must be one that can have metadata", async () => {
  const answer = await oauth.server.call("PATCH", `/v1/clients/${client.id}`, {
    body: { trusted_issuers: [{ ...trusted, issuer: "not a url" }] },
  });
  assert.equal(answer.status, 400);
});
