// F15, F16 and F22 with real processes: what was acknowledged is compared with what there is when the fault is over.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { until } from "../edge/running-edge.ts";
import { Cluster } from "./cluster.ts";
import type { Node } from "./cluster.ts";
import { CuttingProxy } from "./cutting-proxy.ts";
import { History } from "./history.ts";

/** So that there is something to be disturbed. */
const BETWEEN_FAULTS_MS = 500;

let server: PostgresServer;
let database: string;
let cluster: Cluster;
let proxy: CuttingProxy;
let direct: Node;
let proxied: Node;

before(async () => {
  // With its durability: what it has acknowledged must survive its end.
  server = await startPostgres();
  database = await server.createDatabase();
  proxy = await CuttingProxy.start(server.port);
  cluster = await Cluster.start(database, 1);
  const [first] = cluster.nodes;
  assert.ok(first !== undefined);
  direct = first;
  proxied = await cluster.add(proxy.through(database));
  await until(() => proxied.isReady(), "the node behind the proxy is ready");
  const api = { name: "Acme", prefix: "acme", audience: "https://acme.test" };
  await cluster.done(direct, "POST", "/v1/apis", api);
});
after(async () => {
  await cluster?.stop();
  await proxy?.stop();
  await server?.stop();
});

function databaseName(): string {
  return new URL(database).pathname.slice(1);
}

async function bothAreReady(): Promise<void> {
  for (const node of cluster.nodes) await until(() => node.isReady(), "every node is ready again");
}

async function statusOf(node: Node, path: string): Promise<number> {
  const response = await fetch(node.url + path);
  await response.body?.cancel();
  return response.status;
}

/** Writes at both nodes for as long as the fault takes, and compares when it is over. */
async function during(fault: () => Promise<void>): Promise<History> {
  const history = new History(cluster);
  history.start();
  await fault();
  await bothAreReady();
  await history.wroteSince(20);
  await history.stop();
  await history.check();
  return history;
}

async function makeKey(node: Node): Promise<{ readonly id: string; readonly secret: string }> {
  return await cluster.done(node, "POST", "/v1/keys", { api: "acme", name: "k", owner: "o" });
}

async function terminateBackends(): Promise<void> {
  await server.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${databaseName()}'`,
  );
}

test("F15: PostgreSQL is ended at once and started again, in a loop: what was acknowledged is there, and nodes go on by themselves", async () => {
  const history = await during(async () => {
    for (let round = 0; round < 5; round++) {
      await delay(BETWEEN_FAULTS_MS);
      await server.restartAtOnce();
      await bothAreReady();
    }
  });
  assert.ok(history.failedCount > 0, "the fault was felt");
});

test("F15: backends are terminated in a loop: what was acknowledged is there", async () => {
  await during(async () => {
    for (let round = 0; round < 10; round++) {
      await delay(BETWEEN_FAULTS_MS);
      await terminateBackends();
    }
  });
});

test("F15, K3: while PostgreSQL is gone a known key is verified, then answered with 503, and never called bad", async () => {
  const key = await makeKey(direct);
  await until(async () => (await cluster.verdictOf(proxied, key.secret)) === "allowed", "known");
  await server.stopAtOnce();
  const seen = new Set<string>();
  await until(async () => {
    for (const node of cluster.nodes) seen.add(await cluster.verdictOf(node, key.secret));
    return seen.has("503");
  }, "nodes stop trusting themselves");
  assert.deepEqual([...seen].toSorted(), ["503", "allowed"]);
  const write = await cluster.call(direct, "POST", "/v1/keys", {
    api: "acme",
    name: "k",
    owner: "o",
  });
  assert.deepEqual([write.status, write.headers.has("retry-after")], [503, true]);
  // The one may go on trusting itself a while longer than the other.
  await until(async () => (await statusOf(direct, "/readyz")) === 503, "the node is not ready");
  assert.equal(await statusOf(direct, "/livez"), 200);
  await server.start();
  await bothAreReady();
  assert.equal(await cluster.verdictOf(direct, key.secret), "allowed");
});

test("F15: every process of PostgreSQL is frozen for longer than a node trusts itself: 503, and all goes on when it wakes", async () => {
  const key = await makeKey(direct);
  const pids = (await server.query("select pid from pg_stat_activity")).map(({ pid }) =>
    Number(pid),
  );
  const signal = (name: NodeJS.Signals) => {
    for (const pid of [server.pid(), ...pids]) {
      try {
        process.kill(pid, name);
      } catch {
        // One that served a question of this test has ended.
      }
    }
  };
  signal("SIGSTOP");
  try {
    const isUnsure = async () => (await cluster.verdictOf(direct, key.secret)) === "503";
    await until(isUnsure, "the node stops trusting itself");
  } finally {
    signal("SIGCONT");
  }
  await bothAreReady();
  assert.equal(await cluster.verdictOf(direct, key.secret), "allowed");
});

test("F16, K2: whoever listens for notifications is ended again and again: a revocation holds at the other node by its own looking", async () => {
  for (let round = 0; round < 5; round++) {
    const key = await makeKey(direct);
    await until(async () => (await cluster.verdictOf(proxied, key.secret)) === "allowed", "known");
    const ended = await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %'",
    );
    assert.ok(ended.length > 0, "somebody listened");
    const revoke = `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=10`;
    const { pending } = await cluster.done(direct, "POST", revoke, {});
    assert.equal(pending, 0);
    assert.equal(await cluster.verdictOf(proxied, key.secret), "revoked");
    await bothAreReady();
  }
});

test("F15: the database is read-only, as after a failover: writes are refused with 503, and nothing of them is there", async () => {
  await during(async () => {
    await server.query(`alter database ${databaseName()} set default_transaction_read_only = on`);
    await terminateBackends();
    await delay(BETWEEN_FAULTS_MS);
    const write = await cluster.call(direct, "POST", "/v1/keys", {
      api: "acme",
      name: "k",
      owner: "o",
    });
    assert.equal(write.status, 503);
    await server.query(`alter database ${databaseName()} reset default_transaction_read_only`);
    await terminateBackends();
  });
});

test("F15: PostgreSQL takes no more connections: 503, and all goes on when it does", async () => {
  await during(async () => {
    await server.query("alter role keyward connection limit 0");
    await terminateBackends();
    await delay(BETWEEN_FAULTS_MS);
    const write = await cluster.call(direct, "POST", "/v1/keys", {
      api: "acme",
      name: "k",
      owner: "o",
    });
    assert.equal(write.status, 503);
    await server.query("alter role keyward connection limit -1");
  });
});

test("F15: the connection breaks between COMMIT and its answer: the write is acknowledged, because it is there", async () => {
  for (let round = 0; round < 5; round++) {
    const cutBefore = proxy.cutCount;
    const name = `lost-answer-${round}`;
    proxy.cutNext("after", name);
    const body = { api: "acme", name, owner: "o" };
    const key = await cluster.done(proxied, "POST", "/v1/keys", body);
    assert.equal(proxy.cutCount, cutBefore + 1);
    assert.equal(await cluster.verdictOf(proxied, key.secret), "allowed");
    await until(async () => (await cluster.verdictOf(direct, key.secret)) === "allowed", "there");
  }
});

test("F15: the connection breaks before COMMIT arrives: the write is refused with 503, and nothing of it is there", async () => {
  for (let round = 0; round < 5; round++) {
    const name = `never-${round}`;
    proxy.cutNext("before", name);
    const write = await cluster.call(proxied, "POST", "/v1/keys", {
      api: "acme",
      name,
      owner: "o",
    });
    assert.equal(write.status, 503);
    const { data } = await cluster.done(direct, "GET", `/v1/keys?api=acme&q=${name}`);
    assert.deepEqual(data, []);
  }
});

test("F08, K2: a node that was frozen allows nothing that was revoked meanwhile, from its first answer on", async () => {
  const key = await makeKey(direct);
  await until(async () => (await cluster.verdictOf(proxied, key.secret)) === "allowed", "known");
  proxied.signal("SIGSTOP");
  const revoke = `/v1/keys/${key.id}/revoke?wait=verifiers&timeout=10`;
  const { acknowledged, pending } = await cluster.done(direct, "POST", revoke, {});
  proxied.signal("SIGCONT");
  const verdict = await cluster.verdictOf(proxied, key.secret);
  assert.ok(verdict === "503" || verdict === "revoked", verdict);
  // It is pending still, and must have stopped by then.
  assert.deepEqual([acknowledged, pending], [1, 1]);
  await bothAreReady();
  assert.equal(await cluster.verdictOf(proxied, key.secret), "revoked");
});
