import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import type { At } from "@keyward/core/limit/counter";
import type { UnitStore } from "@keyward/core/limit/unit-store";
import { instant } from "@keyward/core/time";
import { lenderContract } from "@keyward/sdk/limiter/lender.contract";
import { LIMITER_START, limitedKey, limiterContract } from "@keyward/sdk/limiter/limiter.contract";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import type { RedisPlace } from "../config/redis-place.ts";
import { systemClock } from "../runtime/clock.ts";
import { systemRandom } from "../runtime/random.ts";
import { createRedisClient } from "./redis-client.ts";
import { RedisLimiter } from "./redis-limiter.ts";
import { RedisLink } from "./redis-link.ts";
import { placeOf, startCluster, TestRedis } from "./testing/redis-server.ts";

/** Counts in microseconds that the test lets pass. */
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

async function openLink(t: TestContext, place: RedisPlace): Promise<RedisLink> {
  const link = new RedisLink({
    client: createRedisClient(place),
    clock: systemClock,
    timeoutMs: 10_000,
    onRedis: (reason) => assert.fail(`Redis is there, but: ${reason}`),
    onOddKey: (key) => assert.fail(key),
  });
  t.after(() => link.close());
  await link.open();
  assert.equal(link.isUp, true);
  return link;
}

async function open(t: TestContext, place: RedisPlace, store: UnitStore = new MemoryUnitStore()) {
  const clock = new TestClock();
  const link = await openLink(t, place);
  const limiter = new RedisLimiter({
    link,
    store,
    random: systemRandom,
    peerCount: () => 1,
    now: () => clock.now(),
    onStore: () => assert.fail("the store of units is always there"),
    nowUs: () => LIMITER_START * 1_000 + clock.now().monotonicUs,
  });
  return { limiter, now: () => clock.now(), pass: (seconds: number) => clock.pass(seconds) };
}

const redis = await TestRedis.start({ after });
const cluster = await startCluster({ after });

limiterContract("in Redis", (t) => open(t, redis.place));

lenderContract("in Redis", async (t) => {
  const { limiter, pass } = await open(t, redis.place);
  return { lender: limiter.lender, pass };
});

limiterContract("in a Redis Cluster of three", (t) => open(t, placeOf(cluster)));

test("K5: four that flood one rate by the clock of Redis admit burst + rate × τ together, and no less", async (t) => {
  const limiters = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const link = await openLink(t, redis.place);
      const now = (): At => ({
        monotonicUs: Math.floor(systemClock.monotonicMs() * 1_000),
        now: systemClock.now(),
      });
      const parts = { link, store: new MemoryUnitStore(), random: systemRandom, now };
      const limiter = new RedisLimiter({ ...parts, peerCount: () => 1, onStore: () => undefined });
      return { limiter, now };
    }),
  );
  const key = limitedKey([{ name: "r", kind: "rate", rate: 500, burst: 50 }]);
  const clockUs = async () => {
    const [seconds = "", micros = ""] = (await redis.say("time")).split("\n");
    return Number(seconds) * 1e6 + Number(micros);
  };
  const startedUs = await clockUs();
  let admitted = 0;
  await Promise.all(
    limiters.flatMap(({ limiter, now }) =>
      Array.from({ length: 8 }, async () => {
        for (let count = 0; count < 60; count++) {
          const demand = {
            key,
            cost: 1,
            network: undefined,
            at: now(),
            hold: false,
            dryRun: false,
          };
          if ((await limiter.charge(demand)).refusal === undefined) admitted++;
        }
      }),
    ),
  );
  const seconds = ((await clockUs()) - startedUs) / 1e6;
  assert.ok(admitted <= 50 + 500 * seconds, `${admitted} in ${seconds} s`);
  assert.ok(admitted >= 50, `${admitted} in ${seconds} s`);
});
