// F09, F10: a Redis that is not there, dies, hangs, is slow, loads, is a replica, is full, or forgets. Nothing is timed; what has to
// happen is awaited.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { At } from "@keyward/core/limit/counter";
import { instant } from "@keyward/core/time";
import { limitedKey } from "@keyward/sdk/limiter/limiter.contract";
import type { LimitedKey } from "@keyward/sdk/limiter/limiter";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import type { RedisPlace } from "../config/redis-place.ts";
import { systemClock } from "../runtime/clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { Peers } from "./peers.ts";
import { createRedisClient } from "./redis-client.ts";
import { RedisLimiter } from "./redis-limiter.ts";
import { COMMANDS_MAX, RedisLink } from "./redis-link.ts";
import { TestRedis } from "./testing/redis-server.ts";
import { SlowProxy } from "./testing/slow-proxy.ts";

function now(): At {
  return {
    monotonicUs: Math.floor(systemClock.monotonicMs() * 1_000),
    now: instant(systemClock.now()),
  };
}

async function open(t: TestContext, place: RedisPlace, peerCount = () => 1) {
  const told: string[] = [];
  const oddKeys: string[] = [];
  const events = new EventEmitter();
  const link = new RedisLink({
    client: createRedisClient(place),
    clock: systemClock,
    // Not what is meant here, and a busy machine may be slower than that.
    timeoutMs: 250,
    onRedis: (reason) => {
      told.push(reason ?? "back");
      if (reason === undefined) events.emit("back");
    },
    onOddKey: (key) => oddKeys.push(key),
  });
  t.after(() => link.close());
  await link.open();
  const limiter = new RedisLimiter({
    link,
    store: new MemoryUnitStore(),
    random: systemRandom,
    peerCount,
    now,
    onStore: () => assert.fail("the store of units is always there"),
  });
  const charge = async (key: LimitedKey, cost = 1) =>
    await limiter.charge({
      key,
      cost,
      network: undefined,
      at: now(),
      hold: false,
      dryRun: false,
    });
  /** Charges until Redis has been given up. */
  const chargeUntilGone = async (key: LimitedKey) => {
    while (link.isUp) await charge(key);
  };
  return { link, limiter, charge, chargeUntilGone, told, oddKeys, events };
}

const HOUR = { rate: 1, per_seconds: 3_600 };

function keyWith(whenUnavailable: string): LimitedKey {
  return limitedKey([
    { name: "r", kind: "rate", ...HOUR, burst: 1_000, when_unavailable: whenUnavailable },
  ]);
}

async function assertDegraded({ charge }: Awaited<ReturnType<typeof open>>): Promise<void> {
  for (const [whenUnavailable, code, retryAfter] of [
    ["local", "allowed", undefined],
    ["allow", "allowed", undefined],
    ["deny", "rate_limited", 1],
  ] as const) {
    const { refusal, report } = await charge(keyWith(whenUnavailable));
    assert.deepEqual(
      [refusal?.code ?? "allowed", report.retryAfterSeconds, report.degraded],
      [code, retryAfter, true],
      whenUnavailable,
    );
    assert.equal(
      report.states[0]?.remaining,
      { local: 999, allow: 1_000, deny: 0 }[whenUnavailable],
    );
  }
}

async function assertWell({ charge }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const { refusal, report } = await charge(keyWith("deny"));
  assert.deepEqual([refusal, report.degraded], [undefined, false]);
}

test("F09: a Redis that is not there at the start is done without, and found when it comes", async (t) => {
  const redis = await TestRedis.planned(t);
  const opened = await open(t, redis.place);
  assert.equal(opened.link.isUp, false);
  await assertDegraded(opened);
  await Promise.all([once(opened.events, "back"), redis.start()]);
  await assertWell(opened);
  assert.deepEqual(opened.told, [`connect ECONNREFUSED 127.0.0.1:${redis.port}`, "back"]);
});

/** Each makes Redis fail, and well again. */
const FAULTS: readonly {
  readonly name: string;
  readonly fail: (redis: TestRedis) => Promise<unknown>;
  readonly heal: (redis: TestRedis) => Promise<unknown>;
}[] = [
  { name: "is killed", fail: (redis) => redis.stop(), heal: (redis) => redis.start() },
  { name: "hangs", fail: async (redis) => redis.freeze(), heal: async (redis) => redis.thaw() },
  {
    name: "has become a replica",
    fail: (redis) => redis.say("replicaof", "127.0.0.1", "1"),
    heal: (redis) => redis.say("replicaof", "no", "one"),
  },
  {
    name: "is full",
    fail: (redis) => redis.say("config", "set", "maxmemory", "1"),
    heal: (redis) => redis.say("config", "set", "maxmemory", "0"),
  },
];

for (const { name, fail, heal } of FAULTS) {
  test(`F10: a Redis that ${name} keeps no request waiting for good, is told of once, and is found again`, async (t) => {
    const redis = await TestRedis.start(t);
    const opened = await open(t, redis.place);
    await assertWell(opened);
    await fail(redis);
    await opened.chargeUntilGone(keyWith("local"));
    await assertDegraded(opened);
    assert.equal(opened.told.length, 1);
    assert.ok(opened.limiter.degradedCount > 0);
    await Promise.all([once(opened.events, "back"), heal(redis)]);
    await assertWell(opened);
    assert.equal(opened.told.length, 2);
  });
}

test("F10: a Redis that takes half a second for every answer is done without until it is quick again", async (t) => {
  const redis = await TestRedis.start(t);
  const proxy = await SlowProxy.start(t, redis.port);
  const opened = await open(t, {
    ...redis.place,
    nodes: [{ host: "127.0.0.1", port: proxy.port }],
  });
  await assertWell(opened);
  proxy.delayMs = 500;
  await opened.chargeUntilGone(keyWith("local"));
  await assertDegraded(opened);
  proxy.delayMs = 0;
  await once(opened.events, "back");
  await assertWell(opened);
  assert.equal(opened.told.length, 2);
});

test("F10: of a flood on a Redis that hangs, no more commands are under way than there may be", async (t) => {
  const redis = await TestRedis.start(t);
  const { link, charge } = await open(t, redis.place);
  const key = keyWith("local");
  await charge(key);
  redis.freeze();
  const flood = Array.from({ length: 3 * COMMANDS_MAX }, () => charge(key));
  await Promise.race([flood[0], new Promise(setImmediate)]);
  assert.ok(link.commandCount <= COMMANDS_MAX, `${link.commandCount} commands`);
  const answers = await Promise.all(flood);
  assert.ok(answers.every(({ report }) => report.degraded));
  const allowed = answers.filter(({ refusal }) => refusal === undefined);
  assert.equal(allowed.length, 1_000, "what the process may admit by itself");
  redis.thaw();
});

test("F10: a Redis that is still loading is as good as none, and found when it has loaded", async (t) => {
  const redis = await TestRedis.start(t, "--key-load-delay", "300000", "--dbfilename", "dump.rdb");
  await redis.say("eval", "for i = 1, 20 do redis.call('SET', 'k' .. i, i) end", "0");
  await redis.say("save");
  const opened = await open(t, redis.place);
  await redis.stop();
  await redis.start("Loading RDB");
  await opened.chargeUntilGone(keyWith("local"));
  await assertDegraded(opened);
  if (!opened.link.isUp) await once(opened.events, "back");
  await assertWell(opened);
});

test("F10: a key that somebody else has written to spoils the limits of its own requests alone", async (t) => {
  const redis = await TestRedis.start(t);
  const { charge, link, oddKeys, told } = await open(t, redis.place);
  const key = keyWith("local");
  const odd = `keyward:{${key.workspaceId}}:${key.keyId}|rate|r`;
  await redis.say("lpush", odd, "1");
  for (let count = 0; count < 10; count++) {
    assert.equal((await charge(key)).report.degraded, true);
  }
  assert.equal((await charge(keyWith("local"))).report.degraded, false);
  assert.deepEqual([link.isUp, told, oddKeys], [true, [], [odd]]);
});

test("K5, F10: a Redis that forgets all it has counted admits a burst again, and not one credit", async (t) => {
  const redis = await TestRedis.start(t);
  const { charge } = await open(t, redis.place);
  const key = limitedKey([
    { name: "r", kind: "rate", ...HOUR, burst: 100 },
    { name: "c", kind: "credits", limit: 150 },
  ]);
  const flood = async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => charge(key)));
    return answers.filter(({ refusal }) => refusal === undefined).length;
  };
  assert.equal(await flood(), 100);
  await redis.say("flushall");
  assert.equal(await flood(), 50);
  await redis.say("flushall");
  assert.equal(await flood(), 0);
});

test("F25: processes that counted together count a share each while Redis is gone, and never more than one unit beyond", async (t) => {
  const redis = await TestRedis.start(t);
  const link = async () => (await open(t, redis.place)).link;
  const peers = [
    new Peers(await link(), "one"),
    new Peers(await link(), "two"),
    new Peers(await link(), "three"),
  ];
  for (const peer of peers) await peer.beat();
  for (const peer of peers) await peer.beat();
  assert.deepEqual(
    peers.map(({ count }) => count),
    [3, 3, 3],
  );
  const opened = await Promise.all(peers.map((peer) => open(t, redis.place, () => peer.count)));
  const key = keyWith("local");
  redis.freeze();
  let admitted = 0;
  for (const { charge, chargeUntilGone } of opened) {
    await chargeUntilGone(keyWith("local"));
    for (let count = 0; count < 1_000; count++) {
      if ((await charge(key)).refusal === undefined) admitted++;
    }
    const { refusal, report } = await charge(key, 334);
    assert.deepEqual(
      [refusal?.code, report.retryAfterSeconds],
      ["rate_limited", 1],
      "more than a share",
    );
  }
  assert.equal(admitted, 999);
  redis.thaw();
});
