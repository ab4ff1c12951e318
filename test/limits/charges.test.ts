// Charges that survive retries, and costs that are known later: spec/limits.md §7.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "@keyward/sdk/client";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
  await make("/v1/apis", { name: "Acme", prefix: "acme", audience: "https://acme.test" });
});
after(() => server.stop());

async function make(path: string, body: object): Promise<Body> {
  const answer = await server.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(limits: readonly object[]): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "n", owner: "o", limits });
}

async function usedOf(key: Body): Promise<readonly (readonly [string, number, number])[]> {
  const { json } = await server.call("GET", `/v1/keys/${key.id}/limits`);
  const { data } = json as unknown as {
    readonly data: readonly { name: string; used: number; remaining: number }[];
  };
  return data.map(({ name, used, remaining }) => [name, used, remaining]);
}

const CREDITS = { name: "c", kind: "credits", limit: 100 };

test("a charge that is asked for again by the same idempotency key is answered as before, and charged once", async () => {
  const key = await makeKey([CREDITS]);
  const ask = (idempotency_key: string, cost: number, credential = key.secret) =>
    make("/v1/verify", { credential, cost, idempotency_key });
  const first = await ask("order-1", 10);
  for (const cost of [10, 25]) {
    const again = await ask("order-1", cost);
    assert.deepEqual([again.code, again.limits], ["allowed", first.limits]);
  }
  const both = await Promise.all([ask("order-2", 5), ask("order-2", 5)]);
  assert.deepEqual(both[0]?.limits, both[1]?.limits);
  assert.deepEqual(await usedOf(key), [["c", 15, 85]]);
  const other = await makeKey([CREDITS]);
  await ask("order-1", 1, other.secret);
  assert.deepEqual(await usedOf(other), [["c", 1, 99]]);
});

test("what was refused is not remembered, and a revoked key is refused whatever it was charged for", async () => {
  const key = await makeKey([CREDITS]);
  const body = { credential: key.secret, cost: 101, idempotency_key: "k" };
  assert.equal((await make("/v1/verify", body)).code, "credits_exhausted");
  assert.equal((await make("/v1/verify", { ...body, cost: 100 })).code, "allowed");
  await make(`/v1/keys/${key.id}/revoke`, {});
  assert.equal((await make("/v1/verify", { ...body, cost: 100 })).code, "revoked");
});

test("a reserved charge is committed with what it came to, and the rest is there again", async () => {
  const key = await makeKey([CREDITS, { name: "s", kind: "concurrency", limit: 1 }]);
  const client = createClient({ url: server.url, token: server.key });
  const verdict = await client.verify({ credential: key.secret, cost: 80, reserve_seconds: 60 });
  assert.equal(verdict.charge?.cost, 80);
  assert.deepEqual(await usedOf(key), [
    ["c", 80, 20],
    ["s", 1, 0],
  ]);
  const { id } = verdict.charge;
  for (let count = 0; count < 2; count++) {
    assert.deepEqual(await client.charges.commit(id, { cost: 30 }), {
      id,
      state: "committed",
      cost: 30,
    });
  }
  assert.deepEqual(await usedOf(key), [
    ["c", 30, 70],
    ["s", 0, 1],
  ]);
});

test("a released charge costs nothing; whoever settles otherwise, or for more than was reserved, is told so and changes nothing", async () => {
  const key = await makeKey([CREDITS]);
  const { charge } = await make("/v1/verify", {
    credential: key.secret,
    cost: 50,
    reserve_seconds: 60,
  });
  const settle = async (action: string, body?: object) => {
    const path = `/v1/charges/${charge.id}/${action}`;
    const { status, json } = await server.call("POST", path, body && { body });
    return [status, json.code];
  };
  assert.deepEqual(await settle("commit", { cost: 51 }), [409, "cost_exceeds_charge"]);
  assert.deepEqual(await usedOf(key), [["c", 50, 50]]);
  assert.equal((await settle("release"))[0], 200);
  assert.deepEqual(await settle("commit", { cost: 1 }), [409, "charge_settled"]);
  assert.deepEqual(await usedOf(key), [["c", 0, 100]]);
});

test("a charge that nobody settles stays at its most when its time is over", async () => {
  const key = await makeKey([CREDITS]);
  const reserved = { credential: key.secret, cost: 50, reserve_seconds: 1 };
  const { charge } = await make("/v1/verify", reserved);
  const deadlineMs = performance.now() + 60_000;
  let status = 200;
  // Committing all of it changes nothing, and says whether it is still open.
  while (status === 200 && performance.now() < deadlineMs) {
    const path = `/v1/charges/${charge.id}/commit`;
    ({ status } = await server.call("POST", path, { body: { cost: 50 } }));
  }
  assert.equal(status, 404);
  assert.deepEqual(await usedOf(key), [["c", 50, 50]]);
});

test("a key without limits has charges, too, and a dry run opens none", async () => {
  const key = await makeKey([]);
  const reserved = { credential: key.secret, cost: 5, reserve_seconds: 60 };
  assert.equal((await make("/v1/verify", reserved)).charge.id.slice(0, 4), "chg_");
  assert.equal((await make("/v1/verify", { ...reserved, dry_run: true })).charge, undefined);
});

test("what is used of a quota is told with what it comes to by the end of its period, and of other limits without", async () => {
  const key = await makeKey([
    { name: "daily", kind: "quota", limit: 3, period: "day" },
    { name: "burst", kind: "rate", rate: 10 },
  ]);
  // To the next noon: half of the day is over.
  server.clock.passSeconds(86_400 - (Math.floor(server.clock.now() / 1_000 + 43_200) % 86_400));
  await make("/v1/verify", { credential: key.secret, cost: 2 });
  const { json } = await server.call("GET", `/v1/keys/${key.id}/limits`);
  const { data } = json as unknown as {
    readonly data: readonly {
      readonly name: string;
      readonly forecast: { readonly used: number; readonly spent_in: number | null } | null;
    }[];
  };
  const [daily, burst] = data;
  assert.equal(daily?.forecast?.used, 4);
  const hours = (daily?.forecast?.spent_in ?? Infinity) / 3_600;
  assert.ok(hours > 5.9 && hours < 6.1, `${hours}`);
  assert.deepEqual([burst?.name, burst?.forecast], ["burst", null]);
});
