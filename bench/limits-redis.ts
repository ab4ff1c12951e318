// What exact limits cost in Redis: three limits of a request in one call, against one bare SET and against three limits of
// rate-limiter-flexible. One request after another, which is mostly the way there and back, and 64 at once, which is all Redis.
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterUnion } from "rate-limiter-flexible";
import { instant } from "@keyward/core/time";
import { limitedKey } from "@keyward/sdk/limiter/limiter.contract";
import { MemoryUnitStore } from "@keyward/sdk/limiter/memory-unit-store";
import { CHARGE } from "../packages/server/src/redis/charge-script.ts";
import type { RedisClient } from "../packages/server/src/redis/redis-client.ts";
import { RedisLimiter } from "../packages/server/src/redis/redis-limiter.ts";
import { RedisLink } from "../packages/server/src/redis/redis-link.ts";
import { TestRedis } from "../packages/server/src/redis/testing/redis-server.ts";
import { systemClock } from "../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../packages/server/src/runtime/random.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
const REQUESTS = 500;
const KEYS = 100;
/** So high that nothing refuses. */
const LIMITS = [
  { seconds: 1, units: 1_000_000 },
  { seconds: 60, units: 10_000_000 },
  { seconds: 3_600, units: 100_000_000 },
];

type Check = (number: number) => Promise<unknown>;

export const suite: Suite = {
  programs: ["redis-server"],
  async run() {
    const ends: (() => Promise<void>)[] = [];
    try {
      const redis = await TestRedis.start({ after: (end) => ends.push(end) });
      return await compare(redis, ends);
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  },
};

async function compare(redis: TestRedis, ends: (() => Promise<void>)[]): Promise<readonly Row[]> {
  const client = createClient({
    url: redis.url,
    scripts: { charge: CHARGE },
    commandOptions: { timeout: 0 },
  });
  ends.push(async () => client.destroy());
  await client.connect();
  const rival = new Redis(redis.url);
  ends.push(async () => rival.disconnect());
  const keyward = await keywardCheck(client, ends);
  const set: Check = (number) => client.set(`key-${number % KEYS}`, number);
  const flexible = flexibleCheck(rival);
  const sides = [keyward, set, flexible] as const;
  return [
    ...(await rows("limits.redis.exact", sides, 1)),
    ...(await rows("limits.redis.exact.flood", sides, 64)),
  ];
}

async function rows(
  name: string,
  sides: readonly [Check, Check, Check],
  atOnce: number,
): Promise<readonly Row[]> {
  const rates: number[][] = sides.map(() => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [index, side] of sides.entries()) {
      const rate = await perSecond(side, atOnce);
      if (round >= 0) rates[index]?.push(rate);
    }
  }
  const [value, set, flexible] = rates.map(median);
  const row = (suffix: string, baseline = Number.NaN): Row => {
    const own = value ?? Number.NaN;
    return {
      name: `${name}${suffix}`,
      value: own,
      unit: "checks/s",
      baseline,
      ratio: own / baseline,
    };
  };
  return [row("", set), row(".vs.flexible", flexible)];
}

/** A rate, and two windows that hold in every interval. */
async function keywardCheck(client: RedisClient, ends: (() => Promise<void>)[]): Promise<Check> {
  const link = new RedisLink({
    client,
    clock: systemClock,
    timeoutMs: 10_000,
    onRedis: (reason) => {
      if (reason !== undefined) throw new Error(reason);
    },
    onOddKey: (key) => {
      throw new Error(key);
    },
  });
  ends.push(async () => link.close());
  await link.open();
  const now = () => ({
    monotonicUs: Math.floor(systemClock.monotonicMs() * 1_000),
    now: instant(systemClock.now()),
  });
  const limiter = new RedisLimiter({
    link,
    store: new MemoryUnitStore(),
    random: systemRandom,
    peerCount: () => 1,
    now,
    onStore: () => undefined,
  });
  const [second, minute, hour] = LIMITS;
  const keys = Array.from({ length: KEYS }, () =>
    limitedKey([
      { name: "second", kind: "rate", rate: second?.units },
      { name: "minute", kind: "window", limit: minute?.units, window_seconds: minute?.seconds },
      { name: "hour", kind: "window", limit: hour?.units, window_seconds: hour?.seconds },
    ]),
  );
  return async (number) => {
    const key = keys[number % KEYS];
    if (key === undefined) return;
    const demand = { key, cost: 1, network: undefined, at: now(), hold: false, dryRun: false };
    const { refusal, report } = await limiter.charge(demand);
    if (refusal !== undefined || report.degraded) throw new Error("a charge was refused");
  };
}

/** Three fixed windows, each a call of its own. */
function flexibleCheck(storeClient: Redis): Check {
  const limiters = LIMITS.map(
    ({ seconds, units }) =>
      new RateLimiterRedis({
        storeClient,
        points: units,
        duration: seconds,
        keyPrefix: `flexible-${seconds}`,
      }),
  );
  const union = new RateLimiterUnion(...limiters);
  return (number) => union.consume(`key-${number % KEYS}`);
}

async function perSecond(check: Check, atOnce: number): Promise<number> {
  const started = performance.now();
  const count = REQUESTS * Math.min(atOnce, 4);
  let next = 0;
  const work = async () => {
    while (next < count) await check(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (count * 1_000) / (performance.now() - started);
}
