import assert from "node:assert/strict";
import { test } from "node:test";
import type { At } from "@keyward/core/limit/counter";
import { instant } from "@keyward/core/time";
import { LeasedLimiter } from "@keyward/sdk/limiter/leased-limiter";
import { LIMITER_START, limitedKey, limiterContract } from "@keyward/sdk/limiter/limiter.contract";
import type { LimitedKey } from "@keyward/sdk/limiter/limiter";
import { LocalLimiter } from "@keyward/sdk/limiter/local-limiter";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { systemRandom } from "../runtime/random.ts";
import { Leases } from "./leases.ts";

/** A clock whose timers run as it passes. */
class TestClock {
  #us = 0;
  readonly #due: { readonly atUs: number; readonly run: () => void }[] = [];

  readonly now = (): At => ({
    monotonicUs: this.#us,
    now: instant(LIMITER_START + Math.floor(this.#us / 1_000)),
  });

  readonly timers = {
    schedule: (delayMs: number, run: () => void) => {
      const timer = { atUs: this.#us + delayMs * 1_000, run };
      this.#due.push(timer);
      return () => {
        const index = this.#due.indexOf(timer);
        if (index !== -1) this.#due.splice(index, 1);
      };
    },
  };

  pass(seconds: number): void {
    this.#us += Math.round(seconds * 1_000_000);
    for (const timer of this.#due.splice(0)) {
      if (timer.atUs <= this.#us) timer.run();
      else this.#due.push(timer);
    }
  }
}

/** An authority, and verifiers that borrow of it. Keys are known to it as soon as somebody charges one. */
function open() {
  const clock = new TestClock();
  const keys = new Map<string, LimitedKey>();
  const told: unknown[] = [];
  const state = { isCutOff: false, calls: 0 };
  const local = new LocalLimiter({
    store: new MemoryUnitStore(),
    now: clock.now,
    onStore: (error) => told.push(error),
  });
  const leases = new Leases({
    lender: local.lender,
    random: systemRandom,
    now: clock.now,
    limitsOf: ({ keyId }) => keys.get(keyId),
  });
  let made = 0;
  const verifier = () => {
    const name = `verifier-${++made}-of-this-test`;
    const limiter = new LeasedLimiter({
      source: {
        lend: async (request) => {
          state.calls++;
          if (state.isCutOff) throw new Error("no way to the authority");
          return leases.lend(request);
        },
      },
      verifier: name,
      timers: clock.timers,
      now: clock.now,
      onSource: (error) => told.push(error),
    });
    const charge = async (key: LimitedKey, cost = 1) => {
      keys.set(key.keyId, key);
      const network = undefined;
      const at = clock.now();
      return limiter.charge({ key, cost, network, at, hold: false, dryRun: false });
    };
    return { limiter, charge };
  };
  return { clock, keys, told, state, verifier };
}

limiterContract("borrowed", () => {
  const { clock, keys, verifier } = open();
  const { limiter } = verifier();
  return {
    limiter: {
      chargeNow: (demand) => limiter.chargeNow(demand),
      charge: (demand) => {
        keys.set(demand.key.keyId, demand.key);
        return limiter.charge(demand);
      },
    },
    now: clock.now,
    pass: (seconds) => clock.pass(seconds),
    lateSeconds: 0.26,
  };
});

test("K5: of any kind, several verifiers together admit no more than one would", async () => {
  for (const limit of [
    { name: "c", kind: "credits", limit: 50 },
    { name: "q", kind: "quota", limit: 50, period: "month" },
    { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 50 },
    { name: "w", kind: "window", limit: 50, window_seconds: 3_600 },
    { name: "s", kind: "concurrency", limit: 50, lease_seconds: 3_600 },
  ]) {
    const { verifier } = open();
    const verifiers = Array.from({ length: 4 }, verifier);
    const key = limitedKey([limit]);
    const codes = await Promise.all(
      verifiers.flatMap(({ charge }) =>
        Array.from({ length: 40 }, async () => (await charge(key)).refusal?.code ?? "allowed"),
      ),
    );
    assert.equal(codes.filter((code) => code === "allowed").length, 50, limit.kind);
  }
});

test("with something in hand nobody is asked, and a refusal is believed until it would pass", async () => {
  const { clock, state, verifier } = open();
  const { limiter, charge } = verifier();
  const key = limitedKey([{ name: "r", kind: "rate", rate: 100, burst: 100 }]);
  for (let count = 0; count < 2_000; count++) {
    await charge(key);
    clock.pass(0.012);
  }
  assert.ok(state.calls < 700, `${state.calls} questions for 2000 requests`);
  const demand = { key, cost: 1, network: undefined, hold: false, dryRun: false };
  assert.ok(limiter.chargeNow({ ...demand, at: clock.now() }) !== undefined);
  while ((await charge(key)).refusal === undefined);
  const asked = state.calls;
  for (let count = 0; count < 100; count++) {
    assert.equal((await charge(key)).refusal?.code, "rate_limited");
  }
  assert.equal(state.calls, asked);
});

test("units that were not used come back when their lease ends, and when a verifier stops; of one that is killed they are lost", async () => {
  const { clock, verifier } = open();
  const key = limitedKey([{ name: "c", kind: "credits", limit: 1_000 }]);
  const spend = async (count: number) => {
    const one = verifier();
    for (let spent = 0; spent < count; spent++) {
      assert.equal((await one.charge(key)).refusal, undefined);
      clock.pass(0.001);
    }
    return one;
  };
  const stopped = await spend(100);
  await stopped.limiter.close(clock.now());
  await spend(100);
  clock.pass(0.3);
  await new Promise(setImmediate);
  const third = verifier();
  const { report } = await third.charge(key, 0);
  assert.equal(report.states[0]?.remaining, 800);
});

test("K3, F25: cut off, a verifier counts by its share, spends only what is in hand of credits, and says so once", async () => {
  const { clock, told, state, verifier } = open();
  const [one, other] = [verifier(), verifier()];
  const rate = limitedKey([{ name: "r", kind: "rate", rate: 10, per_seconds: 3_600, burst: 20 }]);
  const credits = limitedKey([{ name: "c", kind: "credits", limit: 20 }]);
  for (const { charge } of [one, other]) {
    await charge(rate);
    await charge(credits);
  }
  await one.charge(rate);
  state.isCutOff = true;
  clock.pass(0.3);
  let admitted = 0;
  for (let count = 0; count < 30; count++) {
    const { refusal, report } = await one.charge(rate);
    assert.equal(report.degraded, true);
    if (refusal === undefined) admitted++;
  }
  // Two borrow, so each is left half of the burst.
  assert.equal(admitted, 10);
  const refused = await one.charge(credits);
  assert.deepEqual(refused.refusal, { code: "credits_exhausted", status: 402 });
  assert.deepEqual([refused.report.degraded, refused.report.retryAfterSeconds], [true, 1]);
  assert.equal(told.length, 1);
  assert.match(String(told[0]), /no way to the authority/);
  state.isCutOff = false;
  clock.pass(1);
  const { refusal, report } = await one.charge(credits);
  assert.deepEqual([refusal, report.degraded], [undefined, false]);
  assert.deepEqual(told.length, 2);
  assert.equal(told[1], undefined);
});
