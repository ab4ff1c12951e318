// What clients were told, while they wrote at every node: to be compared with what there is afterwards.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../edge/running-edge.ts";
import type { Cluster, Node } from "./cluster.ts";

interface Made {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  revoked: "no" | "acknowledged" | "unknown";
}

/** How long a client waits between two writes. */
const BETWEEN_MS = 20;

export class History {
  readonly #cluster: Cluster;
  readonly #betweenMs: number;
  /** Of the names that this one gives. */
  readonly #prefix = `history-${crypto.randomUUID().slice(0, 8)}`;
  readonly #made: Made[] = [];
  /** Of creations that were not acknowledged: they may have happened, or not. */
  readonly #unknown: string[] = [];
  readonly #clients: Promise<void>[] = [];
  #isOver = false;
  #nameCount = 0;
  acknowledgedCount = 0;
  /** Answers that said nothing of what was asked. */
  failedCount = 0;

  constructor(cluster: Cluster, betweenMs = BETWEEN_MS) {
    this.#cluster = cluster;
    this.#betweenMs = betweenMs;
  }

  start(): void {
    for (const node of this.#cluster.nodes) this.#clients.push(this.#client(node));
  }

  /** Waits until so many more writes have been acknowledged. */
  async wroteSince(count: number): Promise<void> {
    const wanted = this.acknowledgedCount + count;
    await until(async () => this.acknowledgedCount >= wanted, "writes are acknowledged again");
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  /** I1, I2 and I3 at every node; and nothing is there that nobody asked for. */
  async check(): Promise<void> {
    const names = new Set([...this.#made.map(({ name }) => name), ...this.#unknown]);
    for (const node of this.#cluster.nodes) {
      for (const key of this.#made) {
        const verdict = await this.#settled(node, key);
        if (key.revoked === "no") assert.equal(verdict, "allowed", `${key.id} was acknowledged`);
        if (key.revoked === "acknowledged")
          assert.equal(verdict, "revoked", `${key.id} was revoked`);
      }
      const listed = await this.#listed(node);
      assert.deepEqual(
        [...listed].filter((name) => !names.has(name)),
        [],
      );
      for (const { name } of this.#made) assert.ok(listed.has(name), `${name} is listed`);
    }
  }

  /** What another node has committed comes within a second. */
  async #settled(node: Node, { secret, revoked }: Made): Promise<string> {
    const wanted = revoked === "acknowledged" ? "revoked" : "allowed";
    let verdict = "";
    const isSettled = async () => {
      verdict = await this.#cluster.verdictOf(node, secret);
      return verdict === wanted || (revoked === "unknown" && verdict === "revoked");
    };
    await until(isSettled, `the key is ${wanted}`).catch(() => {});
    return verdict;
  }

  async #listed(node: Node): Promise<ReadonlySet<string>> {
    const names = new Set<string>();
    let cursor: string | null = null;
    do {
      const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page = await this.#cluster.done(
        node,
        "GET",
        `/v1/keys?api=acme&limit=100&q=${this.#prefix}${more}`,
      );
      for (const each of page.data) names.add(each.name);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return names;
  }

  async #client(node: Node): Promise<void> {
    while (!this.#isOver) {
      await this.#create(node);
      const last = this.#made.at(-1);
      if (last !== undefined && this.#made.length % 3 === 0) await this.#revoke(node, last);
      await delay(this.#betweenMs);
    }
  }

  async #create(node: Node): Promise<void> {
    const name = `${this.#prefix}-${++this.#nameCount}`;
    const body = { api: "acme", name, owner: "history" };
    const answer = await this.#cluster.call(node, "POST", "/v1/keys", body).catch(() => undefined);
    if (answer?.status === 201) {
      const { id, secret } = answer.body;
      this.#made.push({ id, name, secret, revoked: "no" });
      this.acknowledgedCount += 1;
      return;
    }
    this.failedCount += 1;
    this.#unknown.push(name);
    assert.ok(answer === undefined || answer.status === 503, JSON.stringify(answer?.body));
  }

  async #revoke(node: Node, key: Made): Promise<void> {
    if (key.revoked !== "no") return;
    key.revoked = "unknown";
    const answer = await this.#cluster
      .call(node, "POST", `/v1/keys/${key.id}/revoke`, {})
      .catch(() => undefined);
    if (answer?.status === 200) {
      key.revoked = "acknowledged";
      this.acknowledgedCount += 1;
      return;
    }
    this.failedCount += 1;
    assert.ok(answer === undefined || answer.status === 503, JSON.stringify(answer?.body));
  }
}
