// Many keys revoked at once, and the verifiers that must hear of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Keyward } from "@keyward/sdk";
import type { FollowedRevocation } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";
import { FakeVerifier } from "./fake-verifier.ts";

const KEYS = 300;

let server: TestServer;
let api: string;
const keywards: Keyward[] = [];

before(async () => {
  server = await startTestServer();
  const audience = "https://acme.test";
  api = (await make("/v1/apis", { name: "Acme", prefix: "acme", audience })).id;
});
after(async () => {
  for (const keyward of keywards) await keyward.close();
  await server.stop();
});

async function make(path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeFeedKey(environment: "live" | "test"): Promise<Body> {
  const scopes = [`feed:${api}:${environment}`];
  return make("/v1/keys", { api: "keyward", name: "v", owner: "ops", scopes });
}

async function follow(environment: "live" | "test"): Promise<Keyward> {
  const feedKey = await makeFeedKey(environment);
  const keyward = new Keyward({ url: server.url, token: feedKey.secret, api: "acme", environment });
  keywards.push(keyward);
  await keyward.ready();
  return keyward;
}

function makeKeys(count: number, fields: object): Promise<readonly Body[]> {
  return Promise.all(
    Array.from({ length: count }, () => make("/v1/keys", { api: "acme", name: "n", ...fields })),
  );
}

async function read(id: string, query = ""): Promise<FollowedRevocation> {
  const { json } = await server.call("GET", `/v1/revocations/${id}${query}`);
  return json as unknown as FollowedRevocation;
}

async function ended(id: string): Promise<FollowedRevocation> {
  for (;;) {
    const found = await read(id);
    if (found.status !== "running") return found;
    assert.deepEqual([found.acknowledged, found.pending, found.effective_by], [null, null, null]);
    await delay(5);
  }
}

test("K2: when a revocation of many keys has been waited for, verifiers of both environments refuse every one of them", async () => {
  const live = await follow("live");
  const testing = await follow("test");
  const owner = "cus_42";
  const keys = await makeKeys(KEYS, { owner });
  const testKeys = await makeKeys(10, { owner, environment: "test" });
  const other = await make("/v1/keys", { api: "acme", name: "n", owner: "cus_7" });
  for (const { secret } of keys) assert.equal((await live.verify(secret)).code, "allowed");

  const body = { filter: { owner }, expected_count: KEYS + 10 };
  const { id } = await make("/v1/revocations", body);
  await ended(id);
  const { acknowledged, pending, effective_by, revoked } = await read(
    id,
    "?wait=verifiers&timeout=30",
  );
  assert.deepEqual([acknowledged, pending, revoked], [3, 0, KEYS + 10]);
  assert.ok(effective_by !== null);
  for (const { secret } of keys) assert.equal(live.verifyNow(secret)?.code, "revoked");
  for (const { secret } of testKeys) assert.equal(testing.verifyNow(secret)?.code, "revoked");
  assert.equal((await live.verify(other.secret)).code, "allowed");
});

test("K2: one that has not said so is pending until it has stopped, and only those are counted that the filter reaches", async () => {
  const [key] = await makeKeys(1, { owner: "cus_1", environment: "test" });
  await makeKeys(1, { owner: "cus_2" });
  assert.ok(key !== undefined);
  const feedKey = await makeFeedKey("test");
  const silent = new FakeVerifier({ server, key: feedKey.secret, api, environment: "test" });
  await silent.load();
  await silent.head({ max_staleness_ms: 600_000 });
  const begin = async (filter: object) => {
    const { id } = await make("/v1/revocations", { filter, expected_count: 1 });
    await ended(id);
    return await read(id, "?wait=verifiers&timeout=0");
  };
  const inTest = await begin({ owner: "cus_1", environment: "test" });
  assert.equal((inTest.acknowledged ?? 0) + (inTest.pending ?? 0), 3);
  assert.ok(Date.parse(inTest.effective_by ?? "") > Date.now());
  const inLive = await begin({ owner: "cus_2", environment: "live" });
  assert.equal((inLive.acknowledged ?? 0) + (inLive.pending ?? 0), 2);
  await silent.head({ leaving: true });
});

test("T58: while many keys are being revoked, others are verified and made", async () => {
  await makeKeys(KEYS, { owner: "cus_3" });
  const other = await make("/v1/keys", { api: "acme", name: "n", owner: "cus_8" });
  const body = { filter: { owner: "cus_3" }, expected_count: KEYS };
  const { id } = await make("/v1/revocations", body);
  const { json } = await server.call("POST", "/v1/verify", { body: { credential: other.secret } });
  assert.equal(json.code, "allowed");
  await makeKeys(1, { owner: "cus_9" });
  assert.equal((await ended(id)).revoked, KEYS);
});
