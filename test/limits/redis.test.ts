// Servers that count in one Redis, over real HTTP. Two of them know the same keys, since each has a copy of the same data.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { Keyward } from "@keyward/sdk";
import { TestRedis } from "../../packages/server/src/redis/testing/redis-server.ts";
import { until } from "../edge/running-edge.ts";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

/** What is meant here is who counts, and a busy machine may be slower than 20 ms. */
const PATIENT = { KEYWARD_REDIS_TIMEOUT_MS: "10000" };

async function make(server: TestServer, path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

async function makeApi(server: TestServer): Promise<Body> {
  return make(server, "/v1/apis", { name: "Acme", prefix: "acme", audience: "https://acme.test" });
}

function makeKey(server: TestServer, limits: readonly object[]): Promise<Body> {
  return make(server, "/v1/keys", { api: "acme", name: "n", owner: "o", limits });
}

const LIMITS = [
  { name: "l", kind: "window", limit: 40, window_seconds: 3_600 },
  { name: "l", kind: "rate", rate: 1, per_seconds: 3_600, burst: 40 },
  { name: "l", kind: "concurrency", limit: 40, lease_seconds: 600 },
];

test("K5: two servers and a process that borrows of one of them admit together exactly what a limit admits", async (t) => {
  const redis = await TestRedis.start(t);
  const [one, other] = [temporary(t), temporary(t)];
  const founder = await startTestServer({ environment: { KEYWARD_DATA: one } });
  const { id } = await makeApi(founder);
  const feed = { api: "keyward", name: "v", owner: "ops", scopes: [`feed:${id}:live`] };
  const feedKey = await make(founder, "/v1/keys", feed);
  const keys: Body[] = [];
  for (const limit of LIMITS) keys.push(await makeKey(founder, [limit]));
  await founder.stop();
  cpSync(one, other, { recursive: true });
  const servers: TestServer[] = [];
  for (const directory of [one, other]) {
    const places = { KEYWARD_DATA: directory, KEYWARD_REDIS_URL: redis.url };
    const server = await startTestServer({ environment: { ...PATIENT, ...places } });
    t.after(() => server.stop());
    servers.push(server);
  }
  const [first] = servers;
  assert.ok(first !== undefined);
  const of = { api: "acme", environment: "live" } as const;
  const keyward = new Keyward({ url: first.url, token: feedKey.secret, ...of });
  t.after(() => keyward.close());
  await keyward.ready();
  for (const [index, { secret }] of keys.entries()) {
    const ask = async (server: TestServer) => {
      const body = { credential: secret };
      const { json } = await server.call("POST", "/v1/verify", { body, key: founder.key });
      return json.code;
    };
    const codes = await Promise.all(
      Array.from({ length: 40 }, () => [
        ...servers.map(ask),
        keyward.verify(secret).then(({ code }) => code),
      ]).flat(),
    );
    const allowed = codes.filter((code) => code === "allowed").length;
    assert.equal(allowed, 40, LIMITS[index]?.kind ?? "");
  }
});

test("F09: a server without its Redis starts, decides, and says what it does without until it is there", async (t) => {
  const redis = await TestRedis.planned(t);
  const environment = { ...PATIENT, KEYWARD_REDIS_URL: redis.url, KEYWARD_METRICS_PORT: "0" };
  const server = await startTestServer({ environment });
  t.after(() => server.stop());
  await makeApi(server);
  const { secret } = await makeKey(server, [{ name: "l", kind: "rate", rate: 5 }]);
  const verify = async () => {
    const { text } = await server.call("POST", "/v1/verify", { body: { credential: secret } });
    const verdict: { code: string; degraded?: boolean } = JSON.parse(text);
    return [verdict.code, verdict.degraded];
  };
  const readiness = async () => (await server.call("GET", "/readyz", { key: null })).text;
  const figures = async () => (await fetch(`${server.metricsUrl}/metrics`)).text();
  assert.equal(await readiness(), '{"status":"degraded","degraded":["redis"]}');
  assert.deepEqual(await verify(), ["allowed", true]);
  assert.match(await figures(), /^keyward_redis_up 0$/m);
  await redis.start();
  await until(async () => (await readiness()) === '{"status":"ready"}', "Redis is found");
  assert.deepEqual(await verify(), ["allowed", undefined]);
  const after = await figures();
  assert.match(after, /^keyward_redis_up 1$/m);
  assert.match(after, /^keyward_redis_outages_total 1$/m);
  assert.match(after, /^keyward_limits_degraded_total 1$/m);
});

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "keyward-test-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
