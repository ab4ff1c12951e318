import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { globSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeThings } from "./requests.ts";
import type { Things } from "./requests.ts";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
let things: Things;

before(async () => {
  server = await startTestServer();
  things = await makeThings(server);
});
after(async () => await server.stop());

let count = 0;
const freshKey = () => `repeat-${++count}-${"x".repeat(20)}`;

function createKey(idempotencyKey: string, name = "repeated") {
  return server.call("POST", "/v1/keys", {
    body: { api: things.api, name, owner: "o" },
    headers: { "idempotency-key": idempotencyKey },
  });
}

test("T14: a hundred equal requests at the same time make one key, and get one and the same answer", async () => {
  const idempotencyKey = freshKey();
  const name = `hundredfold ${idempotencyKey}`;
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => createKey(idempotencyKey, name)),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201]);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.equal(new Set(answers.map(({ headers }) => headers.get("keyward-rev"))).size, 1);
  assert.equal(new Set(answers.map(({ headers }) => headers.get("etag"))).size, 1);
  const replays = answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true");
  assert.equal(replays.length, 99);
  const found = await server.call("POST", "/v1/keys/search", { body: { q: name } });
  assert.equal(found.json.data.length, 1);
});

test("T14: another request with the same Idempotency-Key is refused", async () => {
  const idempotencyKey = freshKey();
  assert.equal((await createKey(idempotencyKey, "one")).status, 201);
  const other = await createKey(idempotencyKey, "two");
  assert.equal(other.status, 422);
  assert.equal(other.json.code, "idempotency_key_reused");
  const elsewhere = await server.call("POST", "/v1/owners", {
    body: { external_id: idempotencyKey },
    headers: { "idempotency-key": idempotencyKey },
  });
  assert.equal(elsewhere.status, 422);
});

test("T14: after ten minutes the secret is not shown again, and the key is named", async () => {
  const idempotencyKey = freshKey();
  const first = await createKey(idempotencyKey);
  server.clock.passSeconds(599);
  assert.equal((await createKey(idempotencyKey)).text, first.text);
  server.clock.passSeconds(1);
  const late = await createKey(idempotencyKey);
  assert.equal(late.status, 409);
  assert.equal(late.json.code, "secret_already_delivered");
  assert.ok(late.json.detail.includes(first.json.id), late.json.detail);
  assert.ok(!late.text.includes(first.json.secret));
});

test("T14: what shows no secret is repeated for a day, and then done anew", async () => {
  const headers = { "idempotency-key": freshKey() };
  const body = { external_id: "repeated owner" };
  const first = await server.call("POST", "/v1/owners", { body, headers });
  server.clock.passSeconds(86_399);
  const again = await server.call("POST", "/v1/owners", { body, headers });
  assert.equal(again.text, first.text);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  server.clock.passSeconds(1);
  const anew = await server.call("POST", "/v1/owners", { body, headers });
  assert.equal(anew.json.code, "external_id_taken");
});

test("T14: a failure is not kept, so that the request may be corrected and made again", async () => {
  const headers = { "idempotency-key": freshKey() };
  const body = { api: "nosuch", name: "n", owner: "o" };
  assert.equal((await server.call("POST", "/v1/keys", { body, headers })).status, 404);
  const corrected = { ...body, api: things.api };
  const answer = await server.call("POST", "/v1/keys", { body: corrected, headers });
  assert.equal(answer.status, 201);
});

test("T14: the same Idempotency-Key of another management key is another one", async () => {
  const idempotencyKey = freshKey();
  const body = { api: "keyward", name: "second", owner: "o", scopes: ["owners:write"] };
  const second = await server.call("POST", "/v1/keys", { body });
  const create = (key: string, externalId: string) =>
    server.call("POST", "/v1/owners", {
      key,
      body: { external_id: externalId },
      headers: { "idempotency-key": idempotencyKey },
    });
  assert.equal((await create(server.key, "of the first")).status, 201);
  const other = await create(second.json.secret, "of the second");
  assert.equal(other.status, 201);
  assert.equal(other.headers.get("idempotency-replayed"), null);
});

test("T14: whoever has lost the permission gets no repeat either", async () => {
  const body = { api: "keyward", name: "brief", owner: "o", scopes: ["owners:write"] };
  const brief = await server.call("POST", "/v1/keys", { body });
  const create = () =>
    server.call("POST", "/v1/owners", {
      key: brief.json.secret,
      body: { external_id: "by a brief key" },
      headers: { "idempotency-key": "brief" },
    });
  assert.equal((await create()).status, 201);
  await server.call("POST", `/v1/keys/${brief.json.id}/revoke`);
  assert.equal((await create()).status, 401);
});

test("an Idempotency-Key that is too long or not visible ASCII is refused", async () => {
  for (const value of ["", "x".repeat(256), "a b", "ä"]) {
    const { status, json } = await createKey(value);
    assert.equal(status, 400, value);
    assert.equal(json.errors[0]?.pointer, "header/idempotency-key");
  }
  assert.equal((await createKey("x".repeat(255))).status, 201);
});

test("K4, T14: neither the secret nor the Idempotency-Key of a kept reply is in any file", async () => {
  const idempotencyKey = freshKey();
  const { json } = await createKey(idempotencyKey);
  const files = globSync("**/*", { cwd: server.directory });
  assert.ok(files.includes("keyward.db"));
  for (const file of files) {
    const bytes = readFileSync(join(server.directory, file));
    assert.ok(!bytes.includes(json.secret.slice(-40)), `${file} holds the secret`);
    assert.ok(!bytes.includes(idempotencyKey), `${file} holds the Idempotency-Key`);
  }
});
