// The script against the counters of core, in a real Redis, by a clock that the test moves.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { formatId } from "@keyward/core/id";
import type { At } from "@keyward/core/limit/counter";
import type { LimitState } from "@keyward/core/limit/limit-report";
import type { Limit } from "@keyward/core/limit/limit";
import { parseLimits } from "@keyward/core/limit/parse-limit";
import { assertHolds } from "@keyward/core/testing/limit-oracle";
import type { Admitted } from "@keyward/core/testing/limit-oracle";
import { LimitRun } from "@keyward/core/testing/limit-run";
import { limitSchedule, SCHEDULE_START } from "@keyward/core/testing/limit-schedule";
import type { LimitSchedule } from "@keyward/core/testing/limit-schedule";
import { readVectors } from "@keyward/core/testing/read-vectors";
import { instant } from "@keyward/core/time";
import { createRedisClient } from "./redis-client.ts";
import type { RedisClient } from "./redis-client.ts";
import { argumentsOf, isShared, judgementOf } from "./shared-limits.ts";
import type { Judged, SharedCounter } from "./shared-limits.ts";
import { TestRedis } from "./testing/redis-server.ts";

const RUN_STEPS = 1_000;
const WORKSPACE = formatId("workspace", SCHEDULE_START, new Uint8Array(10));

async function openClient(t: TestContext): Promise<RedisClient> {
  return connect(t, await TestRedis.start(t));
}

async function connect(t: TestContext, redis: TestRedis): Promise<RedisClient> {
  const client = createRedisClient(redis.place);
  // That of the end, when Redis goes first.
  client.on("error", () => undefined);
  t.after(() => client.destroy());
  await client.connect();
  return client;
}

let runs = 0;

/** The limits of a key that nobody else has, in Redis. */
class RedisRun {
  readonly counters: readonly SharedCounter[];
  readonly #client: RedisClient;
  #charges = 0;

  constructor(client: RedisClient, limits: readonly Limit[]) {
    const run = runs++;
    this.#client = client;
    this.counters = limits.filter(isShared).map((limit, index) => ({
      key: `keyward:{${WORKSPACE}}:run-${run}|${index}`,
      of: "key",
      limit,
    }));
  }

  async charge(cost: number, at: At): Promise<Judged & { readonly id: string }> {
    const id = `${this.#charges++}`;
    const reply = await this.#ask(["charge", `${cost}`, id, ""], at);
    return { ...judgementOf(this.counters, reply), id };
  }

  async settle(unused: number, id: string, chargedAt: At, at: At): Promise<void> {
    await this.#ask(["settle", `${unused}`, id, `${chargedAt.monotonicUs}`], at);
  }

  /** Goes on with limits of the same names that have been changed. */
  adopt(limits: readonly Limit[]): RedisRun {
    const next = new RedisRun(this.#client, limits);
    const counters = next.counters.map((counter, index) => ({
      ...counter,
      key: this.counters[index]?.key ?? "",
    }));
    return Object.assign(next, { counters });
  }

  #ask(what: readonly string[], { monotonicUs }: At): Promise<readonly number[]> {
    const keys = this.counters.map(({ key }) => key);
    const rest = [...what, `${monotonicUs}`, ...this.counters.flatMap(argumentsOf)];
    return this.#client.charge(keys, rest);
  }
}

function told({ refusal, report }: Judged): { code: string; retryAfter: number | null } {
  return { code: refusal?.code ?? "allowed", retryAfter: report.retryAfterSeconds ?? null };
}

function read(limits: unknown): readonly Limit[] {
  const parsed = parseLimits(limits, "key");
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.limits;
}

interface Given {
  readonly limits?: unknown;
  readonly steps?: readonly (readonly [atMs: number, cost: number])[];
}

test("the vectors of limits that time gives back hold in Redis", async (t) => {
  const client = await openClient(t);
  const fields = [
    "set",
    "on",
    "limits",
    "steps",
    "used",
    "period",
    "now",
    "states",
    "legacy",
  ] as const;
  let ran = 0;
  for (const { name, given, expect } of readVectors<Given & Record<string, unknown>>(
    "limits.json",
    fields,
  )) {
    if (given.steps === undefined) continue;
    const limits = read(given.limits);
    if (!limits.every(isShared)) continue;
    const run = new RedisRun(client, limits);
    const answers: unknown[] = [];
    for (const [atMs, cost] of given.steps) {
      const at = { monotonicUs: atMs * 1_000, now: instant(SCHEDULE_START + atMs) };
      const { code, retryAfter } = told(await run.charge(cost, at));
      answers.push([code, retryAfter]);
    }
    // A cost that no time would bring is refused before Redis is asked.
    const expected = (expect as [string, number | null][]).map(([code, retryAfter], index) =>
      code === "cost_exceeds_limit" ? answers[index] : [code, retryAfter],
    );
    assert.deepEqual(answers, expected, name);
    ran++;
  }
  assert.equal(ran, 8);
});

/** Runs one schedule through both, all of it at once: commands of one connection are carried out in their order. */
async function runSchedule(client: RedisClient, { limits, steps }: LimitSchedule): Promise<number> {
  const run = new RedisRun(client, limits);
  const model = new LimitRun(limits);
  const admitted: Admitted[] = [];
  const answers = await Promise.all(steps.map(({ cost, at }) => run.charge(cost, at)));
  for (const [index, { at, cost }] of steps.entries()) {
    const answer = answers[index];
    assert.ok(answer !== undefined);
    const expected = model.charge(cost, at);
    if (expected.code === "cost_exceeds_limit") continue;
    assert.deepEqual(told(answer), expected, `step ${index}`);
    for (const [place, counter] of model.counters.entries()) {
      const state: LimitState | undefined = answer.report.states[place];
      assert.equal(state?.remaining, counter.remaining(at), `${counter.limit.kind}, step ${index}`);
      const refillsInUs = counter.refillsInUs(at);
      const refillsIn = refillsInUs === undefined ? null : Math.ceil(refillsInUs / 1e6);
      assert.equal(state?.refills_in, refillsIn, `${counter.limit.kind}, step ${index}`);
    }
    if (expected.code === "allowed" && cost > 0) {
      admitted.push({ atUs: at.monotonicUs, now: at.now, cost });
    }
  }
  for (const limit of limits) assertHolds(limit, admitted);
  return admitted.length;
}

for (const kinds of [
  ["rate"],
  ["window"],
  ["concurrency"],
  ["rate", "window", "concurrency"],
  ["window", "rate", "rate"],
] as const) {
  test(`K5: ${kinds.join(", ")} in Redis answer what the counters of core answer, and hold (oracle)`, async (t) => {
    const client = await openClient(t);
    let admitted = 0;
    for (let seed = 0; seed < 12; seed++) {
      admitted += await runSchedule(client, limitSchedule(40_000 + seed, kinds, RUN_STEPS));
    }
    assert.ok(admitted > 100, "the schedules must get something through");
  });
}

const US = 1_000_000;

function atSecond(second: number): At {
  return {
    monotonicUs: second * US,
    now: instant(SCHEDULE_START + Math.floor(second * 1_000)),
  };
}

test("what a settled charge did not use counts as never charged, in Redis as in core", async (t) => {
  const client = await openClient(t);
  const limits = read([
    { name: "r", kind: "rate", rate: 1, per_seconds: 3_600, burst: 20 },
    { name: "w", kind: "window", limit: 20, window_seconds: 60 },
    { name: "s", kind: "concurrency", limit: 3 },
  ]);
  const run = new RedisRun(client, limits);
  const model = new LimitRun(limits);
  const ids: string[] = [];
  for (const [second, cost] of [
    [100, 8],
    [101, 4],
    [130, 2],
  ] as const) {
    ids.push((await run.charge(cost, atSecond(second))).id);
    model.charge(cost, atSecond(second));
  }
  for (const [index, unused] of [
    [0, 5],
    [2, 2],
  ] as const) {
    const chargedAt = atSecond([100, 101, 130][index] ?? 0);
    await run.settle(unused, ids[index] ?? "", chargedAt, atSecond(140));
    for (const counter of model.counters) counter.settle(unused, chargedAt, atSecond(140));
  }
  for (const second of [140, 155, 160, 161, 162, 200]) {
    const { report } = await run.charge(0, atSecond(second));
    assert.deepEqual(
      report.states.map(({ remaining }) => remaining),
      model.counters.map((counter) => counter.remaining(atSecond(second))),
      `at ${second} s`,
    );
  }
});

test("what was counted goes on under a limit whose numbers are changed, in Redis as in core", async (t) => {
  const client = await openClient(t);
  for (const [before, after] of [
    [
      { kind: "rate", rate: 10 },
      { kind: "rate", rate: 1, per_seconds: 60, burst: 20 },
    ],
    [
      { kind: "rate", rate: 1, burst: 9 },
      { kind: "rate", rate: 1, burst: 3 },
    ],
    [
      { kind: "window", limit: 10, window_seconds: 60 },
      { kind: "window", limit: 6, window_seconds: 7 },
    ],
    [
      { kind: "window", limit: 10, window_seconds: 7 },
      { kind: "window", limit: 10, window_seconds: 60 },
    ],
    [
      { kind: "concurrency", limit: 3 },
      { kind: "concurrency", limit: 2 },
    ],
  ] as const) {
    const run = new RedisRun(client, read([{ name: "x", ...before }]));
    const model = new LimitRun(read([{ name: "x", ...before }]));
    await run.charge(4, atSecond(1));
    model.charge(4, atSecond(1));
    const changed = read([{ name: "x", ...after }]);
    const [limit] = changed;
    assert.ok(limit !== undefined);
    for (const counter of model.counters) counter.adopt(limit);
    const adopted = run.adopt(changed);
    for (const second of [1, 2, 5]) {
      const { report } = await adopted.charge(1, atSecond(second));
      model.charge(1, atSecond(second));
      assert.deepEqual(
        report.states.map(({ remaining }) => remaining),
        model.counters.map((counter) => counter.remaining(atSecond(second))),
        `${JSON.stringify(after)} at ${second} s`,
      );
    }
  }
});

test("F07: a clock that jumps ten years ahead and back locks nobody out, and gives nothing away", async (t) => {
  const client = await openClient(t);
  const tenYears = 10 * 365 * 86_400;
  for (const limit of [
    { name: "r", kind: "rate", rate: 1, burst: 5 },
    { name: "w", kind: "window", limit: 5, window_seconds: 10 },
    { name: "s", kind: "concurrency", limit: 5, lease_seconds: 10 },
  ]) {
    const run = new RedisRun(client, read([limit]));
    const flood = async (second: number) => {
      let admitted = 0;
      for (let count = 0; count < 10; count++) {
        const { refusal, report } = await run.charge(1, atSecond(second));
        if (refusal === undefined) admitted++;
        else assert.ok((report.retryAfterSeconds ?? 0) <= 11);
      }
      return admitted;
    };
    assert.equal(await flood(tenYears), 5, limit.kind);
    assert.equal(await flood(1_000), 0, limit.kind);
    assert.equal(await flood(1_011), 5, limit.kind);
  }
});

test("every counter ends by itself, a minute after it would say what a new one says", async (t) => {
  const redis = await TestRedis.start(t);
  const client = await connect(t, redis);
  const run = new RedisRun(
    client,
    read([
      { name: "r", kind: "rate", rate: 1, burst: 5 },
      { name: "w", kind: "window", limit: 5, window_seconds: 100 },
      { name: "s", kind: "concurrency", limit: 5, lease_seconds: 10 },
    ]),
  );
  await run.charge(5, atSecond(1_000));
  const seconds: number[] = [];
  for (const { key } of run.counters) {
    seconds.push(Math.ceil(Number(await redis.say("pttl", key)) / 10_000) * 10);
  }
  assert.deepEqual(seconds, [70, 170, 70]);
});

test("a window that has run for long holds no more than its parts", async (t) => {
  const redis = await TestRedis.start(t);
  const client = await connect(t, redis);
  const run = new RedisRun(
    client,
    read([{ name: "w", kind: "window", limit: 1_000, window_seconds: 1 }]),
  );
  await Promise.all(
    Array.from({ length: 1_000 }, (_, count) => run.charge(1, atSecond(1_000 + count * 0.007))),
  );
  const [counter] = run.counters;
  assert.ok(Number(await redis.say("hlen", counter?.key ?? "")) <= 51 + 4);
});

test("a Redis that has forgotten the script is taught it again", async (t) => {
  const redis = await TestRedis.start(t);
  const client = await connect(t, redis);
  const run = new RedisRun(client, read([{ name: "r", kind: "rate", rate: 1, burst: 5 }]));
  await run.charge(1, atSecond(1));
  await redis.say("script", "flush");
  const { report } = await run.charge(1, atSecond(1));
  assert.equal(report.states[0]?.remaining, 3);
});
