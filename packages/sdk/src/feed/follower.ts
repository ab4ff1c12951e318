import type { Environment } from "@keyward/core/key/format";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { Timers } from "../runtime/timers.ts";
import { Decider } from "./decider.ts";
import { FeedClient } from "./feed-client.ts";
import type { FeedEvent } from "./feed-event.ts";
import { FeedHttp } from "./feed-http.ts";
import type { FreshnessPolicy } from "./freshness.ts";
import { Lookups } from "./lookups.ts";

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

/** One subject, followed and decided about. It does nothing before {@link FeedClient.start}. */
export class Follower {
  readonly feed: FeedClient;
  readonly decider: Decider;
  /** Also carries what has been decided back to the authority. */
  readonly http: FeedHttp;

  /** @throws TypeError when the URL cannot be used */
  constructor(parts: FollowerParts) {
    const { clock, policy } = parts;
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
    this.decider = new Decider({ feed, lookups, clock, maxStalenessMs: policy.maxStalenessMs });
  }
}
