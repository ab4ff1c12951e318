import assert from "node:assert/strict";
import { test } from "node:test";
import type { At } from "@keyward/core/limit/counter";
import type { UnitStore } from "@keyward/core/limit/unit-store";
import { instant } from "@keyward/core/time";
import { lenderContract } from "./lender.contract.ts";
import { LIMITER_START, limitedKey, limiterContract } from "./limiter.contract.ts";
import type { LimitedKey } from "./limiter.ts";
import { LocalLimiter } from "./local-limiter.ts";
import { MemoryUnitStore } from "./memory-unit-store.ts";

class TestClock {
  #us = 0;

  now(): At {
    return {
      monotonicUs: this.#us,
      now: instant(LIMITER_START + Math.floor(this.#us / 1_000)),
    };
  }

  pass(seconds: number): void {
    this.#us += Math.round(seconds * 1_000_000);
  }
}

function open(store: UnitStore = new MemoryUnitStore()) {
  const clock = new TestClock();
  const told: unknown[] = [];
  const limiter = new LocalLimiter({
    store,
    now: () => clock.now(),
    onStore: (error) => told.push(error),
  });
  const charge = async (key: LimitedKey, cost = 1) =>
    await limiter.charge({
      key,
      cost,
      network: undefined,
      at: clock.now(),
      hold: false,
      dryRun: false,
    });
  return { limiter, clock, told, charge };
}

limiterContract("in memory", () => {
  const { limiter, clock } = open();
  return { limiter, now: () => clock.now(), pass: (seconds) => clock.pass(seconds) };
});

lenderContract("in memory", () => {
  const { limiter, clock } = open();
  return { lender: limiter.lender, pass: (seconds) => clock.pass(seconds) };
});

/** Grants as a store of units does, and notes what it was asked for. */
class NotingStore extends MemoryUnitStore {
  isBroken = false;
  readonly wanted: number[] = [];

  override async take(demands: Parameters<UnitStore["take"]>[0]) {
    if (this.isBroken) throw new Error("no answer");
    this.wanted.push(...demands.map(({ wanted }) => wanted));
    return super.take(demands);
  }
}

test("units are taken ahead, and ever fewer as the end comes near", async () => {
  const store = new NotingStore();
  const { charge } = open(store);
  const key = limitedKey([{ name: "c", kind: "credits", limit: 1_600 }]);
  for (let count = 0; count < 1_600; count++) {
    assert.equal((await charge(key)).refusal, undefined, `charge ${count}`);
  }
  assert.equal((await charge(key)).refusal?.code, "credits_exhausted");
  assert.equal(store.wanted[0], 100);
  assert.ok(store.wanted.length < 150, `${store.wanted.length} questions`);
  assert.ok(store.wanted.includes(1));
});

test("K5: whoever dies with units in hand has given none away, and loses a sixteenth of what was left at most", async () => {
  const store = new MemoryUnitStore();
  const key = limitedKey([{ name: "c", kind: "credits", limit: 1_000 }]);
  let spent = 0;
  let leastLost = 0;
  for (let life = 0; life < 10; life++) {
    const { charge } = open(store);
    for (let count = 0; count < 37; count++) {
      if ((await charge(key)).refusal === undefined) spent++;
    }
    // No close: killed.
    leastLost += 62;
  }
  const { charge } = open(store);
  for (let count = 0; count < 1_000; count++) {
    if ((await charge(key)).refusal === undefined) spent++;
  }
  assert.ok(spent <= 1_000, `${spent} of 1000`);
  assert.ok(spent >= 1_000 - leastLost, `${spent} of 1000`);
});

test("stopped in order, and after a minute unused, units go back to where they came from", async () => {
  const store = new MemoryUnitStore();
  const key = limitedKey([{ name: "c", kind: "credits", limit: 1_000 }]);
  const first = open(store);
  for (let count = 0; count < 10; count++) await first.charge(key);
  await first.limiter.close(first.clock.now());
  const second = open(store);
  for (let count = 0; count < 10; count++) await second.charge(key);
  second.clock.pass(61);
  second.limiter.sweep(second.clock.now());
  await second.limiter.close(second.clock.now());
  assert.equal(second.limiter.accountCount, 0);
  const third = open(store);
  let spent = 0;
  for (let count = 0; count < 1_000; count++) {
    if ((await third.charge(key)).refusal === undefined) spent++;
  }
  assert.equal(spent, 980);
});

test("K3: while the store does not answer, each limit means what it says, and it is told once that it went and came", async () => {
  const store = new NotingStore();
  store.isBroken = true;
  const { charge, clock, told } = open(store);
  const keyWith = (whenUnavailable: string) =>
    limitedKey([
      { name: "c", kind: "credits", limit: 100, when_unavailable: whenUnavailable },
      { name: "r", kind: "rate", rate: 1, burst: 100 },
    ]);
  const local = keyWith("local");
  for (const key of [local, keyWith("deny")]) {
    const { refusal, report } = await charge(key);
    assert.equal(refusal?.code, "credits_exhausted");
    assert.deepEqual([report.degraded, report.retryAfterSeconds], [true, 1]);
    assert.equal(report.states.at(-1)?.remaining, 100, "nothing else is charged");
  }
  const { refusal, report } = await charge(keyWith("allow"));
  assert.deepEqual([refusal, report.degraded], [undefined, true]);
  assert.equal(report.states.at(-1)?.remaining, 99);
  store.isBroken = false;
  clock.pass(1);
  assert.equal((await charge(local)).refusal, undefined);
  assert.equal(told.length, 2);
  assert.match(String(told[0]), /no answer/);
  assert.equal(told[1], undefined);
});

test("counters that a new one would not differ from are forgotten", async () => {
  const { limiter, clock, charge } = open();
  for (let count = 0; count < 100; count++) {
    await charge(limitedKey([{ name: "r", kind: "rate", rate: 1, burst: 2 }]));
  }
  assert.equal(limiter.accountCount, 100);
  limiter.sweep(clock.now());
  assert.equal(limiter.accountCount, 100);
  limiter.sweep(clock.now());
  clock.pass(2);
  limiter.sweep(clock.now());
  limiter.sweep(clock.now());
  assert.equal(limiter.accountCount, 0);
});
