import type { RedisPlace } from "../config/redis-place.ts";
import { Peers } from "../redis/peers.ts";
import { createRedisClient } from "../redis/redis-client.ts";
import { RedisLimiter } from "../redis/redis-limiter.ts";
import { RedisLink } from "../redis/redis-link.ts";
import type { RedisFigures } from "../runtime/figures.ts";
import type { Random } from "../runtime/random.ts";
import { opened, unitDeskParts } from "./open-limiter.ts";
import type { LimiterParts, OpenedAuthority } from "./open-limiter.ts";

const PEER_ID_BYTES = 9;
/** A process that has not been heard of for five seconds does not count any more. */
const BEAT_EVERY_MS = 1_000;

export interface RedisLimiterParts extends LimiterParts {
  readonly place: RedisPlace;
  readonly timeoutMs: number;
  readonly random: Random;
}

export interface OpenedRedisLimiter extends OpenedAuthority {
  readonly figures: RedisFigures;
}

/** Counts together with all others who name the same Redis. It need not be there: then it is waited for a second, and no more. */
export async function openRedisLimiter(parts: RedisLimiterParts): Promise<OpenedRedisLimiter> {
  const { clock, log, place, timeoutMs, random } = parts;
  let outageCount = 0;
  const link = new RedisLink({
    client: createRedisClient(place),
    clock,
    timeoutMs,
    onRedis: (reason) => {
      if (reason === undefined) {
        log.event("limits are counted in Redis again");
        return;
      }
      outageCount++;
      log.warning("limits are judged without Redis", { reason });
    },
    onOddKey: (key) => log.warning("a key of Redis that is ours has another type", { reason: key }),
  });
  const desk = unitDeskParts(parts);
  const peers = new Peers(link, Buffer.from(random.bytes(PEER_ID_BYTES)).toString("base64url"));
  const limiter = new RedisLimiter({ ...desk, link, random, peerCount: () => peers.count });
  await link.open();
  const beating = setInterval(() => void peers.beat(), BEAT_EVERY_MS).unref();
  const running = opened(limiter, () => desk.now());
  return {
    limiter,
    lender: limiter.lender,
    figures: {
      isUp: () => link.isUp,
      outageCount: () => outageCount,
      degradedCount: () => limiter.degradedCount,
    },
    close: async () => {
      clearInterval(beating);
      await running.close();
      link.close();
    },
  };
}
