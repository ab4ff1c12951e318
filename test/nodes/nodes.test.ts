import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { until } from "../edge/running-edge.ts";
import { Cluster } from "./cluster.ts";
import type { Node } from "./cluster.ts";

let server: PostgresServer;
let cluster: Cluster;
let a: Node;
let b: Node;

before(async () => {
  server = await startPostgres({ careless: true });
  cluster = await Cluster.start(await server.createDatabase(), 2);
  const [first, second] = cluster.nodes;
  assert.ok(first !== undefined && second !== undefined);
  [a, b] = [first, second];
  await cluster.done(a, "POST", "/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://acme.test",
  });
});
after(async () => {
  await cluster?.stop();
  await server?.stop();
});

async function makeKey(node: Node): Promise<{ id: string; secret: string; rev: number }> {
  const { status, body, headers } = await cluster.call(node, "POST", "/v1/keys", {
    api: "acme",
    name: "k",
    owner: "customer-1",
  });
  assert.equal(status, 201, JSON.stringify(body));
  return {
    id: body.id,
    secret: body.secret,
    rev: Number(headers.get("keyward-rev")),
  };
}

test("nodes that start together on an empty database make one operator's workspace", async () => {
  const { data } = await cluster.done(a, "GET", "/v1/workspaces");
  assert.equal((data as readonly unknown[]).length, 1);
});

test("a key that was made at one node is verified by the other, and with its rev not a moment before it is known", async () => {
  const key = await makeKey(a);
  await until(
    async () => (await cluster.verdictOf(b, key.secret, key.rev)) !== "503",
    "the other node knows the rev",
  );
  assert.equal(await cluster.verdictOf(b, key.secret, key.rev), "allowed");
});

test("F22, K2: nodes that have nothing but the database in common: a revocation that waits for verifiers holds at the other when it is answered, which is counted", async () => {
  for (let round = 0; round < 10; round++) {
    const key = await makeKey(a);
    await until(async () => (await cluster.verdictOf(b, key.secret)) === "allowed", "b knows it");
    const { acknowledged, pending } = await cluster.done(
      a,
      "POST",
      `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=10`,
      {},
    );
    assert.equal(await cluster.verdictOf(b, key.secret), "revoked");
    assert.deepEqual([acknowledged, pending], [2, 0]);
  }
});
