// Verifiers that share limits: floods, skew, crashes, partitions, pauses, lost and repeated messages, on clocks that drift.
import type { At } from "@keyward/core/limit/counter";
import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";
import { LeaseClock } from "@keyward/sdk/feed/lease-clock";
import { readClock } from "@keyward/sdk/feed/freshness";
import { LeasedLimiter } from "@keyward/sdk/limiter/leased-limiter";
import { limitedKey } from "@keyward/sdk/limiter/limiter.contract";
import type { LimitedKey } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { Leases } from "../../packages/server/src/leases/leases.ts";
import { Prng } from "./prng.ts";
import { Scheduler, SimulatedProcess } from "./scheduler.ts";

const FLOOD_MS = 6_000;
const HEALED_MS = 3_000;
const LEASE_TIMEOUT_MS = 1_000;

/** A use that was admitted, in true time. */
export interface Admitted {
  readonly atUs: number;
  readonly cost: number;
  /** When its slot was free again, if somebody said so. */
  endedUs: number;
}

interface Node {
  readonly process: SimulatedProcess;
  readonly weight: number;
  limiter: LeasedLimiter;
  now: () => At;
  isPartitioned: boolean;
}

export class LimitSimulation {
  readonly scheduler = new Scheduler();
  readonly random: Prng;
  readonly key: LimitedKey;
  readonly admitted: Admitted[] = [];
  /** Requests that were put while everything was still being broken. */
  asked = 0;
  /** Whether units may have been lost: with a process that was killed, or a message. */
  hasLost = false;
  readonly #authority: LocalLimiter;
  readonly #leases: Leases;
  readonly #nodes: Node[];
  readonly #floodCost: number;
  #made = 0;
  #isHealed = false;

  constructor(seed: number, limit: object, floodPerSecond: number) {
    this.random = new Prng(seed);
    this.key = limitedKey([{ ...limit, when_unavailable: "deny" }]);
    this.#floodCost = floodPerSecond / 1_000;
    const { scheduler } = this;
    const now = () => atOf(new SimulatedProcess(scheduler, 1));
    this.#authority = new LocalLimiter({ store: new MemoryUnitStore(), now, onStore: ignore });
    this.#leases = new Leases({
      lender: this.#authority.lender,
      random: { bytes: (count) => this.random.bytes(count) },
      now,
      limitsOf: () => this.key,
    });
    const count = this.random.between(1, 16);
    this.#nodes = Array.from({ length: count }, () => this.#node());
    this.#repeat(1, 12, () => this.#flood());
    this.#repeat(150, 900, () => this.#break());
  }

  /** Runs it to its end, and lets whatever is left be spent. */
  async run(): Promise<void> {
    await this.scheduler.runUntil(FLOOD_MS);
    this.#isHealed = true;
    for (const node of this.#nodes) {
      node.isPartitioned = false;
      node.process.resume(() => undefined);
    }
    for (let atMs = FLOOD_MS; atMs < FLOOD_MS + HEALED_MS; atMs += 50) {
      for (const node of this.#nodes) this.#use(node, 1);
      await this.scheduler.runUntil(atMs);
    }
  }

  #node(): Node {
    const process = new SimulatedProcess(this.scheduler, 0.9995 + this.random.next() / 1_000);
    // A few have nearly all of it.
    const weight = this.random.chance(0.3) ? 20 : 1;
    const node: Node = { process, weight, isPartitioned: false, ...this.#limiterOf(process) };
    return node;
  }

  #limiterOf(process: SimulatedProcess): Pick<Node, "limiter" | "now"> {
    const clock = new LeaseClock();
    const now = () => clock.at(readClock(process.clock));
    const verifier = `verifier-${++this.#made}-of-simulation`;
    const lend = (request: LeaseRequest) => this.#carry(process, request);
    const { timers } = process;
    const parts = { source: { lend }, verifier, timers, now, onSource: ignore };
    return { limiter: new LeasedLimiter(parts), now };
  }

  /** There and back, late, twice, or not at all. */
  #carry(process: SimulatedProcess, request: LeaseRequest): Promise<LeaseAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<LeaseAnswer>();
    const node = this.#nodes?.find((each) => each.process === process);
    const isLost = node?.isPartitioned === true || (!this.#isHealed && this.random.chance(0.02));
    const isAnswerLost = isLost && this.random.chance(0.5);
    process.timers.schedule(LEASE_TIMEOUT_MS, () => reject(new Error("no answer")));
    if (isLost) this.hasLost = true;
    if (isLost && !isAnswerLost) return promise;
    const arrive = async (answers: boolean) => {
      const answer = await this.#leases.lend(structuredClone(request));
      if (!answers || isAnswerLost) return;
      this.#later(() => process.deliver(() => resolve(answer)));
    };
    this.#later(() => void arrive(true));
    if (this.random.chance(0.05)) {
      this.hasLost = true;
      this.#later(() => void arrive(false));
    }
    return promise;
  }

  #later(run: () => void): void {
    const latencyMs = this.random.chance(0.05)
      ? this.random.between(20, 400)
      : this.random.next() * 5;
    this.scheduler.schedule(latencyMs, run);
  }

  #repeat(everyMsMin: number, everyMsMax: number, run: () => void): void {
    this.scheduler.schedule(this.random.between(everyMsMin, everyMsMax), () => {
      if (this.#isHealed) return;
      run();
      this.#repeat(everyMsMin, everyMsMax, run);
    });
  }

  #flood(): void {
    const chosen = this.random.pick(
      this.#nodes.flatMap((node) => Array.from({ length: node.weight }, () => node)),
    );
    const count = Math.ceil(this.#floodCost * 6 * this.random.next());
    for (let use = 0; use < count; use++) {
      this.asked++;
      this.#use(chosen, this.random.chance(0.1) ? this.random.between(2, 3) : 1);
    }
    // All at once, so that whatever each has in hand is spent together.
    if (this.random.chance(0.03)) for (const node of this.#nodes) this.#use(node, 1);
  }

  #use(node: Node, cost: number): void {
    if (node.process.isPaused) return;
    const { limiter, now } = node;
    const demand = { key: this.key, cost, network: undefined, hold: false, dryRun: false };
    const answer = limiter.charge({ ...demand, at: now() });
    if (answer instanceof Promise) void answer.then((later) => this.#take(node, cost, later));
    else this.#take(node, cost, answer);
  }

  #take(node: Node, cost: number, answer: Awaited<ReturnType<LeasedLimiter["charge"]>>): void {
    if (answer.refusal !== undefined) return;
    const use: Admitted = { atUs: this.scheduler.nowMs * 1_000, cost, endedUs: Infinity };
    this.admitted.push(use);
    const { charged } = answer;
    if (charged === undefined || this.random.chance(0.3)) return;
    this.scheduler.schedule(this.random.between(1, 900), () => {
      node.process.deliver(() => {
        use.endedUs = this.scheduler.nowMs * 1_000;
        charged.settle(cost, node.now());
      });
    });
  }

  #break(): void {
    const { random, scheduler } = this;
    const node = random.pick(this.#nodes);
    const forMs = random.between(50, 1_500);
    const happen = random.pick<() => void>([
      () => {
        node.isPartitioned = true;
        scheduler.schedule(forMs, () => {
          node.isPartitioned = false;
        });
      },
      () => {
        node.process.pause(random.chance(0.5));
        scheduler.schedule(forMs, () => node.process.resume(() => this.#use(node, 1)));
      },
      // Killed with what it has in hand.
      () => {
        this.hasLost = true;
        Object.assign(node, this.#limiterOf(node.process));
      },
      () => {
        void node.limiter.close(node.now());
        Object.assign(node, this.#limiterOf(node.process));
      },
    ]);
    happen();
  }
}

function atOf({ clock }: SimulatedProcess): At {
  return { monotonicUs: Math.floor(clock.monotonicMs() * 1_000), now: clock.now() };
}

function ignore(): void {
  // Nobody listens here.
}
