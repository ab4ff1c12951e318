// Verifiers in simulated processes, a bad network between them and the authority, and what happens to all of them.
import type { KeyState } from "@keyward/core/model/key-state";
import { Keyward } from "@keyward/sdk";
import type { FreshnessMode, LocalVerdict } from "@keyward/sdk";
import type { Clock } from "@keyward/sdk/runtime/clock";
import { SimulatedAuthority } from "./authority.ts";
import type { SimulatedKey, SimulatedSubject } from "./authority.ts";
import {
  DECISION_CHECKERS,
  acknowledgedWritesVisible,
  boundedMemory,
  feedWithoutGap,
  noAcceptOfInvented,
} from "./checkers.ts";
import type { Asked, CheckedVerifier } from "./checkers.ts";
import { GOOD_CONDITIONS, Link } from "./network.ts";
import { Prng } from "./prng.ts";
import { Scheduler, SimulatedProcess } from "./scheduler.ts";
import { Traffic } from "./traffic.ts";

const FAULTS_UNTIL_MS = 20_000;
const HEALED_AFTER_MS = 12_000;
const MODES: readonly FreshnessMode[] = ["strict", "strict", "strict", "bounded", "available"];
const FLOOD_KEYS = 1_000;
/** So many may ask or wait to ask (spec/feed.md §8: 32 at once); the others are refused at once. */
const LOOKUPS_WAITING = 32 + 256;
const MISSES_AT_ONCE = 20;
const RACING_KEYS = 8;

/** One simulated verifier, and what the checkers need to know of it. */
export interface Node extends CheckedVerifier {
  readonly process: SimulatedProcess;
  readonly link: Link;
}

/** A part that does not do what it should, in the place of one that does. */
export interface Sabotage {
  readonly clock?: (clock: Clock) => Clock;
  readonly fetch?: (carry: typeof fetch) => typeof fetch;
}

/** Twenty seconds of faults and changes, and then a while in which everything has to come right again. */
export class Simulation {
  readonly scheduler = new Scheduler();
  readonly random: Prng;
  readonly authority: SimulatedAuthority;
  readonly nodes: readonly Node[];
  /** Wall clocks go back or monotonic clocks stop, but not both: together nobody could tell. */
  readonly stopsMonotonic: boolean;
  readonly outcomes = new Map<string, number>();
  readonly #violations: Error[] = [];
  #isOver = false;

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.random = new Prng(seed);
    this.authority = new SimulatedAuthority(this.scheduler, this.random.fork());
    this.stopsMonotonic = this.random.chance(0.5);
    const owner = this.authority.createOwner();
    for (let count = 0; count < 4; count++) {
      this.authority.createKey(owner);
      this.authority.createKey(owner, this.authority.subjects[1]);
    }
    const [subject] = this.authority.subjects;
    this.nodes = [
      this.#node("a", subject, sabotage),
      this.#node("b", this.random.pick(this.authority.subjects), sabotage),
    ];
    this.#repeat(50, 600, () => this.#mutate());
    this.#repeat(300, 2_500, () => this.#break());
    for (const node of this.nodes) {
      this.#repeat(10, 250, () => {
        if (!node.process.isPaused) this.#verify(node);
      });
    }
    // Most of the time goes into it, so most seeds do without.
    if (this.random.chance(0.05)) this.#repeat(5_000, 12_000, () => this.#flood());
  }

  #node(name: string, subject: SimulatedSubject, sabotage: Sabotage): Node {
    const { scheduler, authority } = this;
    const random = this.random.fork();
    const process = new SimulatedProcess(scheduler, 0.9995 + random.next() / 1_000);
    const link = new Link({ scheduler, random, process, server: authority });
    const traffic = new Traffic(sabotage.fetch?.(link.fetch) ?? link.fetch);
    const mode = random.pick(MODES);
    const maxStalenessMs = random.pick([1_000, 2_000, 5_000]);
    const keysMax = random.chance(0.5) ? random.pick([1, 3]) : undefined;
    const keyward = new Keyward({
      url: "https://keyward.test",
      token: subject.token,
      api: subject.prefix,
      environment: "live",
      freshness: mode,
      maxStalenessMs,
      keysMax,
      graceMs: 3_000,
      fetch: traffic.fetch,
      clock: sabotage.clock?.(process.clock) ?? process.clock,
      timers: process.timers,
      random: () => random.next(),
    });
    return {
      name,
      subject,
      mode,
      maxStalenessMs,
      keysMax,
      process,
      link,
      traffic,
      keyward,
      refusedForGood: new Set(),
      asking: 0,
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
    const subject = random.chance(0.7) ? authority.subject : authority.subjects[1];
    const happen = random.pick<() => void>([
      () => authority.createKey(authority.createOwner(), subject),
      () => authority.createKey(authority.createOwner(), subject),
      () => authority.setState(key, "revoked"),
      () => authority.setState(key, "revoked"),
      () => authority.setState(key, random.pick(["disabled", "active"])),
      () => authority.contradictRevocation(key),
      () => this.#race(subject),
      () => authority.deleteKey(key),
      () => authority.changeElsewhere(),
      () => authority.trim(random.between(0, 20)),
    ]);
    happen();
  }

  /** Keys that some do not hold are presented everywhere, and change while these are asking for them (T21). */
  #race(subject: SimulatedSubject): void {
    const { authority, random, scheduler } = this;
    const keys = Array.from({ length: RACING_KEYS }, () =>
      authority.createKey(authority.createOwner(), subject),
    );
    // By then those who follow stand where the authority does.
    scheduler.schedule(3 * GOOD_CONDITIONS.latencyMsMax, () => {
      for (const key of keys) {
        for (const node of this.nodes) {
          if (!node.process.isPaused) this.#watch(this.#verifyKey(node, key));
        }
        const state = random.pick<KeyState>(["revoked", "disabled"]);
        scheduler.schedule(random.between(1, GOOD_CONDITIONS.latencyMsMax), () =>
          authority.setState(key, state),
        );
      }
    });
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

  /** A thousand invented keys at once, of one network or of many (F13). */
  #flood(): void {
    const { authority, random } = this;
    const node = random.pick(this.nodes);
    if (node.process.isPaused) return;
    const isOfOne = random.chance(0.5);
    const asking = node.asking;
    for (let count = 0; count < FLOOD_KEYS; count++) {
      const ip = isOfOne ? "198.51.100.7" : `10.7.${count >>> 8}.${count & 255}`;
      this.#watch(this.#ask(node, authority.invent(node.subject), ip));
    }
    // Whoever is refused at once has been by then.
    this.scheduler.schedule(1, () => {
      if (node.process.isPaused) return;
      this.#check(() => boundedMemory(node, asking + this.#floodMax(node, isOfOne)));
    });
  }

  /** Who holds a few keys cannot tell a good one that it must look up from an invented one, before it has been answered. */
  #floodMax({ keysMax }: Node, isOfOne: boolean): number {
    return isOfOne && keysMax === undefined ? MISSES_AT_ONCE : LOOKUPS_WAITING;
  }

  #watch(check: Promise<unknown>): void {
    check.catch((violation: Error) => this.#violations.push(violation));
  }

  #check(check: () => void): void {
    try {
      check();
    } catch (violation) {
      this.#violations.push(violation as Error);
    }
  }

  async #verifyInvented(node: Node): Promise<void> {
    const result = await this.#ask(node, this.authority.invent(node.subject), "192.0.2.7");
    noAcceptOfInvented(node, result);
  }

  async #verifyKey(node: Node, key: SimulatedKey): Promise<void> {
    const asked: Asked = {
      atMs: this.scheduler.nowMs,
      wasEffective: this.authority.isRevocationEffective(key),
      wasRefused: node.refusedForGood.has(key.id),
    };
    const result = await this.#ask(node, key.presented);
    if (result.outcome === "denied" && result.code === "revoked") node.refusedForGood.add(key.id);
    for (const check of DECISION_CHECKERS) check({ node, key, asked, result });
    feedWithoutGap(this.authority, node, key);
  }

  async #ask(node: Node, presented: string, ip?: string): Promise<LocalVerdict> {
    node.asking++;
    const needs = ip === undefined ? {} : { context: { ip } };
    const result = await node.keyward.verify(presented, needs);
    node.asking--;
    const name = `${node.mode} ${result.outcome}`;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    return result;
  }

  /** @throws whatever was violated first */
  async run(): Promise<void> {
    for (let untilMs = 1_000; untilMs <= FAULTS_UNTIL_MS; untilMs += 1_000) {
      await this.scheduler.runUntil(untilMs);
      for (const node of this.nodes) this.#check(() => boundedMemory(node, Infinity));
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
    for (const node of this.nodes) {
      acknowledgedWritesVisible(authority, node);
      boundedMemory(node, 0);
    }
    const closed = Promise.all(this.nodes.map(({ keyward }) => keyward.close()));
    await scheduler.runUntil(scheduler.nowMs + 5_000);
    await closed;
  }
}

/** Runs one seed; what is violated says how to see it again. */
export async function simulate(seed: number, sabotage: Sabotage = {}): Promise<Simulation> {
  try {
    const simulation = new Simulation(seed, sabotage);
    await simulation.run();
    return simulation;
  } catch (error) {
    const again = `SIMULATION_SEED=${seed} SIMULATION_SEEDS=1 npm test test/simulation/verifiers`;
    throw new Error(`seed ${seed}: ${String(error)}\nshown again by: ${again}`, { cause: error });
  }
}
