// Nodes that are restarted one after the other, behind a load balancer that looks whether they are ready.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { Cluster } from "./cluster.ts";
import type { Answer, Node } from "./cluster.ts";

const ROUNDS = 3;
const CLIENTS = 4;
const LOOK_EVERY_MS = 100;
/** So that the load balancer has noticed before the port is closed. */
const STOP_DELAY = { KEYWARD_STOP_DELAY_SECONDS: "1" };

let server: PostgresServer;
let cluster: Cluster;

before(async () => {
  server = await startPostgres({ careless: true });
  cluster = await Cluster.start(await server.createDatabase(), 2, STOP_DELAY);
  const api = { name: "Acme", prefix: "acme", audience: "https://acme.test" };
  await cluster.done(nodeAt(0), "POST", "/v1/apis", api);
});
after(async () => {
  await cluster?.stop();
  await server?.stop();
});

function nodeAt(index: number): Node {
  const node = cluster.nodes[index % cluster.nodes.length];
  assert.ok(node !== undefined);
  return node;
}

/** As a load balancer does: those that were ready when it has last looked take turns. */
class Balancer {
  #ready: readonly Node[] = [];
  #turn = 0;
  readonly #watching: NodeJS.Timeout;

  constructor() {
    this.#watching = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  async look(): Promise<void> {
    const ready: Node[] = [];
    for (const node of cluster.nodes) {
      if (!node.hasEnded && (await node.isReady().catch(() => false))) ready.push(node);
    }
    this.#ready = ready;
  }

  call(method: string, path: string, body: object): Promise<Answer> {
    const node = this.#ready[this.#turn++ % this.#ready.length];
    if (node === undefined) throw new Error("no node is ready");
    return cluster.call(node, method, path, body);
  }

  stop(): void {
    clearInterval(this.#watching);
  }
}

test("F20: while nodes are restarted one after the other, again and again, not one request fails, and nothing acknowledged is lost", async () => {
  const key = await cluster.done(nodeAt(0), "POST", "/v1/keys", {
    api: "acme",
    name: "k",
    owner: "o",
  });
  const made: string[] = [];
  const failures: string[] = [];
  const balancer = new Balancer();
  await balancer.look();
  let isOver = false;
  let turn = 0;
  const client = async () => {
    while (!isOver) {
      turn += 1;
      const isWrite = turn % 5 === 0;
      const body = isWrite
        ? { api: "acme", name: `rolling-${turn}`, owner: "rolling" }
        : { credential: key.secret };
      const path = isWrite ? "/v1/keys" : "/v1/verify";
      try {
        const answer = await balancer.call("POST", path, body);
        const isGood = isWrite ? answer.status === 201 : answer.body.code === "allowed";
        if (!isGood) failures.push(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
        else if (isWrite) made.push(answer.body.id);
      } catch (error) {
        failures.push(`${path}: ${String(error)} ${String((error as Error).cause)}`);
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of cluster.nodes) {
      assert.equal(await node.stop(), 0);
      await node.startAgain();
    }
  }
  isOver = true;
  await Promise.all(clients);
  balancer.stop();
  assert.deepEqual(failures, []);
  assert.ok(made.length > ROUNDS);
  for (const id of made) {
    assert.equal((await cluster.done(nodeAt(1), "GET", `/v1/keys/${id}`)).id, id);
  }
});
