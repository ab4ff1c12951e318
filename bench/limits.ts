// What counting costs: three limits in one process, limits that eight verifiers share, and what a refused client gets later.
import type { At } from "@keyward/core/limit/counter";
import { LEASE_US } from "@keyward/core/limit/counter";
import type { LeaseSource } from "@keyward/sdk/limiter/lease-source";
import { LeasedLimiter } from "@keyward/sdk/limiter/leased-limiter";
import { limitedKey } from "@keyward/sdk/limiter/limiter.contract";
import type { Demand, LimitedKey } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import { MemoryUnitStore, ProcessUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { Leases } from "../packages/server/src/leases/leases.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";
import { NOW } from "./population.ts";
import type { Row, Suite } from "./suite.ts";

const CHARGES = 500_000;
const KEYS = 1_000;
const ROUNDS = 5;
const US = 1_000_000;

export const suite: Suite = {
  async run() {
    return [await local(), ...(await leased()), await recovery()];
  },
};

const ENDLESS = { limit: 1_000_000_000 };
const THREE = [
  { name: "burst", kind: "rate", rate: 1_000_000 },
  { name: "minute", kind: "window", window_seconds: 60, ...ENDLESS },
  { name: "monthly", kind: "quota", period: "month", ...ENDLESS },
];

function demandOf(key: LimitedKey, at: At): Demand {
  return { key, cost: 1, network: undefined, at, hold: false, dryRun: false };
}

/** Nanoseconds that three limits add to a verification, beside the same three of rate-limiter-flexible in memory. */
async function local(): Promise<Row> {
  const keys = Array.from({ length: KEYS }, () => limitedKey(THREE));
  const now = () => ({ monotonicUs: Math.floor(performance.now() * 1_000), now: NOW });
  const limiter = new LocalLimiter({ store: new ProcessUnitStore(), now, onStore: () => {} });
  const ours = () => {
    for (let count = 0; count < CHARGES; count++) {
      const key = keys[(count * 7) % KEYS];
      if (key !== undefined) limiter.chargeNow(demandOf(key, now()));
    }
    return Promise.resolve();
  };
  const seconds = [1, 60, 86_400];
  const others = seconds.map((duration) => {
    return new RateLimiterMemory({ points: 1_000_000_000, duration, keyPrefix: `${duration}` });
  });
  const theirs = async () => {
    for (let count = 0; count < CHARGES / 10; count++) {
      const key = keys[(count * 7) % KEYS]?.keyId ?? "";
      for (const other of others) await other.consume(key, 1);
    }
  };
  // By the processor's own account, because nothing here waits, and others may be busy.
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    values.push((await busyMicroseconds(ours)) / CHARGES);
    baselines.push((await busyMicroseconds(theirs)) / (CHARGES / 10));
  }
  const [value, baseline] = [Math.min(...values) * 1e3, Math.min(...baselines) * 1e3];
  return { name: "limits.local", value, unit: "ns", baseline, ratio: value / baseline };
}

async function busyMicroseconds(run: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  return process.cpuUsage(before).user;
}

const VERIFIERS = 8;
const RATE = 1_000;
/** Six tenths of all requests come to one of them. */
const SKEW = 0.6;

/** A clock that the bench moves, so that the figures are the same on every machine. */
class VirtualClock {
  us = 0;
  readonly now = (): At => ({ monotonicUs: this.us, now: NOW });
}

function authority(clock: VirtualClock, key: LimitedKey) {
  const { now } = clock;
  const limiter = new LocalLimiter({ store: new MemoryUnitStore(), now, onStore: () => {} });
  const { lender } = limiter;
  return new Leases({ lender, random: systemRandom, now, limitsOf: () => key });
}

interface Driven {
  readonly callsPerRequest: number;
  readonly refusedShare: number;
  /** Of all intervals the fullest, as a share of burst + rate × (τ + the life of a lease). */
  readonly worstShare: number;
}

/** At nine tenths of the limit, what sharing costs; at twenty times of it, what gets through. */
async function leased(): Promise<readonly Row[]> {
  const { callsPerRequest, refusedShare } = await drive(0.9 * RATE, 30);
  const { worstShare } = await drive(20 * RATE, 5);
  const bare = { baseline: null, ratio: null };
  return [
    { name: "limits.leased.calls", value: callsPerRequest, unit: "a request", ...bare },
    { name: "limits.leased.refused", value: refusedShare * 100, unit: "%", ...bare },
    { name: "limits.leased.worst", value: worstShare * 100, unit: "% of bound", ...bare },
  ];
}

async function drive(perSecond: number, seconds: number): Promise<Driven> {
  const clock = new VirtualClock();
  const key = limitedKey([{ name: "r", kind: "rate", rate: RATE, burst: RATE }]);
  const leases = authority(clock, key);
  let calls = 0;
  const limiters = Array.from({ length: VERIFIERS }, (_, index) => {
    const lend: LeaseSource["lend"] = (request) => {
      calls++;
      return leases.lend(request);
    };
    const timers = { schedule: () => () => {} };
    const verifier = `verifier-${index}-of-bench`;
    return new LeasedLimiter({
      source: { lend },
      verifier,
      timers,
      now: clock.now,
      onSource: () => {},
    });
  });
  const requests = perSecond * seconds;
  let refused = 0;
  let level = 0;
  let worst = 0;
  for (let count = 0; count < requests; count++) {
    const atUs = Math.floor((count * US) / perSecond);
    level = Math.max(0, level - ((atUs - clock.us) * RATE) / US);
    clock.us = atUs;
    const isSkewed = (count * 0.618_034) % 1 < SKEW;
    const limiter = limiters[isSkewed ? 0 : 1 + (count % (VERIFIERS - 1))];
    const answer = await limiter?.charge(demandOf(key, clock.now()));
    if (answer?.refusal === undefined) level++;
    else refused++;
    worst = Math.max(worst, level);
  }
  const worstShare = worst / (RATE + (RATE * LEASE_US) / US);
  return { callsPerRequest: calls / requests, refusedShare: refused / requests, worstShare };
}

/** How many of those who were refused, and came back when `Retry-After` said so, got through at once. */
async function recovery(): Promise<Row> {
  const kinds = [
    { name: "l", kind: "rate", rate: 3, per_seconds: 7, burst: 5 },
    { name: "l", kind: "window", limit: 5, window_seconds: 11 },
  ];
  let refused = 0;
  let passed = 0;
  for (const kind of kinds) {
    const clock = new VirtualClock();
    const key = limitedKey([kind]);
    const { now } = clock;
    const limiter = new LocalLimiter({ store: new MemoryUnitStore(), now, onStore: () => {} });
    for (let count = 0; count < 2_000; count++) {
      clock.us += (count * 7_919) % 900_000;
      const { refusal, report } = await limiter.charge(demandOf(key, now()));
      if (refusal === undefined || report.retryAfterSeconds === undefined) continue;
      refused++;
      clock.us += report.retryAfterSeconds * US;
      const again = await limiter.charge(demandOf(key, now()));
      if (again.refusal === undefined) passed++;
    }
  }
  const value = (passed / refused) * 100;
  return { name: "token.recovery", value, unit: "%", baseline: null, ratio: null };
}
