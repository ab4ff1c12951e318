// The authorization server as machines meet it: over HTTP, with nothing of Keyward's own in between.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";
import type { Fields } from "./oauth-server.ts";

const oauth = await startOAuthServer();
const { server } = oauth;
const manage = oauth.manage.bind(oauth);
const form = oauth.form.bind(oauth);
const makeApi = oauth.makeApi.bind(oauth);
const makeClient = oauth.makeClient.bind(oauth);
const verdictOf = oauth.verdictOf.bind(oauth);

await makeApi("acme");
await makeApi("opaque", { token_format: "opaque" });
const client = await makeClient("acme");

test("RFC 6749 §4.4: id and secret in Basic or in the body get a token that verify accepts", async () => {
  const [id = "", secret = ""] = client.basic.split(":");
  for (const [fields, options] of [
    [CREDENTIALS, { basic: client.basic }],
    [{ ...CREDENTIALS, client_id: id, client_secret: secret }, {}],
  ] as const) {
    const { status, json, headers } = await form("/oauth/token", fields, options);
    assert.equal(status, 200);
    assert.equal(json["token_type"], "Bearer");
    assert.equal(json["expires_in"], 600);
    assert.equal(json["scope"], "invoices:read invoices:write");
    assert.equal(headers.get("cache-control"), "no-store");
    const verdict = await verdictOf(json["access_token"], {
      api: "acme",
      scopes: ["invoices:read"],
    });
    assert.equal(verdict["code"], "allowed");
  }
});

test("RFC 9068 §2: a token is at+jwt, by a key of the JWKS that the metadata names, with the audience asked for", async () => {
  const resource = "https://ACME.example";
  const { json } = await form(
    "/oauth/token",
    { ...CREDENTIALS, resource },
    { basic: client.basic },
  );
  const [head = "", body = "", signature = ""] = String(json["access_token"]).split(".");
  const header = JSON.parse(Buffer.from(head, "base64url").toString()) as Fields;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as Fields;
  const metadata = (await (
    await fetch(`${server.url}/.well-known/oauth-authorization-server`)
  ).json()) as Fields;
  assert.equal(metadata["issuer"], server.url);
  assert.equal(claims["iss"], server.url);
  assert.equal(claims["aud"], "https://acme.example");
  assert.equal(claims["sub"], client.id);
  assert.equal(header["typ"], "at+jwt");
  const jwks = (await (await fetch(String(metadata["jwks_uri"]))).json()) as {
    readonly keys: readonly { readonly kid: string; readonly d?: string }[];
  };
  const key = jwks.keys.find(({ kid }) => kid === header["kid"]) ?? assert.fail();
  assert.equal(key.d, undefined);
  const publicKey = createPublicKey({ key: { ...key }, format: "jwk" });
  const bytes = Buffer.from(signature, "base64url");
  const options = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
  assert.equal(verify("sha256", Buffer.from(`${head}.${body}`), options, bytes), true);
});

test("K2: a disabled client is refused although its token is signed, and gets no other", async () => {
  const { id, basic } = await makeClient("acme");
  const { json } = await form("/oauth/token", CREDENTIALS, { basic });
  await manage(`/v1/clients/${id}/disable`);
  assert.equal((await verdictOf(json["access_token"]))["code"], "disabled");
  const refused = await form("/oauth/token", CREDENTIALS, { basic });
  assert.equal(refused.status, 401);
  assert.equal(refused.json["error"], "invalid_client");
});

test("K2: all tokens of a client end at once, and the next lives", async () => {
  const { id, basic } = await makeClient("acme");
  const before = await form("/oauth/token", CREDENTIALS, { basic });
  await manage(`/v1/clients/${id}/tokens/revoke`);
  const next = await form("/oauth/token", CREDENTIALS, { basic });
  assert.equal((await verdictOf(before.json["access_token"]))["code"], "revoked");
  assert.equal((await verdictOf(next.json["access_token"]))["code"], "allowed");
});

test("K5: all tokens of a client together have what its quota allows, and no more when it is raised than that", async () => {
  const limits = [{ name: "daily", kind: "quota", limit: 2, period: "day" }];
  const limited = await makeClient("acme", { limits });
  const token = async () =>
    (await form("/oauth/token", CREDENTIALS, { basic: limited.basic })).json["access_token"];
  const [one, other] = [await token(), await token()];
  assert.equal((await verdictOf(one))["code"], "allowed");
  assert.equal((await verdictOf(other))["code"], "allowed");
  const refused = await verdictOf(one);
  assert.deepEqual([refused["code"], refused["status"]], ["quota_exceeded", 429]);
  const { data } = await manage(`/v1/clients/${limited.id}/limits`, undefined, "GET");
  const [daily] = data as readonly Fields[];
  assert.deepEqual([daily?.["name"], daily?.["of"], daily?.["used"]], ["daily", "key", 2]);
  const raised = { limits: [{ ...limits[0], limit: 3 }] };
  await manage(`/v1/clients/${limited.id}`, raised, "PATCH");
  assert.equal((await verdictOf(other))["code"], "allowed");
  assert.equal((await verdictOf(await token()))["code"], "quota_exceeded");
});

test("RFC 7662, RFC 7009: both kinds of token are introspected and revoked, and what is foreign is inactive", async () => {
  const other = await makeClient("acme");
  const stranger = await makeClient("opaque");
  for (const api of ["acme", "opaque"]) {
    const { basic } = await makeClient(api);
    const { json } = await form("/oauth/token", CREDENTIALS, { basic });
    const token = String(json["access_token"]);
    const active = await form("/oauth/introspect", { token, token_type_hint: "x" }, { basic });
    assert.equal(active.json["active"], true);
    assert.equal(active.json["token_type"], "Bearer");
    const outside = api === "acme" ? stranger : other;
    const foreign = await form("/oauth/introspect", { token }, { basic: outside.basic });
    assert.deepEqual(foreign.json, { active: false });
    const elsewhere = await form("/oauth/revoke", { token }, { basic: outside.basic });
    assert.equal(elsewhere.status, 200);
    assert.equal((await verdictOf(token))["code"], "allowed");
    for (const attempt of [1, 2]) {
      const revoked = await form("/oauth/revoke", { token }, { basic });
      assert.deepEqual([attempt, revoked.status, revoked.json], [attempt, 200, {}]);
    }
    assert.equal((await verdictOf(token))["code"], "revoked");
    assert.deepEqual((await form("/oauth/introspect", { token }, { basic })).json, {
      active: false,
    });
  }
  for (const token of ["x", "a.b.c", "acme_live_x"]) {
    const unknown = await form("/oauth/introspect", { token }, { basic: other.basic });
    assert.deepEqual([unknown.status, unknown.json], [200, { active: false }]);
  }
});

test("RFC 8693: a key is exchanged for less, always with act, and dies with the key", async () => {
  const { id, basic } = await makeClient("acme", { grants: ["token_exchange"] });
  const key = await manage("/v1/keys", {
    api: "acme",
    name: "k",
    owner: "cus_1",
    scopes: ["invoices:read"],
  });
  const exchange = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: String(key["secret"]),
    subject_token_type: "urn:keyward:params:oauth:token-type:api_key",
  };
  const { status, json } = await form("/oauth/token", exchange, { basic });
  assert.equal(status, 200);
  assert.equal(json["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
  assert.equal(json["scope"], "invoices:read");
  const verdict = await verdictOf(json["access_token"]);
  const principal = verdict["principal"] as Fields;
  assert.equal(principal["owner"], "cus_1");
  assert.equal(principal["key_id"], key["id"]);
  assert.deepEqual((principal["token"] as Fields)["act"], { sub: id });
  const wider = await form("/oauth/token", { ...exchange, scope: "invoices:write" }, { basic });
  assert.equal(wider.json["error"], "invalid_scope");
  const own = await form("/oauth/token", CREDENTIALS, { basic });
  assert.equal(own.json["error"], "unauthorized_client");
  await manage(`/v1/keys/${String(key["id"])}/revoke`, {});
  assert.equal((await verdictOf(json["access_token"]))["code"], "revoked");
  const dead = await form("/oauth/token", exchange, { basic });
  assert.deepEqual([dead.status, dead.json["error"]], [400, "invalid_request"]);
});

test("RFC 6749 §5.2: each mistake has its code, is JSON, is kept by nobody, and is never told back", async () => {
  const { basic } = client;
  const mark = "c4n4ry";
  const cases = [
    [{ grant_type: "" }, { basic }, 400, "invalid_request"],
    [`grant_type=client_credentials&scope=a&scope=${mark}`, { basic }, 400, "invalid_request"],
    [{ grant_type: mark }, { basic }, 400, "unsupported_grant_type"],
    [{ grant_type: "__proto__" }, { basic }, 400, "unsupported_grant_type"],
    [{ ...CREDENTIALS, scope: mark }, { basic }, 400, "invalid_scope"],
    [{ ...CREDENTIALS, scope: "invoices:read  x" }, { basic }, 400, "invalid_scope"],
    [{ ...CREDENTIALS, resource: `https://${mark}` }, { basic }, 400, "invalid_target"],
    [CREDENTIALS, {}, 401, "invalid_client"],
    [CREDENTIALS, { basic: `${client.id}:${mark}` }, 401, "invalid_client"],
    [CREDENTIALS, { basic: `${mark}:${mark}` }, 401, "invalid_client"],
    [CREDENTIALS, { headers: { authorization: "Basic %%%" } }, 401, "invalid_client"],
    [{ ...CREDENTIALS, client_secret: mark }, { basic }, 400, "invalid_request"],
    [{ ...CREDENTIALS, client_id: mark }, { basic }, 400, "invalid_request"],
    ["{}", { basic, headers: { "content-type": "application/json" } }, 400, "invalid_request"],
  ] as const;
  for (const [fields, options, status, error] of cases) {
    const answer = await form("/oauth/token", fields, options);
    assert.deepEqual(
      [answer.status, answer.json["error"]],
      [status, error],
      JSON.stringify(fields),
    );
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.ok(!answer.text.includes(mark));
    assert.match(String(answer.json["error_description"]), /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    assert.equal(answer.headers.has("www-authenticate"), status === 401);
  }
  const got = await fetch(`${server.url}/oauth/token`);
  assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
  const large = await form("/oauth/token", `scope=${"a".repeat(70_000)}`, { basic });
  assert.equal(large.status, 413);
});

test("RFC 6749 §2.3.1: an unknown client and a wrong secret are the same answer, byte for byte", async () => {
  const unknown = "cli_01k0q3va5kn9r4t2b7vy6mq8ce";
  const answers = await Promise.all(
    [`${client.id}:wrong`, `${unknown}:wrong`].map((basic) =>
      form("/oauth/token", CREDENTIALS, { basic }),
    ),
  );
  const [one, other] = answers.map(({ status, text, headers }) => {
    const kept = [...headers].filter(([name]) => name !== "date");
    return { status, text, kept };
  });
  assert.deepEqual(one, other);
});

test("K6: a client of one workspace is unknown at the token endpoint of another", async () => {
  const founded = await manage("/v1/workspaces", { name: "Second" });
  const path = `/oauth/${String(founded["id"] ?? (founded["workspace"] as Fields)["id"])}/token`;
  const { status, json } = await form(path, CREDENTIALS, { basic: client.basic });
  assert.deepEqual([status, json["error"]], [401, "invalid_client"]);
});

test("RFC 9728 §3: an api is described for clients that look for its authorization server", async () => {
  const read = async (path: string) => {
    const response = await fetch(`${server.url}/oauth${path}`);
    return { status: response.status, json: (await response.json()) as Fields };
  };
  const { status, json } = await read("/test/resources/acme");
  assert.equal(status, 200);
  assert.equal(json["resource"], "https://acme.example");
  assert.deepEqual(json["authorization_servers"], [`${server.url}/oauth/test`]);
  assert.deepEqual(json["scopes_supported"], ["invoices:read", "invoices:write"]);
  assert.deepEqual(json["bearer_methods_supported"], ["header"]);
  for (const path of ["/resources/none", "/resources/keyward", "/resources/__proto__"]) {
    assert.equal((await read(path)).status, 404, path);
  }
});

test("RFC 9728 §4: an issuer names the apis that its tokens are for, and none where there are none", async () => {
  const read = async (path: string) => {
    const response = await fetch(`${server.url}/.well-known/oauth-authorization-server${path}`);
    return (await response.json()) as Fields;
  };
  const resources = ["https://acme.example", "https://opaque.example"];
  assert.deepEqual((await read(""))["protected_resources"], resources);
  assert.deepEqual((await read("/oauth/test"))["protected_resources"], resources);
  const founded = await manage("/v1/workspaces", { name: "Third" });
  const id = String(founded["id"] ?? (founded["workspace"] as Fields)["id"]);
  assert.equal("protected_resources" in (await read(`/oauth/${id}`)), false);
});

test("RFC 7517 §5: public keys are kept for five minutes, and then asked for by their tag", async () => {
  const url = `${server.url}/oauth/jwks`;
  const first = await fetch(url);
  await first.arrayBuffer();
  assert.equal(first.headers.get("cache-control"), "max-age=300");
  const etag = first.headers.get("etag") ?? assert.fail();
  const again = await fetch(url, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 304);
});

test("a client is seen to be used by what it has proved itself with, and its uses are counted beside those of its tokens", async () => {
  const { id, basic } = await makeClient("acme");
  const { json } = await form("/oauth/token", CREDENTIALS, { basic });
  await verdictOf(json["access_token"]);
  const deadline = Date.now() + 10_000;
  let client: Fields = {};
  while (Date.now() < deadline) {
    client = (await server.call("GET", `/v1/clients/${id}`)).json as unknown as Fields;
    const [secret] = client["secrets"] as readonly Fields[];
    if (secret?.["last_used_at"] !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const [secret] = client["secrets"] as readonly Fields[];
  assert.notEqual(secret?.["last_used_at"], null);
  assert.notEqual(client["last_used_at"], null);
  const usage = await server.call("GET", `/v1/usage?client=${id}&group_by=tag&grain=hour`);
  assert.equal(usage.status, 200, usage.text);
  assert.match(usage.text, /oauth/);
});
