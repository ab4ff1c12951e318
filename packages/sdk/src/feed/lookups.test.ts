import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { digestKey } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import { instant } from "@keyward/core/time";
import { makeId, makeOwner } from "../testing/verifier-fixture.ts";
import { AbsentDigests } from "./absent-digests.ts";
import { LOOKUPS_MAX } from "./lookup-gate.ts";
import { Lookups } from "./lookups.ts";
import type { EpochAnswer } from "./lookups.ts";
import { MissBudget } from "./miss-budget.ts";

const randomDigest = (): Digest => digestKey(randomBytes(16).toString("hex"));
const workspaceId = makeId("workspace");
const owner = makeOwner(workspaceId);
const NONE: EpochAnswer = { epoch: "e", rev: 1, changes: [] };
const FOUND: EpochAnswer = {
  ...NONE,
  changes: [{ workspaceId, rev: 1, change: { entity: "owner", id: owner.id, value: owner } }],
};

/** An authority whose answers the test gives one by one, and a clock that it moves. */
class Bench {
  nowMs = 0;
  readonly asked: {
    readonly digest: Digest;
    readonly answer: (answer: EpochAnswer) => void;
    readonly fail: () => void;
  }[] = [];
  readonly timers: { readonly atMs: number; run: () => void }[] = [];
  readonly lookups = new Lookups({
    isMissLikely: true,
    ask: (digest) =>
      new Promise((resolve, reject) => {
        this.asked.push({ digest, answer: resolve, fail: () => reject(new Error("gone")) });
      }),
    clock: { now: () => instant(this.nowMs), monotonicMs: () => this.nowMs },
    timers: {
      schedule: (delayMs, run) => {
        const timer = { atMs: this.nowMs + delayMs, run };
        this.timers.push(timer);
        return () => {
          timer.run = () => undefined;
        };
      },
    },
    random: Math.random,
  });

  find(digest: Digest = randomDigest(), network?: string) {
    return this.lookups.find(digest, network);
  }

  pass(milliseconds: number): void {
    this.nowMs += milliseconds;
    for (const { atMs, run } of this.timers) if (atMs <= this.nowMs) run();
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("F14: who asks for a digest while it is being looked up waits for the same answer", async () => {
  const bench = new Bench();
  const digest = randomDigest();
  const both = [bench.find(digest), bench.find(digest)];
  await turn();
  assert.equal(bench.asked.length, 1);
  bench.asked[0]?.answer(FOUND);
  for (const result of await Promise.all(both)) assert.equal(result.outcome, "answered");
  void bench.find(digest);
  await turn();
  assert.equal(bench.asked.length, 2, "the next one asks anew");
});

test("F14: no more than 32 look-ups run at once; those who wait come in as others leave, or give up after a second", async () => {
  const bench = new Bench();
  const running = Array.from({ length: LOOKUPS_MAX }, () => bench.find());
  const waiting = bench.find();
  const late = bench.find();
  await turn();
  assert.equal(bench.asked.length, 32);
  bench.asked[0]?.answer(FOUND);
  await turn();
  assert.equal(bench.asked.length, 33);
  bench.pass(1_000);
  assert.deepEqual(await late, { outcome: "unavailable", reason: "busy" });
  for (const { answer } of bench.asked) answer(FOUND);
  for (const result of await Promise.all([...running, waiting])) {
    assert.equal(result.outcome, "answered");
  }
});

test("T22: that there was no answer is not remembered: the next look-up asks again, and succeeds", async () => {
  const bench = new Bench();
  const digest = randomDigest();
  const failed = bench.find(digest);
  await turn();
  bench.asked[0]?.fail();
  assert.equal((await failed).outcome, "unavailable");
  assert.equal(bench.lookups.isAbsent(digest), false);
  const second = bench.find(digest);
  await turn();
  bench.asked[1]?.answer(FOUND);
  assert.equal((await second).outcome, "answered");
});

test("T22: in an outage one look-up at a time probes and the others do not wait; the first success ends that", async () => {
  const bench = new Bench();
  for (let count = 0; count < 5; count++) {
    const failing = bench.find();
    await turn();
    bench.asked.at(-1)?.fail();
    await failing;
  }
  const probe = bench.find();
  assert.deepEqual(await bench.find(), { outcome: "unavailable", reason: "busy" });
  await turn();
  bench.asked.at(-1)?.answer(FOUND);
  await probe;
  void bench.find();
  void bench.find();
  await turn();
  assert.equal(bench.asked.length, 8);
});

test("T23: that a key is absent is remembered for a second at most, and no longer once something was applied", () => {
  const bench = new Bench();
  const digest = randomDigest();
  bench.lookups.rememberAbsent(digest);
  bench.pass(999);
  assert.equal(bench.lookups.isAbsent(digest), true);
  assert.equal(bench.lookups.isAbsent(randomDigest()), false);
  bench.pass(1);
  assert.equal(bench.lookups.isAbsent(digest), false);
  bench.lookups.rememberAbsent(digest);
  bench.lookups.forgetAbsent();
  assert.equal(bench.lookups.isAbsent(digest), false);
});

test("T23: a flood of absent digests pushes older ones out, and never makes a stranger absent", () => {
  const absent = new AbsentDigests(Math.random);
  const flood = Array.from({ length: 20_000 }, randomDigest);
  for (const digest of flood) absent.add(digest, 0);
  const remembered = flood.filter((digest) => absent.has(digest, 1)).length;
  assert.ok(remembered <= 8_192 && remembered > 7_000, `remembered ${remembered}`);
  for (let count = 0; count < 10_000; count++) assert.equal(absent.has(randomDigest(), 1), false);
});

test("K8: a network has 20 misses at once and one more each second; found keys and outages cost it nothing", async () => {
  const bench = new Bench();
  const ask = async (answer: EpochAnswer | undefined, network = "192.0.2.7") => {
    const result = bench.find(randomDigest(), network);
    await turn();
    if (answer === undefined) bench.asked.at(-1)?.fail();
    else bench.asked.at(-1)?.answer(answer);
    return result;
  };
  for (let count = 0; count < 19; count++) await ask(NONE);
  for (let count = 0; count < 30; count++) await ask(FOUND);
  for (let count = 0; count < 3; count++) await ask(undefined);
  assert.equal((await ask(NONE)).outcome, "answered");
  const count = bench.asked.length;
  assert.deepEqual(await bench.find(randomDigest(), "192.0.2.7"), {
    outcome: "unavailable",
    reason: "too_many_misses",
  });
  assert.equal(bench.asked.length, count, "nobody was asked");
  assert.equal((await ask(NONE, "2001:db8::/64")).outcome, "answered");
  bench.pass(1_000);
  assert.equal((await ask(NONE)).outcome, "answered");
  assert.equal((await bench.find(randomDigest(), "192.0.2.7")).outcome, "unavailable");
  const known = bench.find();
  await turn();
  bench.asked.at(-1)?.answer(NONE);
  assert.equal((await known).outcome, "answered", "a key that is known to exist is not counted");
});

test("K8: misses that are still being looked up count already", () => {
  const budget = new MissBudget();
  const taken = Array.from({ length: 25 }, () => budget.take("192.0.2.7", 0)).filter(Boolean);
  assert.equal(taken.length, 20);
});
