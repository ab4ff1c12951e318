// Charges at two nodes of one PostgreSQL, as real processes, of which one is killed (spec/limits.md §7).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { until } from "../edge/running-edge.ts";
import type { Body } from "../http/test-server.ts";
import { Cluster } from "./cluster.ts";
import type { Node } from "./cluster.ts";

let server: PostgresServer;
let cluster: Cluster;
let one: Node;
let other: Node;

before(async () => {
  server = await startPostgres();
  cluster = await Cluster.start(await server.createDatabase(), 2);
  const [first, second] = cluster.nodes;
  assert.ok(first !== undefined && second !== undefined);
  one = first;
  other = second;
  const acme = { name: "Acme", prefix: "acme", audience: "https://acme.test" };
  await ask(one, "/v1/apis", acme);
});
after(async () => {
  await cluster?.stop();
  await server?.stop();
});

async function ask(node: Node, path: string, body: object = {}): Promise<Body> {
  const { status, body: answer } = await cluster.call(node, "POST", path, body);
  assert.ok(status < 300, JSON.stringify(answer));
  return answer;
}

async function makeKey(credits: number): Promise<Body> {
  const limits = [{ name: "c", kind: "credits", limit: credits }];
  const key = await ask(one, "/v1/keys", { api: "acme", name: "n", owner: "o", limits });
  const isKnown = async () => {
    const body = { credential: key.secret, cost: 0, min_rev: key.rev };
    return (await cluster.call(other, "POST", "/v1/verify", body)).status === 200;
  };
  await until(isKnown, "the other node knows the key");
  return key;
}

function spend(node: Node, { secret: credential }: Body, cost: number): Promise<string> {
  return ask(node, "/v1/verify", { credential, cost }).then(({ code }) => code);
}

/** For a second a node believes what it has heard of the others' hands. */
function untilSpent(node: Node, key: Body, cost: number): Promise<void> {
  const isSpent = async () => (await spend(node, key, cost)) === "allowed";
  return until(isSpent, `${cost} units can be spent`);
}

test("K5: the same idempotency key at two nodes at once is charged once, and both are answered alike", async () => {
  const key = await makeKey(100);
  for (let round = 0; round < 10; round++) {
    const body = {
      credential: key.secret,
      cost: 5,
      idempotency_key: `order-${round}`,
      reserve_seconds: 600,
      min_rev: key.rev,
    };
    const [here, there] = await Promise.all([
      ask(one, "/v1/verify", body),
      ask(other, "/v1/verify", body),
    ]);
    assert.deepEqual([here.code, there.code], ["allowed", "allowed"]);
    assert.equal(here.charge.id, there.charge.id);
  }
  // Ten charges of five; what one of the two took back is in its hand until it stops in order.
  assert.equal(await one.stop(), 0);
  await untilSpent(other, key, 50);
  assert.equal(await spend(other, key, 1), "credits_exhausted");
  await one.startAgain();
});

test("K5: a node that is killed with kill -9 forgets no charge that it acknowledged: another repeats, commits and releases them once", async () => {
  const key = await makeKey(100);
  const reserve = (node: Node, name: string) =>
    ask(node, "/v1/verify", {
      credential: key.secret,
      cost: 20,
      idempotency_key: name,
      reserve_seconds: 600,
      min_rev: key.rev,
    });
  const first = await reserve(one, "first");
  const second = await reserve(one, "second");
  await one.kill();
  assert.deepEqual((await reserve(other, "first")).charge, first.charge);
  for (let again = 0; again < 2; again++) {
    const committed = await ask(other, `/v1/charges/${first.charge.id}/commit`, { cost: 5 });
    assert.deepEqual([committed.state, committed.id], ["committed", first.charge.id]);
  }
  const path = `/v1/charges/${second.charge.id}/release`;
  const released = await cluster.call(other, "POST", path);
  assert.equal(released.status, 200);
  await one.startAgain();
  const otherwise = await cluster.call(one, "POST", `/v1/charges/${first.charge.id}/commit`, {
    cost: 6,
  });
  assert.deepEqual([otherwise.status, otherwise.body.code], [409, "charge_settled"]);
  // Five are spent. What the killed node had in hand beyond its charges is lost: a sixteenth of what was left, twice at most.
  assert.equal(await spend(other, key, 96), "credits_exhausted");
  await untilSpent(other, key, 80);
});
