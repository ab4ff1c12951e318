// Verifiers in simulated processes, a bad network between them and the authority, and what must hold all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyward } from "@keyward/sdk";
import type { FreshnessMode, LocalVerdict } from "@keyward/sdk";
import type { Clock } from "@keyward/sdk/runtime/clock";
import { SimulatedAuthority } from "./authority.ts";
import type { SimulatedKey } from "./authority.ts";
import { GOOD_CONDITIONS, Link } from "./network.ts";
import { Prng } from "./prng.ts";
import { Scheduler, SimulatedProcess } from "./scheduler.ts";

const SEEDS = Number(process.env["SIMULATION_SEEDS"] ?? 200);
const FIRST_SEED = Number(process.env["SIMULATION_SEED"] ?? 1);
const FAULTS_UNTIL_MS = 20_000;
const HEALED_AFTER_MS = 12_000;
const MODES: readonly FreshnessMode[] = ["strict", "strict", "strict", "bounded", "available"];

interface Node {
  readonly name: string;
  readonly mode: FreshnessMode;
  readonly maxStalenessMs: number;
  readonly process: SimulatedProcess;
  readonly link: Link;
  readonly keyward: Keyward;
  readonly refusedForGood: Set<string>;
  partitionedSinceMs: number | undefined;
}

type Sabotage = "none" | "clocks stand still";

class Simulation {
  readonly scheduler = new Scheduler();
  readonly random: Prng;
  readonly authority: SimulatedAuthority;
  readonly nodes: readonly Node[];
  /** Wall clocks go back or monotonic clocks stop, but not both: together nobody could tell. */
  readonly stopsMonotonic: boolean;
  readonly #violations: Error[] = [];
  readonly outcomes = new Map<string, number>();
  #isOver = false;

  constructor(seed: number, sabotage: Sabotage) {
    this.random = new Prng(seed);
    this.authority = new SimulatedAuthority(this.scheduler, this.random.fork());
    this.stopsMonotonic = this.random.chance(0.5);
    const owner = this.authority.createOwner();
    for (let count = 0; count < 4; count++) this.authority.createKey(owner);
    this.nodes = ["a", "b"].map((name) => this.#node(name, sabotage));
    this.#repeat(50, 600, () => this.#mutate());
    this.#repeat(300, 2_500, () => this.#break());
    for (const node of this.nodes) {
      this.#repeat(10, 250, () => {
        if (!node.process.isPaused) this.#verify(node);
      });
    }
  }

  #node(name: string, sabotage: Sabotage): Node {
    const { scheduler, authority } = this;
    const random = this.random.fork();
    const process = new SimulatedProcess(scheduler, 0.9995 + random.next() / 1_000);
    const link = new Link({ scheduler, random, process, server: authority });
    const mode = random.pick(MODES);
    const maxStalenessMs = random.pick([1_000, 2_000, 5_000]);
    const keyward = new Keyward({
      url: "https://keyward.test",
      token: authority.token,
      api: "acme",
      environment: "live",
      freshness: mode,
      maxStalenessMs,
      graceMs: 3_000,
      fetch: link.fetch,
      clock: sabotage === "none" ? process.clock : standingStill(process.clock),
      timers: process.timers,
      random: () => random.next(),
    });
    const refusedForGood = new Set<string>();
    return {
      name,
      mode,
      maxStalenessMs,
      process,
      link,
      keyward,
      refusedForGood,
      partitionedSinceMs: undefined,
    };
  }

  #repeat(everyMsMin: number, everyMsMax: number, run: () => void): void {
    this.scheduler.schedule(this.random.between(everyMsMin, everyMsMax), () => {
      if (this.#isOver) return;
      run();
      this.#repeat(everyMsMin, everyMsMax, run);
    });
  }

  #mutate(): void {
    const { authority, random } = this;
    const key = random.pick(authority.keys);
    const happen = random.pick<() => void>([
      () => authority.createKey(authority.createOwner()),
      () => authority.createKey(authority.createOwner()),
      () => authority.setState(key, "revoked"),
      () => authority.setState(key, "revoked"),
      () => authority.setState(key, random.pick(["disabled", "active"])),
      () => authority.deleteKey(key),
      () => authority.changeElsewhere(),
      () => authority.trim(random.between(0, 20)),
    ]);
    happen();
  }

  #break(): void {
    const { authority, random } = this;
    const node = random.pick(this.nodes);
    const { conditions } = node.link;
    const forMs = random.between(100, 9_000);
    const fault = random.pick<() => void>([
      () => this.#partition(node, forMs),
      () => this.#partition(node, forMs),
      () => node.link.cut(),
      () => node.link.stall(),
      () => this.#pause(node, forMs),
      () => node.process.setWallClock(random.between(this.stopsMonotonic ? 0 : -60_000, 60_000)),
      () =>
        this.#for(
          forMs,
          () => Object.assign(conditions, { latencyMsMax: 3_000 }),
          () =>
            Object.assign(conditions, GOOD_CONDITIONS, { isPartitioned: conditions.isPartitioned }),
        ),
      () =>
        this.#for(
          forMs,
          () => Object.assign(conditions, { lossProbability: 0.3, duplicateProbability: 0.3 }),
          () => Object.assign(conditions, { lossProbability: 0, duplicateProbability: 0 }),
        ),
      () =>
        this.#for(
          forMs,
          () => {
            conditions.isBuffering = true;
          },
          () => {
            conditions.isBuffering = false;
          },
        ),
      () =>
        this.#for(
          forMs,
          () => {
            authority.isDown = true;
            authority.restart(random.chance(0.5));
          },
          () => {
            authority.isDown = false;
          },
        ),
      () => authority.restart(random.chance(0.5)),
      () => {
        if (random.chance(0.4)) authority.restore();
      },
    ]);
    fault();
  }

  #for(forMs: number, begin: () => void, end: () => void): void {
    begin();
    this.scheduler.schedule(forMs, end);
  }

  #partition(node: Node, forMs: number): void {
    if (node.partitionedSinceMs !== undefined) return;
    node.partitionedSinceMs = this.scheduler.nowMs;
    node.link.conditions.isPartitioned = true;
    this.scheduler.schedule(forMs, () => this.#heal(node));
  }

  #heal(node: Node): void {
    node.partitionedSinceMs = undefined;
    node.link.conditions.isPartitioned = false;
  }

  #pause(node: Node, forMs: number): void {
    node.process.pause(this.stopsMonotonic);
    // What a process does first when it goes on is what the clocks alone have to get right (F08).
    this.scheduler.schedule(forMs, () => node.process.resume(() => this.#verify(node)));
  }

  #verify(node: Node): void {
    const { authority, random } = this;
    if (random.chance(0.1)) {
      this.#watch(this.#verifyInvented(node));
      return;
    }
    const key = random.chance(0.3) ? authority.keys.at(-1) : random.pick(authority.keys);
    if (key !== undefined) this.#watch(this.#verifyKey(node, key));
  }

  #watch(check: Promise<void>): void {
    check.catch((violation: Error) => this.#violations.push(violation));
  }

  async #verifyInvented(node: Node): Promise<void> {
    const context = { ip: "192.0.2.7" };
    const result = await node.keyward.verify(this.authority.invent(), { context });
    this.#tally(node, result);
    assert.notEqual(result.outcome, "allowed", "an invented key was allowed");
  }

  async #verifyKey(node: Node, key: SimulatedKey): Promise<void> {
    const startedMs = this.scheduler.nowMs;
    const wasEffective = this.authority.isRevocationEffective(key);
    const wasRefused = node.refusedForGood.has(key.id);
    const partitionedForMs = startedMs - (node.partitionedSinceMs ?? startedMs);
    const result = await node.keyward.verify(key.presented);
    this.#tally(node, result);
    const what = `${node.mode} verifier ${node.name}, asked at ${startedMs} ms: ${JSON.stringify(result)}`;
    if (result.outcome === "allowed") {
      assert.ok(!wasEffective, `K2: allowed after the revocation was effective. ${what}`);
      assert.ok(!wasRefused, `K2: allowed after it was revoked here. ${what}`);
      assert.ok(!result.stale || node.mode !== "strict", `stale, though strict. ${what}`);
      if (node.mode === "strict") {
        const isCutOff =
          partitionedForMs > node.maxStalenessMs * 1.001 && node.partitionedSinceMs !== undefined;
        assert.ok(!isCutOff, `K2: cut off for ${partitionedForMs} ms. ${what}`);
      }
    }
    if (result.outcome === "denied") {
      if (result.code === "revoked") node.refusedForGood.add(key.id);
      const wasGood = key.spoiltAtMs === undefined;
      assert.ok(!wasGood, `K3: a good key was denied. ${what}`);
    }
  }

  #tally(node: Node, { outcome }: LocalVerdict): void {
    const name = `${node.mode} ${outcome}`;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
  }

  /** @throws whatever was violated first */
  async run(): Promise<void> {
    for (let untilMs = 1_000; untilMs <= FAULTS_UNTIL_MS; untilMs += 1_000) {
      await this.scheduler.runUntil(untilMs);
      this.#assertUnviolated();
    }
    await this.#recover();
    this.#assertUnviolated();
  }

  #assertUnviolated(): void {
    const [violation] = this.#violations;
    if (violation !== undefined) throw violation;
  }

  /** Everything works again; after a while every verifier knows what the authority knows. */
  async #recover(): Promise<void> {
    const { authority, scheduler } = this;
    this.#isOver = true;
    authority.isDown = false;
    for (const node of this.nodes) {
      this.#heal(node);
      Object.assign(node.link.conditions, GOOD_CONDITIONS);
      node.process.resume(() => undefined);
    }
    await scheduler.runUntil(scheduler.nowMs + HEALED_AFTER_MS);
    for (const { keyward, name, mode } of this.nodes) {
      const { connected, trust, applied, epoch } = keyward.status();
      assert.deepEqual(
        { connected, trust, applied, epoch },
        { connected: true, trust: "fresh", applied: authority.rev, epoch: authority.epoch },
        `${mode} verifier ${name} did not recover`,
      );
      for (const key of authority.keys) {
        const state = authority.stateOf(key);
        const expected = state === "active" ? "allowed" : state;
        const verdict = keyward.verifyNow(key.presented);
        assert.equal(verdict?.code ?? "gone", expected, `${name} knows ${key.id} otherwise`);
      }
    }
    const closed = Promise.all(this.nodes.map(({ keyward }) => keyward.close()));
    await scheduler.runUntil(scheduler.nowMs + 5_000);
    await closed;
  }
}

function standingStill(clock: Clock): Clock {
  const now = clock.now();
  return { now: () => now, monotonicMs: () => 0 };
}

/** Runs one seed; throws with the seed in the message. */
async function simulate(seed: number, sabotage: Sabotage = "none"): Promise<Simulation> {
  try {
    const simulation = new Simulation(seed, sabotage);
    await simulation.run();
    return simulation;
  } catch (error) {
    const message = `SIMULATION_SEED=${seed} SIMULATION_SEEDS=1 shows it: ${String(error)}`;
    throw new Error(message, { cause: error });
  }
}

test("K2, K3, F08, F18: whatever the network, the clocks and the authority do, no verifier allows a key whose revocation is effective, none denies a good key, and all recover", async (t) => {
  const outcomes = new Map<string, number>();
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const simulation = await simulate(seed);
    for (const [name, count] of simulation.outcomes)
      outcomes.set(name, (outcomes.get(name) ?? 0) + count);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(outcomes)));
});

test("a verifier whose clocks stand still is caught: the simulation sees what it is there to see", async () => {
  let caught: unknown;
  for (let seed = 1; caught === undefined && seed <= 50; seed++) {
    await simulate(seed, "clocks stand still").catch((error: unknown) => {
      caught = error;
    });
  }
  assert.match(String(caught), /K2: (?:allowed after the revocation was effective|cut off)/);
});
