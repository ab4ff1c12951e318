import assert from "node:assert/strict";
import { after } from "node:test";
import type { TestContext } from "node:test";
import type { At } from "@keyward/core/limit/counter";
import type { UnitStore } from "@keyward/core/limit/unit-store";
import { instant } from "@keyward/core/time";
import { lenderContract } from "@keyward/sdk/limiter/lender.contract";
import { LIMITER_START, limiterContract } from "@keyward/sdk/limiter/limiter.contract";
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
