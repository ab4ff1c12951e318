// What is found unsafe about keys, by what they are and by what they were used for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { SafetyFinding, Shrinking } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
  const api = {
    name: "Acme",
    prefix: "acme",
    audience: "https://a.test",
    scopes: ["things:read", "things:write"],
  };
  await server.call("POST", "/v1/apis", { body: api });
});
after(async () => await server.stop());

interface Page {
  readonly data: readonly SafetyFinding[];
  readonly next_cursor: string | null;
}

async function findings(query = ""): Promise<Page> {
  return JSON.parse((await server.call("GET", `/v1/key-safety?api=acme${query}`)).text) as Page;
}

async function findingsOf(key: string): Promise<readonly string[]> {
  return (await findings()).data.flatMap((each) => (each.key === key ? [each.finding] : []));
}

async function newKey(
  fields: object = {},
): Promise<{ readonly id: string; readonly secret: string }> {
  const body = { api: "acme", name: "Production", owner: "cus_1", ...fields };
  return (await server.call("POST", "/v1/keys", { body })).json;
}

const SAFE = {
  expires_at: "2999-01-01T00:00:00Z",
  limits: [{ name: "calls", kind: "rate", rate: 10, per_seconds: 1, burst: 10 }],
};

test("a key with an end, a limit and plain scopes is safe while it is new", async () => {
  const { id } = await newKey({ ...SAFE, scopes: ["things:read"] });
  assert.deepEqual(await findingsOf(id), []);
});

test("a key without an end and limits, with a wildcard, is found thrice, each with what would mend it", async () => {
  const { id } = await newKey({ scopes: ["things:*"] });
  const { data } = await findings();
  assert.deepEqual(
    data
      .filter(({ key }) => key === id)
      .map(({ finding, owner, api, detail, action }) => [
        finding,
        owner,
        api,
        detail,
        action.operation,
      ]),
    [
      ["wildcard_scope", "cus_1", "acme", "it is granted things:*", "keys.update"],
      ["no_expiry", "cus_1", "acme", "it never ends", "keys.update"],
      [
        "no_limit",
        "cus_1",
        "acme",
        "neither it, its owner nor its api has a limit, and no plan of theirs",
        "keys.update",
      ],
    ],
  );
});

test("a key that leaked is found until the secret that leaked works no more", async () => {
  const { id, secret } = await newKey(SAFE);
  await server.call("POST", "/v1/leaks", { key: null, body: { credential: secret } });
  await server.call("POST", `/v1/keys/${id}/rotate`, { body: { overlap_seconds: 60 } });
  assert.deepEqual(await findingsOf(id), ["leaked"]);
  server.clock.passSeconds(60);
  assert.deepEqual(await findingsOf(id), []);
});

test("a wildcard of a role is found at the key, and named with the role", async () => {
  const role = { name: "all", api: "acme", scopes: ["things:*"] };
  await server.call("POST", "/v1/roles", { body: role });
  const { id } = await newKey({ ...SAFE, roles: ["all"] });
  const { data } = await findings("&finding=wildcard_scope");
  const found = data.find(({ key }) => key === id);
  assert.equal(found?.detail, "it is granted things:* by the role all");
});

test("a plan without limits limits nobody", async () => {
  const plan = { name: "empty", limits: [] };
  assert.equal((await server.call("POST", "/v1/plans", { body: plan })).status, 201);
  const { limits: _, ...endless } = SAFE;
  const { id } = await newKey({ ...endless, plan: "empty" });
  assert.deepEqual(await findingsOf(id), ["no_limit"]);
});

test("nobody is told to do what cannot be done: to limit a management key, to disable what is, to mend what has ended", async () => {
  const { id: manager } = await newKey({ api: "keyward", scopes: ["keys:read"] });
  const text = (await server.call("GET", "/v1/key-safety?api=keyward")).text;
  const { data } = JSON.parse(text) as Page;
  assert.deepEqual(
    data.flatMap((each) => (each.key === manager ? [each.finding] : [])),
    ["no_expiry"],
  );
  const { id: disabled } = await newKey(SAFE);
  await server.call("POST", `/v1/keys/${disabled}/disable`);
  const soon = new Date(server.clock.now() + 60_000).toISOString();
  const { id: ended } = await newKey({ expires_at: soon, scopes: ["things:*"] });
  server.clock.passSeconds(91 * 86_400);
  assert.deepEqual(await findingsOf(disabled), []);
  assert.deepEqual(await findingsOf(ended), []);
});

test("a publishable key is used from everywhere, and that is no finding", async () => {
  const { id, secret } = await newKey({
    ...SAFE,
    kind: "publishable",
    scopes: ["things:read"],
  });
  const isCounted = async () => {
    const { text } = await server.call("GET", `/v1/keys/${id}/secrets`);
    return (JSON.parse(text) as { data: { networks: number }[] }).data[0]?.networks === 25;
  };
  for (let network = 1; network <= 25; network++) {
    const body = { credential: secret, context: { ip: `198.51.${network}.7` } };
    await server.call("POST", "/v1/verify", { body });
  }
  for (let tries = 0; tries < 400 && !(await isCounted()); tries++) await delay(50);
  assert.ok(await isCounted());
  assert.deepEqual(await findingsOf(id), []);
});

test("a key that leaked is found; once it is revoked it is not", async () => {
  const { id, secret } = await newKey(SAFE);
  await server.call("POST", "/v1/leaks", { key: null, body: { credential: secret } });
  assert.deepEqual(await findingsOf(id), ["leaked"]);
  await server.call("POST", `/v1/keys/${id}/revoke`, { body: {} });
  assert.deepEqual(await findingsOf(id), []);
});

test("a secret key from a browser, and a secret from twenty networks, are found by their uses", async () => {
  const { id, secret } = await newKey(SAFE);
  const verify = (context: object) =>
    server.call("POST", "/v1/verify", { body: { credential: secret, context } });
  await verify({ origin: "https://shop.test" });
  for (let network = 1; network <= 20; network++) await verify({ ip: `198.51.${network}.7` });
  const expected = ["secret_key_in_browser", "many_networks"];
  for (let tries = 0; tries < 400 && (await findingsOf(id)).length < 2; tries++) await delay(50);
  assert.deepEqual(await findingsOf(id), expected);
  const { data } = await findings("&finding=many_networks");
  assert.deepEqual(
    data.map(({ key, finding }) => [key, finding]),
    [[id, "many_networks"]],
  );
});

test("a key that has not needed all of its scopes for ninety days is found, with what it has not needed, and not when it has been shrunk", async () => {
  const roles = { name: "reader", api: "acme", scopes: ["things:read"] };
  await server.call("POST", "/v1/roles", { body: roles });
  const { id, secret } = await newKey({
    ...SAFE,
    scopes: ["things:read", "things:write"],
    roles: ["reader"],
  });
  const verify = async (scopes: unknown) => {
    const body = { credential: secret, api: "acme", scopes };
    return (await server.call("POST", "/v1/verify", { body })).json.code;
  };
  const shrinking = async () => {
    const { text } = await server.call("GET", `/v1/keys/${id}/least-grants`);
    return JSON.parse(text) as Shrinking;
  };
  const neededOf = async () => (await shrinking()).needed.map(({ any_of: any }) => any.join(" "));
  assert.equal(await verify({ any: ["things:read", "things:delete"] }), "allowed");
  for (let tries = 0; tries < 400 && (await neededOf()).length < 1; tries++) await delay(50);
  assert.deepEqual(await neededOf(), ["things:delete things:read"]);
  server.clock.passSeconds(91 * 86_400);
  assert.equal(await verify(["things:read"]), "allowed");
  for (let tries = 0; tries < 400 && (await neededOf())[0] !== "things:read"; tries++) {
    await delay(50);
  }
  const { data } = await findings("&finding=over_scoped");
  const { observed_since: since, proposal, rev } = await shrinking();
  assert.deepEqual(
    data.map(({ key, detail, action }) => [key, detail, action.operation]),
    [[id, `in 90 days it has not needed things:write; observed since ${since}`, "keys.update"]],
  );
  assert.deepEqual(proposal, { scopes: [], roles: ["reader"] });
  const headers = { "if-match": `"${rev}"` };
  const changed = await server.call("PATCH", `/v1/keys/${id}`, { body: proposal ?? {}, headers });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(await verify(["things:read"]), "allowed");
  assert.equal(await verify({ any: ["things:read", "things:delete"] }), "allowed");
  assert.equal(await verify(["things:write"]), "insufficient_scope");
  assert.ok(!(await findingsOf(id)).includes("over_scoped"));
});

test("a key that nobody has used for ninety days is idle, and not a day before", async () => {
  const { id } = await newKey(SAFE);
  server.clock.passSeconds(89 * 86_400);
  assert.deepEqual(await findingsOf(id), []);
  server.clock.passSeconds(86_400);
  assert.deepEqual(await findingsOf(id), ["idle"]);
});

test("K8: a page looks at a hundred keys, and the next one goes on", async () => {
  for (let count = 0; count < 100; count++) await newKey(SAFE);
  const first = await findings();
  assert.equal(first.data.length, 0);
  assert.notEqual(first.next_cursor, null);
  const second = await findings(`&cursor=${first.next_cursor}`);
  assert.ok(second.data.length > 0);
  assert.equal(second.next_cursor, null);
});
