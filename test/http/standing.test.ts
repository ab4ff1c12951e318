// What a management key may still do: while its request is being sent, while it waits to be written, and near its end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestServer } from "./test-server.ts";
import type { Body, TestServer } from "./test-server.ts";

const PUBLIC_URL = "https://keys.example.test";
const HOST = "Host: keyward.test";

let server: TestServer;

before(async () => {
  server = await startTestServer({ environment: { KEYWARD_PUBLIC_URL: PUBLIC_URL } });
});
after(async () => await server.stop());

async function managementKey(scopes: readonly string[], more: object = {}): Promise<Body> {
  const body = { api: "keyward", name: "test", owner: "tester", scopes, ...more };
  const { json, status, text } = await server.call("POST", "/v1/keys", { body });
  assert.equal(status, 201, text);
  return json;
}

function open(): Socket {
  const { hostname, port } = new URL(server.url);
  return connect(Number(port), hostname);
}

/** A request as it is sent; a body is announced as a whole. */
function requestText(method: string, path: string, key: string, body?: object): string {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    HOST,
    `Authorization: Bearer ${key}`,
    ...(body === undefined ? [] : ["Content-Type: application/json"]),
    ...(method === "GET" ? [] : [`Content-Length: ${text.length}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}

/** Sends the pieces with something between them, and answers with the statuses once there are `count`. */
async function statusesOf(pieces: readonly string[], count = 1, between = async () => {}) {
  const socket = open();
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      await delay(100);
      await between();
    }
    socket.write(piece);
  }
  const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, s]) => Number(s));
  while (statuses().length < count) await once(socket, "data");
  socket.destroy();
  return statuses();
}

/** What ends a key, or takes its permission. */
const ENDINGS: readonly [
  name: string,
  request: (key: Body, ownerId: string, secretId: string) => [string, string, object?],
  status: number,
][] = [
  ["is revoked", ({ id }) => ["POST", `/v1/keys/${id}/revoke`], 401],
  ["is disabled", ({ id }) => ["POST", `/v1/keys/${id}/disable`], 401],
  ["loses its owner", (_key, owner) => ["POST", `/v1/owners/${owner}/disable`], 401],
  ["loses the secret", ({ id }, _, s) => ["DELETE", `/v1/keys/${id}/secrets/${s}`], 401],
  ["loses the scope", ({ id }) => ["PATCH", `/v1/keys/${id}`, { scopes: ["apis:read"] }], 403],
];

let made = 0;

async function ending(index: number) {
  made++;
  const key = await managementKey(["owners:write", "apis:read"], { owner: `ending-${made}` });
  const secrets = await server.call("GET", `/v1/keys/${key.id}/secrets`);
  const first = secrets.json.data[0]?.id ?? "";
  await server.call("POST", `/v1/keys/${key.id}/secrets`, { body: {} });
  const [method, path, body] = ENDINGS[index]?.[1](key, key.owner_id, first) ?? ["", ""];
  return { key, externalId: `late-${made}`, end: { method, path, body } };
}

for (const [index, [name, , status]] of ENDINGS.entries()) {
  test(`K2: a write that waits behind the one by which its key ${name} is refused ${status}`, async () => {
    const { key, externalId, end } = await ending(index);
    const late = { external_id: externalId };
    // Sent in one piece, so that both are accepted before the first is written.
    const both =
      requestText(end.method, end.path, server.key, end.body) +
      requestText("POST", "/v1/owners", key.secret, late);
    const statuses = await statusesOf([both], 2);
    assert.equal(statuses[1], status);
    assert.equal((await server.call("GET", `/v1/owners/${externalId}`)).status, 404);
  });

  test(`K2: a write whose key ${name} while the body is still arriving is refused ${status}`, async () => {
    const { key, externalId, end } = await ending(index);
    const text = requestText("POST", "/v1/owners", key.secret, { external_id: externalId });
    const statuses = await statusesOf([text.slice(0, -5), text.slice(-5)], 1, async () => {
      const { method, path, body } = end;
      await server.call(method, path, body === undefined ? {} : { body });
    });
    assert.deepEqual(statuses, [status]);
    assert.equal((await server.call("GET", `/v1/owners/${externalId}`)).status, 404);
  });
}

const FEED = "/v1/feed/keys";
const EPOCH = "an-epoch-of-nothing-0000";

async function followed() {
  made++;
  const { json: api } = await server.call("POST", "/v1/apis", {
    body: { name: "f", prefix: `feed${made}`, audience: `https://f${made}.test` },
  });
  const key = await managementKey([`feed:${api.id}:live`]);
  return { key, path: `${FEED}?api=${api.id}&environment=live` };
}

test("K2: a question to the feed whose key is revoked while the body is still arriving is refused", async () => {
  const { key, path } = await followed();
  const text = requestText("POST", path, key.secret, { epoch: EPOCH, digest: "0".repeat(64) });
  const statuses = await statusesOf([text.slice(0, -5), text.slice(-5)], 1, async () => {
    await server.call("POST", `/v1/keys/${key.id}/revoke`);
  });
  assert.deepEqual(statuses, [401]);
});

test("F12: who may not follow an api is refused before the body of a question to its feed has come", async () => {
  const { path } = await followed();
  const stranger = await managementKey(["keys:read"]);
  const text = requestText("POST", path, stranger.secret, { epoch: EPOCH, digest: "0".repeat(64) });
  assert.deepEqual(await statusesOf([text.slice(0, -5)]), [403]);
});

test("F12: a question to the feed beyond 4 KiB is refused by its length", async () => {
  const { key, path } = await followed();
  const body = { epoch: EPOCH, digest: "0".repeat(64) };
  const text = (size: number) => JSON.stringify(body).padEnd(size);
  const ask = async (size: number) =>
    (await server.call("POST", path, { key: key.secret, body: text(size) })).json.code;
  assert.equal(await ask(4_097), "body_too_large");
  assert.notEqual(await ask(4_096), "body_too_large");
});

function inSeconds(seconds: number): string {
  return new Date(server.clock.now() + seconds * 1000).toISOString();
}

async function mintUntil(key: string, seconds: number) {
  const body = { api: "keyward", name: "minted", owner: "tester", scopes: ["keys:write"] };
  const minted = { ...body, expires_at: inSeconds(seconds) };
  const { status, json } = await server.call("POST", "/v1/keys", { key, body: minted });
  return status === 201 ? status : json.code;
}

test("T02: a secret that is about to end mints no management key that outlives it", async () => {
  const key = await managementKey(["keys:write"]);
  const added = await server.call("POST", `/v1/keys/${key.id}/secrets`, {
    body: { expires_at: inSeconds(600) },
  });
  assert.equal(added.status, 201, added.text);
  assert.equal(await mintUntil(added.json.secret, 3_600), "exceeds_own_permissions");
  assert.equal(await mintUntil(added.json.secret, 60), 201);
  assert.equal(await mintUntil(key.secret, 3_600), 201);
});

test("T02: an old secret in its overlap mints no management key that outlives it", async () => {
  const key = await managementKey(["keys:write"]);
  const body = { overlap_seconds: 600 };
  const rotated = await server.call("POST", `/v1/keys/${key.id}/rotate`, { body });
  assert.equal(rotated.status, 200, rotated.text);
  assert.equal(await mintUntil(key.secret, 3_600), "exceeds_own_permissions");
  assert.equal(await mintUntil(key.secret, 60), 201);
  assert.equal(await mintUntil(rotated.json.secret, 3_600), 201);
});

test("T36, T40: a secret management key is refused from the page of another site, and taken from our own", async () => {
  const own = new URL(server.url).host;
  for (const [origin, isTaken] of [
    [undefined, true],
    [PUBLIC_URL, true],
    [`http://${own}`, true],
    [`https://${own}`, true],
    ["https://evil.test", false],
    [`${PUBLIC_URL}.evil.test`, false],
    [`http://keys.example.test`, false],
    [`http://${own}1`, false],
    [`http://a@${own}`, false],
    ["null", false],
    ["", false],
  ] as const) {
    const headers: Readonly<Record<string, string>> = origin === undefined ? {} : { origin };
    const read = await server.call("GET", "/v1/keys", { headers });
    const asked = await server.call("POST", "/v1/verify", { headers, body: { credential: "x" } });
    for (const { status, json } of [read, asked]) {
      assert.equal(status, isTaken ? 200 : 403, String(origin));
      if (!isTaken) assert.equal(json.code, "management_key_restricted");
    }
  }
});

test("T36: a management key that lists the sites it works from is taken from these alone", async () => {
  const restrictions = { origins: ["https://admin.example.test"] };
  const { secret: key } = await managementKey(["keys:read"], { restrictions });
  const ask = async (headers: Record<string, string>) =>
    (await server.call("GET", "/v1/keys", { key, headers })).status;
  assert.equal(await ask({ origin: "https://admin.example.test" }), 200);
  assert.equal(await ask({ origin: PUBLIC_URL }), 403);
  assert.equal(await ask({}), 403);
});
