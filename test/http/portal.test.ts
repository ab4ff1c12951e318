// The portal attacked: a visitor has their own keys, for as long as they were given, and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OPERATION_IDS, OPERATIONS } from "../../packages/server/src/contract/operations.ts";
import type { Operation } from "../../packages/server/src/contract/operation.ts";
import { makeThings, pathOf, REQUESTS } from "./requests.ts";
import { startTestServer } from "./test-server.ts";
import type { Answer, Body, TestServer } from "./test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
  for (const prefix of ["acme", "other"]) {
    const body = {
      name: prefix,
      prefix,
      audience: `https://${prefix}.test`,
      scopes: ["invoices:read", "invoices:write", "payments:refund"],
    };
    assert.equal((await server.call("POST", "/v1/apis", { body })).status, 201);
  }
});
after(async () => await server.stop());

const OFFER = { api: "acme", owner: "alice", scopes: ["invoices:read"] };

async function openPortal(more: object = {}): Promise<Body> {
  const { json, status, text } = await server.call("POST", "/v1/portal/sessions", {
    body: { ...OFFER, ...more },
  });
  assert.equal(status, 201, text);
  return json;
}

const codeOf = ({ url }: Body) => url.slice(url.indexOf("#code=") + 6);
const exchange = (code: string, headers: Record<string, string> = {}) =>
  server.call("POST", "/v1/portal/exchange", { key: null, headers, body: { code } });

async function visit(more: object = {}): Promise<string> {
  return (await exchange(codeOf(await openPortal(more)))).json.token;
}

const as = (key: string, method: string, path: string, body?: object): Promise<Answer> =>
  server.call(method, path, { key, ...(body && { body }) });

async function keyOf(owner: string, more: object = {}): Promise<Body> {
  const body = { api: "acme", name: `of ${owner}`, owner, scopes: ["invoices:read"], ...more };
  const { json, status, text } = await server.call("POST", "/v1/keys", { body });
  assert.equal(status, 201, text);
  return json;
}

test("a visitor makes, restricts, rotates and revokes a key of their own, and each is told of as theirs", async () => {
  const visitor = await visit();
  const made = await as(visitor, "POST", "/v1/portal/keys", {
    name: "mine",
    scopes: ["invoices:read"],
  });
  assert.equal(made.status, 201, made.text);
  const { id, secret } = made.json;
  const verify = (credential: string, ip = "203.0.113.9") =>
    server.call("POST", "/v1/verify", {
      body: { credential, api: "acme", scopes: ["invoices:read"], context: { ip } },
    });
  assert.equal((await verify(secret)).json.outcome, "allowed");
  const restrictions = { ips: ["203.0.113.0/24"] };
  await as(visitor, "PATCH", `/v1/portal/keys/${id}`, { restrictions });
  assert.equal((await verify(secret)).json.outcome, "allowed");
  assert.equal((await verify(secret, "198.51.100.1")).json.code, "ip_not_allowed");
  const rotated = await as(visitor, "POST", `/v1/portal/keys/${id}/rotate`, { overlap_seconds: 0 });
  assert.equal((await verify(rotated.json.secret)).json.outcome, "allowed");
  assert.equal((await verify(secret)).json.outcome, "denied");
  await as(visitor, "POST", `/v1/portal/keys/${id}/revoke`);
  assert.equal((await verify(rotated.json.secret)).json.code, "revoked");

  const { text } = await server.call("GET", `/v1/audit?target=${id}`);
  const actors = (JSON.parse(text) as { data: { action: string; actor: { type: string } }[] }).data;
  assert.deepEqual(
    actors.map(({ action, actor }) => [action, actor.type]),
    [
      ["key.revoked", "owner"],
      ["key.rotated", "owner"],
      ["key.updated", "owner"],
      ["key.created", "owner"],
    ],
  );
});

test("K6: keys of another owner, api or environment are to a visitor as if they were not there", async () => {
  const visitor = await visit();
  const others = [
    await keyOf("bob"),
    await keyOf("alice", { api: "other" }),
    await keyOf("alice", { environment: "test" }),
  ];
  const absent = "key_01k0q3va5kn9r4t2b7vy6mq8ce";
  const attempts = [
    ["PATCH", "", { name: "taken" }],
    ["POST", "/rotate", { force: true }],
    ["POST", "/revoke", undefined],
  ] as const;
  const plain = ({ status, text, json }: Answer) => [status, text.replaceAll(json.request_id, "")];
  for (const { id } of others) {
    for (const [method, path, body] of attempts) {
      const foreign = await as(visitor, method, `/v1/portal/keys/${id}${path}`, body);
      const missing = await as(visitor, method, `/v1/portal/keys/${absent}${path}`, body);
      assert.equal(foreign.status, 404);
      assert.deepEqual(plain(foreign), plain(missing));
    }
    assert.equal((await as(visitor, "GET", `/v1/portal/usage?key=${id}`)).status, 404);
    assert.equal((await server.call("GET", `/v1/keys/${id}`)).json.status, "active");
  }
  const list = await as(visitor, "GET", "/v1/portal/keys?limit=250");
  for (const { id } of others) assert.ok(!list.text.includes(id));
});

test("T02: a visitor gives no key a scope that is neither offered nor held, and gets none back that was taken away", async () => {
  const visitor = await visit();
  const refused = async (method: string, path: string, body: object) => {
    const { status, json } = await as(visitor, method, path, body);
    assert.deepEqual([status, json.code], [403, "exceeds_own_permissions"], JSON.stringify(body));
  };
  for (const scopes of [["invoices:write"], ["invoices:*"], ["*"], ["invoices:read", "*"]]) {
    await refused("POST", "/v1/portal/keys", { name: "more", scopes });
  }
  const { id } = await keyOf("alice", { scopes: ["invoices:read", "payments:refund"] });
  await refused("PATCH", `/v1/portal/keys/${id}`, { scopes: ["invoices:write"] });
  const kept = ["payments:refund"];
  assert.equal((await as(visitor, "PATCH", `/v1/portal/keys/${id}`, { scopes: kept })).status, 200);
  const none = { scopes: ["invoices:read"] };
  assert.equal((await as(visitor, "PATCH", `/v1/portal/keys/${id}`, none)).status, 200);
  await refused("PATCH", `/v1/portal/keys/${id}`, { scopes: kept });
});

test("T05: a visitor can say neither whose a key is, nor its limits, plan, kind, roles or metadata", async () => {
  const visitor = await visit();
  const fields = {
    owner: "bob",
    api: "other",
    environment: "test",
    plan: "pro",
    limits: [],
    kind: "publishable",
    roles: [],
    metadata: {},
  };
  for (const [name, value] of Object.entries(fields)) {
    const body = { name: "mine", [name]: value };
    const { status, json } = await as(visitor, "POST", "/v1/portal/keys", body);
    assert.deepEqual([status, json.errors[0]?.code], [400, "unknown_field"], name);
  }
});

test("what the producer has set on a key stays when a visitor changes it, and is not shown", async () => {
  const routes = [{ path: "/invoices/**" }];
  const key = await keyOf("alice", {
    restrictions: { routes, ips: ["203.0.113.7"] },
    metadata: { margin: "42 %" },
  });
  const visitor = await visit();
  const path = `/v1/portal/keys/${key.id}`;
  const { text } = await as(visitor, "PATCH", path, { restrictions: { ips: [] } });
  assert.ok(!text.includes("margin") && !text.includes("routes"));
  const after = await server.call("GET", `/v1/keys/${key.id}`);
  const { restrictions, metadata } = JSON.parse(after.text);
  assert.deepEqual([restrictions, metadata], [{ routes }, { margin: "42 %" }]);
});

test("an action that the session does not offer is refused, and so is one key too many", async () => {
  const { id } = await keyOf("carol");
  const reader = await visit({ owner: "carol", actions: [] });
  const asked = [
    ["POST", "/v1/portal/keys", { name: "mine" }],
    ["PATCH", `/v1/portal/keys/${id}`, { name: "mine" }],
    ["POST", `/v1/portal/keys/${id}/rotate`, {}],
    ["POST", `/v1/portal/keys/${id}/revoke`, undefined],
  ] as const;
  for (const [method, path, body] of asked) {
    const { status, json } = await as(reader, method, path, body);
    assert.deepEqual([status, json.code], [403, "portal_action_not_allowed"], path);
  }
  const maker = await visit({ owner: "carol", keys_max: 2 });
  const make = () => as(maker, "POST", "/v1/portal/keys", { name: "mine" });
  assert.deepEqual([(await make()).status, (await make()).json.code], [201, "too_many"]);
});

test("the address of the portal works once, within a minute, and only from Keyward's own page", async () => {
  const code = codeOf(await openPortal());
  const elsewhere = { origin: "https://evil.test", "sec-fetch-site": "cross-site" };
  assert.equal((await exchange(code, elsewhere)).json.code, "cross_site_request");
  const many = await Promise.all(Array.from({ length: 8 }, () => exchange(code)));
  assert.equal(many.filter(({ status }) => status === 200).length, 1);
  assert.equal((await exchange(code)).json.code, "invalid_portal_code");
  const late = codeOf(await openPortal());
  server.clock.passSeconds(60);
  assert.equal((await exchange(late)).json.code, "invalid_portal_code");
});

test("K2: a session is over at its end, when its owner is disabled, and when the producer ends it", async () => {
  const isOver = async (visitor: string) => {
    const { status, json, headers } = await as(visitor, "GET", "/v1/portal/keys");
    assert.match(status === 401 ? (headers.get("www-authenticate") ?? "") : "Bearer", /^Bearer/);
    return status === 401 && json.code === "portal_session_ended";
  };
  const short = await visit({ owner: "dave", lifetime_seconds: 60 });
  assert.equal(await isOver(short), false);
  server.clock.passSeconds(60);
  assert.equal(await isOver(short), true);

  const visitor = await visit({ owner: "dave" });
  await server.call("POST", "/v1/owners/dave/disable");
  assert.equal(await isOver(visitor), true);
  await server.call("POST", "/v1/owners/dave/enable");
  assert.equal(await isOver(visitor), false);

  const opened = await openPortal({ owner: "dave" });
  const ending = (await exchange(codeOf(opened))).json.token;
  const body = { session: opened.id, owner: "dave" };
  assert.equal((await server.call("POST", "/v1/portal/sessions/end", { body })).status, 204);
  assert.equal(await isOver(ending), true);
  assert.equal(await isOver(visitor), false);
});

test("what is sealed as one thing opens as no other, and not when a character of it is changed", async () => {
  const opened = await openPortal();
  const code = codeOf(opened);
  const frame = opened.url.slice(opened.url.indexOf("/portal/") + 8, opened.url.indexOf("#"));
  const token = (await exchange(codeOf(await openPortal()))).json.token;
  for (const wrong of [
    frame,
    token,
    `${code}A`,
    code.slice(0, -2),
    code.replace("wsp_", "wsp_0"),
  ]) {
    assert.equal((await exchange(wrong)).json.code, "invalid_portal_code");
  }
  for (const wrong of [code, frame, `${token}A`, server.key]) {
    assert.equal((await as(wrong, "GET", "/v1/portal/keys")).status, 401);
  }
});

test("T01: with a session of the portal no other operation answers, and with a management key none of the portal", async () => {
  const things = await makeThings(server);
  for (const id of OPERATION_IDS) {
    const { method, path, permission, effect }: Operation = OPERATIONS[id];
    const isOfPortal = effect === "portal_read" || effect === "portal_write";
    if (permission === "anyone") continue;
    const request = REQUESTS[id](things);
    const key = isOfPortal ? server.key : things.portalToken;
    const { status } = await as(key, method, pathOf(path, request), request.body);
    assert.equal(status, 401, id);
  }
});

test("nobody opens the portal for Keyward's own keys, for a disabled owner, or with scopes that the api has not", async () => {
  const refusal = async (more: object) =>
    (await server.call("POST", "/v1/portal/sessions", { body: { ...OFFER, ...more } })).json.code;
  await keyOf("erin");
  await server.call("POST", "/v1/owners/erin/disable");
  assert.equal(await refusal({ api: "keyward", scopes: [] }), "built_in");
  assert.equal(await refusal({ owner: "erin" }), "owner_disabled");
  assert.equal(await refusal({ scopes: ["nothing:here"] }), "invalid_request");
  for (const origin of [
    "*",
    "https://a.test/x",
    "https://a.test https://b.test",
    "data:x",
    "null",
  ]) {
    assert.equal(await refusal({ origins: [origin] }), "invalid_request", origin);
  }
});
