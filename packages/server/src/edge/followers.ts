// The subjects that an edge follows: one copy of the feed for each that its token may read.
import type { NamedSubject } from "@keyward/core/feed/subject";
import type { WorkspaceId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import { Follower } from "@keyward/sdk/feed/follower";
import type { FollowerParts } from "@keyward/sdk/feed/follower";
import { readSubjects } from "@keyward/sdk/feed/read-subjects";
import { randomId } from "@keyward/sdk/runtime/random";
import { UsageReporter } from "@keyward/sdk/usage/reporter";
import { setTimeout as delay } from "node:timers/promises";
import { isBatchRefused } from "@keyward/sdk/feed/feed-http";
import type { Log } from "../runtime/log.ts";

/** Each is a stream and a question a second; whoever has more apis gives an edge a narrower token. */
export const SUBJECTS_MAX = 100;
const REFRESH_EVERY_MS = 10_000;
/** A key of an api that is not followed has the list read again, but no sooner than this after the last time. */
const REFRESH_AGAIN_MS_MIN = 1_000;
const REPORT_EVERY_MS = 1_000;
const REPORT_TIMEOUT_MS = 10_000;

export type FollowersParts = Omit<FollowerParts, "api" | "environment" | "onEvent"> & {
  /** Prefixes or ids of the apis to follow; all that the token may if this is empty. */
  readonly apis: readonly string[];
  readonly log: Pick<Log, "event" | "warning">;
};

interface Followed extends Follower {
  readonly subject: NamedSubject;
  /** Carries back what has been decided about its keys. */
  readonly reporter: UsageReporter;
}

/** How the followed subjects stand, for health and metrics. */
export interface Standing {
  readonly subjects: number;
  readonly fresh: number;
  readonly keys: number;
  /** Of the oldest proof; `undefined` where one has none. */
  readonly ageMs: number | undefined;
}

export class Followers {
  readonly #parts: FollowersParts;
  /** By prefix and environment, which is what a key says of itself. */
  readonly #byName = new Map<string, Followed>();
  #workspaceId: WorkspaceId | undefined;
  #isListed = false;
  #refreshing: Promise<void> | undefined;
  #refreshedMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reporting: NodeJS.Timeout | undefined;

  constructor(parts: FollowersParts) {
    this.#parts = parts;
  }

  /** `undefined` while the authority has not yet said whose keys these are, and while it has no api to follow. */
  get workspaceId(): WorkspaceId | undefined {
    if (this.#workspaceId === undefined) void this.refresh();
    return this.#workspaceId;
  }

  /** The highest rev up to which one of them knows everything. */
  get rev(): number {
    let rev = 0;
    for (const { feed } of this.#byName.values()) rev = Math.max(rev, feed.status.applied ?? 0);
    return rev;
  }

  get standing(): Standing {
    const all = [...this.#byName.values()].map(({ feed }) => feed.status);
    const ages = all.map(({ ageMs }) => ageMs ?? Infinity);
    const ageMs = Math.max(0, ...ages);
    return {
      subjects: all.length,
      fresh: all.filter(({ trust }) => trust === "fresh").length,
      keys: all.reduce((sum, { keys }) => sum + keys, 0),
      ageMs: Number.isFinite(ageMs) ? ageMs : undefined,
    };
  }

  /** Whether everything that is to be followed has just been proved fresh. */
  get isReady(): boolean {
    const { subjects, fresh } = this.standing;
    return this.#isListed && fresh === subjects;
  }

  of(prefix: string, environment: Environment): Followed | undefined {
    return this.#byName.get(nameOf({ prefix, environment }));
  }

  /** @param reference the id or the prefix of an api */
  find(reference: string, environment: Environment): Followed | undefined {
    for (const followed of this.#byName.values()) {
      const { apiId, prefix, environment: own } = followed.subject;
      if (own === environment && (prefix === reference || apiId === reference)) return followed;
    }
    return undefined;
  }

  /** Any of them; `undefined` while there is none. */
  get any(): Followed | undefined {
    const [first] = this.#byName.values();
    return first;
  }

  /** @param reference the id or the prefix of an api */
  follows(reference: string): boolean {
    for (const { subject } of this.#byName.values()) {
      if (subject.prefix === reference || subject.apiId === reference) return true;
    }
    return false;
  }

  /** Begins to follow, and goes on trying when the authority does not answer. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.refresh(), REFRESH_EVERY_MS).unref();
    void this.refresh();
    this.#reporting = setInterval(() => {
      for (const { reporter } of this.#byName.values()) void reporter.report();
    }, REPORT_EVERY_MS).unref();
  }

  /** Reads the list again, unless that has just been done. Never rejects. */
  refresh(): Promise<void> {
    const sinceMs = this.#parts.clock.monotonicMs() - this.#refreshedMs;
    if (sinceMs < REFRESH_AGAIN_MS_MIN) return Promise.resolve();
    this.#refreshing ??= this.#refresh()
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.log.warning("the list of what may be followed could not be read", { reason });
      })
      .finally(() => {
        this.#refreshedMs = this.#parts.clock.monotonicMs();
        this.#refreshing = undefined;
      });
    return this.#refreshing;
  }

  /** Stops deciding, hands over what was counted, and takes leave of the authority within the time. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#reporting);
    const deadline = delay(timeoutMs, undefined, { ref: false });
    const leave = async (followed: Followed) => {
      const { feed, reporter } = followed;
      const givingBack = Promise.race([followed.closeLimiter(), deadline]);
      await Promise.all([feed.close(timeoutMs), givingBack, reporter.close(deadline)]);
    };
    await Promise.all([...this.#byName.values()].map(leave));
  }

  async #refresh(): Promise<void> {
    const wanted = (await readSubjects(this.#parts)).filter((subject) => this.#isWanted(subject));
    this.#isListed = true;
    const [first] = wanted;
    if (first !== undefined) this.#workspaceId ??= first.workspaceId;
    const names = new Set(wanted.map(nameOf));
    for (const [name, followed] of this.#byName) {
      if (names.has(name)) continue;
      const { feed, reporter } = followed;
      this.#byName.delete(name);
      void followed.closeLimiter();
      void feed.close(0);
      void reporter.close(Promise.resolve());
    }
    for (const subject of wanted) this.#follow(subject);
  }

  #isWanted({ apiId, prefix }: NamedSubject): boolean {
    const { apis } = this.#parts;
    return apis.length === 0 || apis.includes(prefix) || apis.includes(apiId);
  }

  #follow(subject: NamedSubject): void {
    const name = nameOf(subject);
    if (this.#byName.has(name)) return;
    if (this.#byName.size >= SUBJECTS_MAX) {
      this.#parts.log.warning("an edge follows no more apis; name some with KEYWARD_EDGE_APIS", {
        count: SUBJECTS_MAX,
      });
      return;
    }
    const { log } = this.#parts;
    const follower = new Follower({
      ...this.#parts,
      api: subject.apiId,
      environment: subject.environment,
      onEvent: (event) => {
        if (event.type === "trust") log.event(`the keys of ${name} are ${event.trust}`);
        else log.event(`the feed of ${name}: ${event.type}`);
      },
    });
    const reporter = new UsageReporter({
      source: randomId(this.#parts.random),
      report: (batch) => follower.http.reportUses(batch, REPORT_TIMEOUT_MS),
      isRefusal: isBatchRefused,
      onRefused: () => log.event(`uses of ${name} were refused`),
      spool: Promise.resolve(undefined),
    });
    this.#byName.set(name, Object.assign(follower, { subject, reporter }));
    follower.feed.start();
  }
}

function nameOf({ prefix, environment }: Pick<NamedSubject, "prefix" | "environment">): string {
  return `${prefix} ${environment}`;
}
