// Nodes behind a pooler that gives each transaction another connection: nothing of one may be left in the next.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { until } from "../edge/running-edge.ts";
import { Cluster } from "./cluster.ts";
import type { Node } from "./cluster.ts";
import { startPgBouncer } from "./pgbouncer.ts";
import type { PgBouncer } from "./pgbouncer.ts";

const KEYS = 40;
const API = { name: "Acme", prefix: "acme", audience: "https://acme.test" };

let server: PostgresServer;
let pooler: PgBouncer;
let cluster: Cluster;
let nodes: readonly [Node, Node];

before(async () => {
  server = await startPostgres({ careless: true });
  const database = await server.createDatabase();
  pooler = await startPgBouncer(database);
  cluster = await Cluster.start(pooler.through(database), 2);
  const [first, second] = cluster.nodes;
  assert.ok(first !== undefined && second !== undefined);
  nodes = [first, second];
  await cluster.done(first, "POST", "/v1/apis", API);
});
after(async () => {
  await cluster?.stop();
  await pooler?.stop();
  await server?.stop();
});

test("F16, K2: without notifications a key is verified at the other node, and refused there once its revocation has waited", async () => {
  const [here, there] = nodes;
  const body = { api: "acme", name: "k", owner: "customer-1" };
  const key = await cluster.done(here, "POST", "/v1/keys", body);
  await until(async () => (await cluster.verdictOf(there, key.secret)) === "allowed", "known");
  const revoke = `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=10`;
  const { acknowledged, pending } = await cluster.done(here, "POST", revoke, {});
  assert.deepEqual([acknowledged, pending], [2, 0]);
  assert.equal(await cluster.verdictOf(there, key.secret), "revoked");
});

test("K6: of two workspaces that write and read at once through few connections, each finds its own keys and all of them", async () => {
  const [here, there] = nodes;
  const made = await cluster.done(here, "POST", "/v1/workspaces", { name: "Second" });
  const second = { authorization: `Bearer ${made.management_key.secret}` };
  assert.equal((await cluster.call(here, "POST", "/v1/apis", API, second)).status, 201);
  const isKnownThere = async () =>
    (await cluster.call(there, "GET", "/v1/apis/acme", undefined, second)).status === 200;
  await until(isKnownThere, "the other node has looked");
  const tenants = [
    { name: "first", headers: {} },
    { name: "second", headers: second },
  ];
  await Promise.all(
    Array.from({ length: KEYS }, async (_, index) => {
      for (const { name, headers } of tenants) {
        const body = { api: "acme", name: `${name}-${index}`, owner: name };
        const node = nodes[index % 2] ?? here;
        const { status } = await cluster.call(node, "POST", "/v1/keys", body, headers);
        assert.equal(status, 201);
        const list = await cluster.call(
          node,
          "GET",
          `/v1/keys?limit=100&owner=${name}`,
          undefined,
          headers,
        );
        const names = list.body.data.map((key) => key.name);
        assert.ok(names.includes(`${name}-${index}`));
        assert.ok(names.every((each) => each.startsWith(`${name}-`)));
      }
    }),
  );
  for (const { name, headers } of tenants) {
    const list = `/v1/keys?limit=100&owner=${name}`;
    const { body } = await cluster.call(here, "GET", list, undefined, headers);
    assert.equal(body.data.length, KEYS);
  }
});
