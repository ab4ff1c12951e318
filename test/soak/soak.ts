// Four nodes on one PostgreSQL and eight verifiers, under load, while chance breaks one thing after another. What was
// acknowledged and what was decided is written down, and judged when all is well again.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres-server.ts";
import type { PostgresServer } from "../../packages/server/src/storage/testing/postgres-server.ts";
import { until } from "../edge/running-edge.ts";
import { forbiddenAllows, monotonicNowMs } from "../feed/history.ts";
import type { Acknowledged, Decision } from "../feed/history.ts";
import { VerifierProcess } from "../feed/started-verifier.ts";
import type { MadeKey } from "../feed/started-verifier.ts";
import { Cluster } from "../nodes/cluster.ts";
import type { Answer, Node } from "../nodes/cluster.ts";
import { History } from "../nodes/history.ts";
import { Prng } from "../simulation/prng.ts";
import { FAULTS } from "./faults.ts";
import type { FaultName } from "./faults.ts";

const NODES = 4;
const VERIFIERS = 8;
const STALENESS_MS = 2_000;
const CREDITS = 2_000;
/** Writes of one client at each node, beside the revocations. */
const BETWEEN_WRITES_MS = 200;
const BETWEEN_CHARGES_MS = 25;
/** Several, because one that asks a frozen node waits for it. */
const REVOKERS = 6;
const REVOCATIONS_KEPT = 40;

export interface SoakReport {
  readonly seconds: number;
  readonly faults: Readonly<Record<FaultName, number>>;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly revocations: number;
  readonly decisions: number;
  /** Of {@link CREDITS}. */
  readonly spent: number;
}

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Told every few seconds how it goes. */
  readonly say: (line: string) => void;
}

/** @throws AssertionError with what must never happen */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  // With its durability: what it has acknowledged must survive its end.
  const server = await startPostgres();
  let run: SoakRun | undefined;
  try {
    const database = await server.createDatabase();
    const cluster = await Cluster.start(database, NODES);
    run = new SoakRun(options, { server, database, cluster });
    return await run.run();
  } finally {
    await run?.stop();
    await server.stop();
  }
}

export interface Soaked {
  readonly server: PostgresServer;
  readonly database: string;
  readonly cluster: Cluster;
}

interface Spot {
  verifier: VerifierProcess;
  readonly start: () => VerifierProcess;
}

class SoakRun {
  readonly #options: SoakOptions;
  readonly #soaked: Soaked;
  readonly #random: Prng;
  readonly #history: History;
  readonly #spots: Spot[] = [];
  readonly #processes: VerifierProcess[] = [];
  readonly #keys: MadeKey[] = [];
  readonly #revocations: Acknowledged[] = [];
  /** The last of them. */
  readonly #revoked: MadeKey[] = [];
  /** Of nodes, beside those that verifiers write down themselves. */
  readonly #decisions: Decision[] = [];
  readonly #faults = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0])) as Record<
    FaultName,
    number
  >;
  #spent = 0;
  #untilMs = 0;

  constructor(options: SoakOptions, soaked: Soaked) {
    this.#options = options;
    this.#soaked = soaked;
    this.#random = new Prng(options.seed);
    this.#history = new History(soaked.cluster, BETWEEN_WRITES_MS);
  }

  async run(): Promise<SoakReport> {
    const { seconds, say } = this.#options;
    const foreign = await this.#prepare();
    const paid = await this.#makePaidKey();
    this.#untilMs = monotonicNowMs() + seconds * 1_000;
    this.#history.start();
    await Promise.all([
      ...Array.from({ length: REVOKERS }, () => this.#revokeKeys()),
      this.#askNodes(foreign),
      ...this.#soaked.cluster.nodes.map((node) => this.#charge(node, paid)),
      this.#breakThings(),
      this.#tellEvery(10_000),
    ]);
    say("all faults are over; waiting until all is well");
    await this.#judge(paid);
    const { acknowledgedCount: acknowledged, failedCount: unanswered } = this.#history;
    return {
      seconds,
      faults: this.#faults,
      acknowledged,
      unanswered,
      revocations: this.#revocations.length,
      decisions: this.#allDecisions().length,
      spent: this.#spent,
    };
  }

  async stop(): Promise<void> {
    for (const verifier of this.#processes) verifier.signal("SIGKILL");
    for (const node of this.#soaked.cluster.nodes) node.signal("SIGCONT");
    await this.#soaked.cluster.stop();
  }

  get #isOver(): boolean {
    return monotonicNowMs() >= this.#untilMs;
  }

  #node(): Node {
    return this.#random.pick(this.#soaked.cluster.nodes);
  }

  /** Answers with a key of another workspace, of the same name in everything. */
  async #prepare(): Promise<MadeKey> {
    const { cluster } = this.#soaked;
    const [first] = cluster.nodes;
    assert.ok(first !== undefined);
    const api = { name: "Acme", prefix: "acme", audience: "https://acme.test" };
    const { id } = await cluster.done(first, "POST", "/v1/apis", api);
    const scopes = [`feed:${id}:live`];
    const body = { api: "keyward", name: "verifier", owner: "ops", scopes };
    const { secret: token } = await cluster.done(first, "POST", "/v1/keys", body);
    for (let number = 0; number < 4; number++) this.#keys.push(await this.#mustMake(first));
    for (let number = 0; number < VERIFIERS; number++) {
      const { url } = cluster.nodes[number % NODES] ?? first;
      const own = { url, token, api: "acme", environment: "live", maxStalenessMs: STALENESS_MS };
      const start = () => {
        const verifier = new VerifierProcess({ ...own, environment: "live" }, this.#keys);
        this.#processes.push(verifier);
        return verifier;
      };
      this.#spots.push({ start, verifier: start() });
    }
    for (const { verifier } of this.#spots) {
      const allows = () => verifier.decisions.at(-1)?.code === "allowed";
      await verifier.until(allows, "a verifier allows", 60_000);
    }
    return await this.#makeForeign(first);
  }

  async #mustMake(node: Node): Promise<MadeKey> {
    const body = { api: "acme", name: "k", owner: "o" };
    const { id, secret } = await this.#soaked.cluster.done(node, "POST", "/v1/keys", body);
    return { id, secret };
  }

  async #makeForeign(node: Node): Promise<MadeKey> {
    const { cluster } = this.#soaked;
    const workspace = { name: "Somebody else" };
    const { management_key } = await cluster.done(node, "POST", "/v1/workspaces", workspace);
    const authorization = `Bearer ${management_key.secret}`;
    const ask = async (path: string, body: object) =>
      (await cluster.call(node, "POST", path, body, { authorization })).body;
    await ask("/v1/apis", { name: "Acme", prefix: "acme", audience: "https://acme.test" });
    const { id, secret } = await ask("/v1/keys", { api: "acme", name: "k", owner: "o" });
    assert.ok(secret.startsWith("acme_"));
    return { id, secret };
  }

  async #makePaidKey(): Promise<MadeKey> {
    const { cluster } = this.#soaked;
    const limits = [{ name: "credits", kind: "credits", limit: CREDITS }];
    const body = { api: "acme", name: "paid", owner: "o", limits };
    return await cluster.done(this.#node(), "POST", "/v1/keys", body);
  }

  async #revokeKeys(): Promise<void> {
    while (!this.#isOver) {
      const body = { api: "acme", name: "k", owner: "o" };
      const made = await this.#answer(this.#node(), "/v1/keys", body);
      if (made?.status === 201) {
        const key = { id: made.body.id, secret: made.body.secret };
        this.#keys.push(key);
        for (const { verifier } of this.#spots) verifier.learn(key);
      }
      await delay(this.#random.between(50, 300));
      if (this.#keys.length > 3) await this.#revoke(this.#keys.splice(0, 1)[0]);
    }
  }

  async #revoke(key: MadeKey | undefined): Promise<void> {
    if (key === undefined) return;
    const query = this.#random.chance(0.5) ? "?wait=verifiers&timeout=1" : "";
    const answer = await this.#answer(this.#node(), `/v1/keys/${key.id}/revoke${query}`, {});
    if (answer?.status !== 200) return;
    const { effective_by } = answer.body as unknown as { readonly effective_by: string | null };
    this.#revocations.push({
      keyId: key.id,
      monotonicMs: monotonicNowMs(),
      wallMs: Date.now(),
      effectiveByMs: effective_by === null ? undefined : Date.parse(effective_by),
    });
    this.#revoked.push(key);
    this.#revoked.splice(0, this.#revoked.length - REVOCATIONS_KEPT);
  }

  /** Nodes are held to what verifiers are held to, and allow no key of another workspace. */
  async #askNodes(foreign: MadeKey): Promise<void> {
    while (!this.#isOver) {
      const key = this.#revoked.length === 0 ? foreign : this.#random.pick(this.#revoked);
      for (const { id: keyId, secret } of [key, foreign]) {
        const asked = { monotonicMs: monotonicNowMs(), wallMs: Date.now() };
        const answer = await this.#answer(this.#node(), "/v1/verify", { credential: secret });
        if (answer?.status !== 200) continue;
        this.#decisions.push({ keyId, code: answer.body.code, ...asked });
        if (keyId === foreign.id) assert.equal(answer.body.code, "unknown", "of another workspace");
      }
      await delay(20);
    }
  }

  async #charge(node: Node, { secret }: MadeKey): Promise<void> {
    while (!this.#isOver) {
      await this.#chargeOnce(node, secret);
      await delay(BETWEEN_CHARGES_MS);
    }
  }

  async #chargeOnce(node: Node, credential: string): Promise<string | undefined> {
    const answer = await this.#answer(node, "/v1/verify", { credential });
    if (answer?.status !== 200) return undefined;
    if (answer.body.code === "allowed") this.#spent += 1;
    return answer.body.code;
  }

  /** `undefined` where nobody answered. */
  #answer(node: Node, path: string, body: object): Promise<Answer | undefined> {
    return this.#soaked.cluster.call(node, "POST", path, body).catch(() => undefined);
  }

  async #breakThings(): Promise<void> {
    const names = Object.keys(FAULTS) as FaultName[];
    while (!this.#isOver) {
      await delay(this.#random.between(300, 1_500));
      const name = this.#random.pick(names);
      this.#faults[name] += 1;
      await FAULTS[name]({
        ...this.#soaked,
        node: this.#node(),
        spot: this.#random.pick(this.#spots),
        random: this.#random,
      });
    }
  }

  async #tellEvery(ms: number): Promise<void> {
    const { seconds, say } = this.#options;
    while (!this.#isOver) {
      await delay(Math.min(ms, Math.max(1, this.#untilMs - monotonicNowMs())));
      const left = Math.max(0, Math.round((this.#untilMs - monotonicNowMs()) / 1_000));
      const faults = Object.values(this.#faults).reduce((sum, count) => sum + count, 0);
      say(
        `${seconds - left} of ${seconds} s: ${faults} faults, ${this.#history.acknowledgedCount} writes, ${this.#revocations.length} revocations, ${this.#spent} credits`,
      );
    }
  }

  #allDecisions(): readonly Decision[] {
    return [...this.#decisions, ...this.#processes.flatMap(({ decisions }) => decisions)];
  }

  async #judge(paid: MadeKey): Promise<void> {
    const { cluster } = this.#soaked;
    for (const node of cluster.nodes) await until(() => node.isReady(), "every node is ready");
    await this.#history.wroteSince(20);
    await this.#history.stop();
    await this.#history.check();
    await this.#spendTheRest(paid);
    assert.ok(this.#spent <= CREDITS, `${this.#spent} of ${CREDITS} credits were spent (K5)`);
    const forbidden = forbiddenAllows(this.#allDecisions(), this.#revocations);
    assert.deepEqual(forbidden.slice(0, 3), [], "allowed after the revocation was effective (K2)");
    for (const { verifier } of this.#spots) {
      const knows = () => this.#revoked.slice(-4).every(({ id }) => saysRevoked(verifier, id));
      await verifier.until(knows, "every verifier knows the last revocations", 20_000);
    }
  }

  /** Until every node says that nothing is left. */
  async #spendTheRest({ secret }: MadeKey): Promise<void> {
    for (const node of this.#soaked.cluster.nodes) {
      let code: string | undefined = "allowed";
      while (code !== "credits_exhausted") code = await this.#chargeOnce(node, secret);
    }
  }
}

function saysRevoked(verifier: VerifierProcess, id: string): boolean {
  const last = verifier.decisions.findLast(({ keyId }) => keyId === id);
  return last === undefined || last.code === "revoked";
}
