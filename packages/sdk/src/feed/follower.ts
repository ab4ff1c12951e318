import type { Environment } from "@keyward/core/key/format";
import type { At } from "@keyward/core/limit/counter";
import { LeasedLimiter } from "../limiter/leased-limiter.ts";
import type { ChargeAnswer, Demand } from "../limiter/limiter.ts";
import type { Clock } from "../runtime/clock.ts";
import { randomId } from "../runtime/random.ts";
import type { Random } from "../runtime/random.ts";
import type { Timers } from "../runtime/timers.ts";
import { Decider } from "./decider.ts";
import { FeedClient } from "./feed-client.ts";
import type { FeedEvent } from "./feed-event.ts";
import { FeedHttp } from "./feed-http.ts";
import { readClock } from "./freshness.ts";
import type { FreshnessPolicy } from "./freshness.ts";
import { LeaseClock } from "./lease-clock.ts";
import { Lookups } from "./lookups.ts";

const RESTORED: FeedEvent = { type: "limits_restored" };

export interface FollowerParts {
  readonly url: string | URL;
  readonly token: string | (() => string | Promise<string>);
  /** The id or the prefix of the api. */
  readonly api: string;
  readonly environment: Environment;
  readonly policy: FreshnessPolicy;
  /** How many keys to hold, the others being looked up; all of them if left out. */
  readonly keysMax?: number | undefined;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly onEvent: (event: FeedEvent) => void;
}

/** Longer than a lease lives, for quotas and credits, whose units last until they are spent. */
const LEASE_TIMEOUT_MS = 1_000;

/** One subject, followed and decided about. It does nothing before {@link FeedClient.start}. */
export class Follower {
  readonly feed: FeedClient;
  readonly decider: Decider;
  /** Spends what it borrows of the authority. */
  readonly limiter: LeasedLimiter;
  readonly #now: () => At;
  /** Also carries what has been decided back to the authority. */
  readonly http: FeedHttp;

  /** @throws TypeError when the URL cannot be used */
  constructor(parts: FollowerParts) {
    const { clock, policy, timers } = parts;
    const lookups = new Lookups({
      ...parts,
      ask: (digest) => this.feed.lookUp(digest),
      isMissLikely: parts.keysMax === undefined,
    });
    this.http = new FeedHttp(parts);
    this.feed = new FeedClient({
      ...parts,
      http: this.http,
      onApplied: () => lookups.forgetAbsent(),
    });
    const { feed } = this;
    const leaseClock = new LeaseClock();
    this.#now = () => leaseClock.at(readClock(clock));
    this.limiter = new LeasedLimiter({
      source: { lend: (request) => this.http.lend(request, LEASE_TIMEOUT_MS) },
      verifier: randomId(parts.random),
      timers,
      now: this.#now,
      onSource: (cause) => {
        const event =
          cause === undefined ? RESTORED : ({ type: "limits_degraded", cause } as const);
        try {
          parts.onEvent(event);
        } catch {
          // Whoever listens must not stop the counting.
        }
      },
    });
    const { limiter } = this;
    const { maxStalenessMs } = policy;
    this.decider = new Decider({ feed, lookups, limiter, leaseClock, clock, maxStalenessMs });
  }

  /** Charges what the copy that it follows has allowed. */
  charge(demand: Omit<Demand, "at">): ChargeAnswer | Promise<ChargeAnswer> {
    return this.limiter.charge({ ...demand, at: this.#now() });
  }

  /** Gives back what it has borrowed and not used. */
  closeLimiter(): Promise<void> {
    return this.limiter.close(this.#now());
  }
}
