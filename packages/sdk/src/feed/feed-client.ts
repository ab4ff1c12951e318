// Keeps a replica fed: snapshot, then changes as they come, and a head every second as the proof (spec/feed.md).
import { parseChangesLine } from "@keyward/core/feed/lines";
import type { SnapshotStart } from "@keyward/core/feed/lines";
import type { Digest } from "@keyward/core/key/digest";
import type { Environment } from "@keyward/core/key/format";
import { KeywardUnavailable } from "../client/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import { randomId } from "../runtime/random.ts";
import type { Random } from "../runtime/random.ts";
import type { Cancel, Timers } from "../runtime/timers.ts";
import type { FeedEvent } from "./feed-event.ts";
import { isRefusal, isResyncRequired } from "./feed-http.ts";
import type { FeedHttp } from "./feed-http.ts";
import { HeadSchedule } from "./head-schedule.ts";
import { ageMs, readClock, stopsWithinMs, trustAt } from "./freshness.ts";
import type { ClockReading, FreshnessPolicy, Trust } from "./freshness.ts";
import { Interruptible } from "./interruptible.ts";
import { loadSnapshot } from "./load-snapshot.ts";
import type { EpochAnswer } from "./lookups.ts";
import { Proofs } from "./proofs.ts";
import type { Replica } from "./replica.ts";
import { Waiters } from "./waiters.ts";

/** A stream without a line for so long is dead: there is a beat every second. */
export const SILENT_STREAM_MS_MAX = 3_000;
const SILENT_SNAPSHOT_MS_MAX = 5_000;
const HEAD_EVERY_MS = 1_000;
const HEAD_TIMEOUT_MS = 2_000;
export const LOOKUP_TIMEOUT_MS = 1_000;
/** How long the stream may take to bring what a head has announced, before it is taken for dead. */
const CATCH_UP_MS = 250;
const BACKOFF_MS_BASE = 100;
const BACKOFF_MS_MAX = 3_000;
const GOODBYE_MS_MAX = 10_000;

export interface FeedClientParts {
  readonly http: FeedHttp;
  readonly environment: Environment;
  readonly policy: FreshnessPolicy;
  /** How many keys to hold, the others being looked up; all of them if left out. */
  readonly keysMax?: number | undefined;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** What it throws is dropped. */
  readonly onEvent: (event: FeedEvent) => void;
  /** Told after anything was applied or replaced. */
  readonly onApplied: () => void;
}

export interface FeedStatus {
  /** Whether changes are coming in as they happen. */
  readonly connected: boolean;
  readonly trust: Trust;
  /** The age of the proof; `undefined` while there is none. */
  readonly ageMs: number | undefined;
  readonly epoch: string | undefined;
  /** The rev up to which everything has been applied. */
  readonly applied: number | undefined;
  readonly keys: number;
}

/**
 * One replica, kept up to date for as long as it is open. Reading is synchronous and never waits; nothing that goes wrong
 * outside makes a method throw.
 */
export class FeedClient {
  readonly #parts: FeedClientParts;
  readonly #verifierId: string;
  #replica: Replica | undefined;
  #proofs = new Proofs();
  /** What is being loaded, once it has begun to come, and the fills since it was asked for: they may be newer than it. */
  #loading:
    | { readonly start: SnapshotStart | undefined; readonly fills: EpochAnswer[] }
    | undefined;
  #mustResync = false;
  #isConnected = false;
  #lastTrust: Trust = "untrusted";
  #failures = 0;
  #isStarted = false;
  #isClosed = false;
  readonly #loop: Interruptible;
  readonly #heads: HeadSchedule;
  #cancelCatchUp: Cancel | undefined;
  readonly #waiters: Waiters;

  constructor(parts: FeedClientParts) {
    const { clock, timers } = parts;
    this.#parts = parts;
    this.#verifierId = randomId(parts.random);
    this.#loop = new Interruptible(timers);
    this.#waiters = new Waiters(timers);
    this.#heads = new HeadSchedule(clock, timers, () => {
      this.#head().catch((error: unknown) => this.#disconnected(error));
    });
  }

  /** What decisions may rest on as far as {@link FeedClient.trust} says; `undefined` before the first snapshot. */
  get replica(): Replica | undefined {
    return this.#replica;
  }

  /** Where keys can be asked for, even while the first snapshot is still coming in; `undefined` once this is closed. */
  get identity(): Pick<SnapshotStart, "epoch" | "subject"> | undefined {
    if (this.#isClosed) return undefined;
    return this.#replica ?? this.#loading?.start;
  }

  get status(): FeedStatus {
    const proof = this.#proofs.latest;
    return {
      connected: this.#isConnected,
      trust: this.trust(),
      ageMs: proof && ageMs(proof, readClock(this.#parts.clock)),
      epoch: this.#replica?.epoch,
      applied: this.#replica?.applied,
      keys: this.#replica?.verifier.keyCount ?? 0,
    };
  }

  /** Judged by the clocks as they stand (F08): `now` must have just been read. */
  trust(now: ClockReading = readClock(this.#parts.clock)): Trust {
    if (this.#isClosed || this.#replica === undefined) return "untrusted";
    return trustAt(this.#parts.policy, this.#proofs.latest, now);
  }

  /** Begins to follow the feed. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    // What a broken clock or timer throws ends the feed, and the proof grows old: closed, never open (T38).
    this.#run().catch((error: unknown) => this.#disconnected(error));
  }

  /**
   * Resolves once what is held has been proved fresh.
   *
   * @throws KeywardUnavailable after `timeoutMs`, or when this was closed; KeywardError when the authority refuses the token
   */
  ready(timeoutMs: number): Promise<void> {
    if (this.trust() === "fresh") return Promise.resolve();
    if (this.#isClosed) return Promise.reject(closed());
    return this.#waiters.wait(timeoutMs);
  }

  /** Stops deciding at once, and tells the authority so within `timeoutMs` if it can. Never rejects. */
  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heads.stop();
    this.#cancelCatchUp?.();
    this.#loop.close(closed());
    this.#waiters.reject(closed());
    if (this.#replica === undefined) return;
    await this.#parts.http
      .head(this.#headRequest(this.#replica, true), timeoutMs)
      .catch(() => undefined);
  }

  /** Asks for one key, fresh from the authority. Rejects when there is no answer. */
  async lookUp(digest: Digest): Promise<EpochAnswer> {
    const { identity } = this;
    if (identity === undefined) {
      throw new KeywardUnavailable("network", "Keyward has not answered yet");
    }
    const { epoch, subject } = identity;
    const answer = await this.#parts.http.lookUp({ epoch, digest }, subject, LOOKUP_TIMEOUT_MS);
    return { ...answer, epoch };
  }

  /** Takes in what a look-up of this epoch has found; of another it is dropped. */
  fill(answer: EpochAnswer): void {
    const { epoch } = answer;
    this.#loading?.fills.push(answer);
    if (epoch !== this.#replica?.epoch) return;
    const isAhead = answer.rev > this.#replica.applied;
    this.#guard(() => this.#replica?.fill(answer));
    // Of what has been applied already, a look-up brings nothing that could have been missed.
    if (isAhead) this.#parts.onApplied();
  }

  async #run(): Promise<void> {
    this.#heads.in(HEAD_EVERY_MS);
    while (!this.#isClosed) {
      const waitMs = await this.#turn();
      if (waitMs > 0 && !this.#isClosed) await this.#loop.pause(waitMs);
    }
  }

  /** Loads and follows until something ends it; answers how long to wait before the next turn. */
  async #turn(): Promise<number> {
    try {
      if (this.#replica === undefined || this.#mustResync) await this.#load();
      if (this.#isBehind) await this.#follow(false);
      const goodbyeMs = await this.#follow(true);
      this.#disconnected(undefined);
      return Math.min(goodbyeMs ?? 0, GOODBYE_MS_MAX) + this.#backoffMs();
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): number {
    this.#disconnected(error);
    if (error === BEHIND) return 0;
    if (isResyncRequired(error)) this.#resync("resync_required");
    else if (isRefusal(error)) this.#waiters.reject(error);
    return this.#backoffMs();
  }

  /** Grows with every turn that brought nothing; never in step with other verifiers. */
  #backoffMs(): number {
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_BASE * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    return ceiling * (0.5 + this.#parts.random() / 2);
  }

  async #load(): Promise<void> {
    const { http, environment, keysMax } = this.#parts;
    const kind = keysMax === undefined ? "all" : "none";
    const fills: EpochAnswer[] = [];
    this.#loading = { start: undefined, fills };
    try {
      const replica = await this.#loop.read(SILENT_SNAPSHOT_MS_MAX, async (signal, onLine) =>
        loadSnapshot(
          await http.snapshot(kind, signal),
          environment,
          {
            onStart: (start) => {
              this.#loading = { start, fills };
            },
            onLine,
          },
          keysMax,
        ),
      );
      this.#replace(replica, fills);
    } finally {
      this.#loading = undefined;
    }
  }

  /** From one moment to the next: no decision sees half of either. */
  #replace(replica: Replica, fills: readonly EpochAnswer[]): void {
    const old = this.#replica;
    if (old?.epoch !== replica.epoch) this.#proofs = new Proofs();
    else if (replica.applied < old.applied)
      throw contradiction("the snapshot is older than the feed");
    for (const fill of fills) if (fill.epoch === replica.epoch) replica.fill(fill);
    this.#replica = replica;
    this.#mustResync = false;
    this.#proofs.settle(replica.applied);
    this.#parts.onApplied();
    const { epoch, applied: rev, verifier } = replica;
    this.#emit({ type: "loaded", epoch, rev, keys: verifier.keyCount });
    this.#heads.in(0);
  }

  /** Reads changes until they end; answers how long the authority asks to stay away. */
  async #follow(wait: boolean): Promise<number | undefined> {
    const replica = this.#replica;
    if (replica === undefined) throw contradiction("there is nothing to follow");
    const { epoch, applied, subject } = replica;
    return this.#loop.read(SILENT_STREAM_MS_MAX, async (signal, onLine) => {
      let isGreeted = false;
      for await (const text of await this.#parts.http.changes(
        { epoch, after: applied, wait },
        signal,
      )) {
        onLine();
        const line = parseChangesLine(text, subject);
        if (line === undefined || (line.type === "hello") === isGreeted) {
          throw contradiction("a line is none of a feed");
        }
        switch (line.type) {
          case "hello":
            isGreeted = true;
            if (line.epoch !== epoch) return this.#forget("epoch");
            if (wait) this.#connected();
            break;
          case "batch":
            if (!this.#guard(() => replica.apply(line))) throw contradiction("a batch is missing");
            this.#applied(replica);
            // A barrier may be waiting to hear of it (spec/feed.md §9).
            if (line.changes.length > 0) this.#heads.soon();
            break;
          case "beat":
            this.#failures = 0;
            break;
          case "goodbye":
            return line.afterMs;
        }
      }
      return undefined;
    });
  }

  #applied(replica: Replica): void {
    this.#failures = 0;
    this.#proofs.settle(replica.applied);
    this.#parts.onApplied();
    this.#watchTrust();
  }

  /** What may be half applied must not be decided by. */
  #guard<Result>(apply: () => Result): Result | undefined {
    try {
      return apply();
    } catch (cause) {
      this.#forget("contradiction", cause);
      return undefined;
    }
  }

  /** Everything held is worthless: nothing is decided by it any more, and it is loaded anew. */
  #forget(reason: "epoch" | "contradiction", cause?: unknown): undefined {
    this.#replica = undefined;
    this.#proofs = new Proofs();
    this.#parts.onApplied();
    this.#resync(reason, cause);
    this.#watchTrust();
    this.#loop.interrupt(contradiction("the data are others"));
  }

  #resync(reason: "epoch" | "resync_required" | "contradiction", cause?: unknown): void {
    this.#mustResync = true;
    this.#emit({ type: "resync", reason, cause });
  }

  get #isBehind(): boolean {
    return this.#replica !== undefined && this.#proofs.awaitedRev > this.#replica.applied;
  }

  async #head(): Promise<void> {
    const { clock, http, policy, random } = this.#parts;
    const everyMs = Math.min(HEAD_EVERY_MS, policy.maxStalenessMs / 4) * (0.9 + random() / 5);
    const replica = this.#replica;
    if (replica === undefined) return this.#heads.in(everyMs);
    const sentAt = readClock(clock);
    this.#heads.noteSent(sentAt.monotonicMs);
    const { epoch, applied } = replica;
    try {
      const answer = await http.head(
        this.#headRequest(replica, false),
        Math.min(HEAD_TIMEOUT_MS, policy.maxStalenessMs),
      );
      if (epoch === this.#replica?.epoch) {
        if (answer.epoch === epoch) this.#headAnswered(sentAt, applied, answer.rev);
        else this.#forget("epoch");
      }
    } catch (error) {
      if (isRefusal(error)) this.#waiters.reject(error);
    }
    this.#watchTrust();
    this.#heads.in(Math.max(0, sentAt.monotonicMs + everyMs - clock.monotonicMs()));
  }

  #headRequest({ epoch, applied }: Replica, leaving: boolean) {
    const maxStalenessMs = stopsWithinMs(this.#parts.policy);
    return { verifier: this.#verifierId, epoch, applied, maxStalenessMs, leaving };
  }

  /** @param appliedBefore when the request was sent: an authority that knows less than this proves nothing */
  #headAnswered(sentAt: ClockReading, appliedBefore: number, rev: number): void {
    const replica = this.#replica;
    if (replica === undefined || rev < appliedBefore) return;
    this.#proofs.add(sentAt, rev, replica.applied);
    if (!this.#isBehind) return;
    this.#cancelCatchUp?.();
    this.#cancelCatchUp = this.#parts.timers.schedule(CATCH_UP_MS, () => {
      if (!this.#isBehind || this.#isClosed || this.#mustResync) return;
      this.#loop.interrupt(BEHIND);
    });
  }

  #connected(): void {
    if (!this.#isConnected) this.#emit({ type: "connected" });
    this.#isConnected = true;
  }

  #disconnected(cause: unknown): void {
    if (this.#isConnected) this.#emit({ type: "disconnected", cause });
    this.#isConnected = false;
  }

  #watchTrust(): void {
    const trust = this.trust();
    if (trust === "fresh") this.#waiters.resolve();
    if (trust !== this.#lastTrust) this.#emit({ type: "trust", trust });
    this.#lastTrust = trust;
  }

  #emit(event: FeedEvent): void {
    try {
      this.#parts.onEvent(event);
    } catch {
      // To tell is a courtesy: that it failed must not stop the feed.
    }
  }
}

/** Why a stream was ended that did not bring what a head had announced. */
const BEHIND = new KeywardUnavailable("timeout", "the stream lags behind");

function closed(): KeywardUnavailable {
  return new KeywardUnavailable("network", "this was closed");
}

function contradiction(why: string): KeywardUnavailable {
  return new KeywardUnavailable("unrecognised", `the feed cannot be followed: ${why}`);
}
