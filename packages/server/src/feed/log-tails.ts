// Readers that follow the log: each is shown what has been reported since, once, and cut off when it does not keep up.
import { OperationError } from "@keyward/core/failure/failures";
import type { LogId } from "@keyward/core/id";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { LOG_TAILS_MAX, LOG_TAILS_PER_WORKSPACE_MAX } from "../contract/limits.ts";
import type { Clock } from "../runtime/clock.ts";
import type { KeptEntry, LogStorage } from "../storage/logs.ts";
import type { TenantScope } from "../storage/storage.ts";
import { Outgoing } from "./outgoing.ts";
import { Shares } from "./shares.ts";

const LOOK_EVERY_MS = 1_000;
/** A report that comes later than this after its decisions is not followed; the list has it. */
const LATE_MS_MAX = 15_000;
/** What one look shows at most, of one workspace. */
const ENTRIES_PER_LOOK_MAX = 1_000;
/** What waits for one reader; one more, and it is cut off. */
const WAITING_MAX = 2_000;
/** Says that there is nothing, so that proxies keep the connection. */
const BEAT_EVERY_MS = 15_000;
/** Whoever has taken nothing for this long is cut off. */
const STALLED_MS_MAX = 10_000;

const BEAT = Buffer.from(":\n\n");

export interface TailCaller {
  readonly scope: TenantScope;
  /** For how long it follows at most. */
  readonly seconds: number;
  /** Whether the reader may still read; asked at every look. */
  readonly isAllowed: () => Promise<boolean>;
  /** The bytes of those of the entries that the reader wants, oldest first; none for none. */
  readonly show: (entries: readonly KeptEntry[]) => Promise<Uint8Array>;
  /** Closes the connection. */
  readonly cut: () => void;
}

export class LogTails {
  readonly #logs: LogStorage;
  readonly #clock: Clock;
  readonly #tails = new Set<Tail>();
  readonly #shares = new Shares(LOG_TAILS_MAX, LOG_TAILS_PER_WORKSPACE_MAX);
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor({ logs, clock }: { readonly logs: LogStorage; readonly clock: Clock }) {
    this.#logs = logs;
    this.#clock = clock;
  }

  /** @throws OperationError `unavailable` while too many follow */
  open(caller: TailCaller): ReadableStream<Uint8Array> {
    const { scope } = caller;
    if (!this.#shares.has(scope)) {
      throw new OperationError("unavailable", { detail: "Too many readers follow the log" });
    }
    this.#shares.take(scope);
    const tail = new Tail(caller, this.#clock.now(), () => {
      this.#shares.giveBack(scope);
      this.#tails.delete(tail);
      if (this.#tails.size === 0) this.close();
    });
    this.#tails.add(tail);
    this.#timer ??= setInterval(() => void this.#lookOnce(), LOOK_EVERY_MS).unref();
    return tail.body;
  }

  /** Ends all of them: the server goes. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const tail of this.#tails) tail.end();
  }

  async #lookOnce(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#look();
    this.#isLooking = false;
  }

  async #look(): Promise<void> {
    const now = this.#clock.now();
    const range = { from: instant(Math.max(0, now - LATE_MS_MAX)), to: instant(now + 1) };
    for (const scope of new Set([...this.#tails].map((tail) => tail.scope))) {
      const question = { ...range, after: null, limit: ENTRIES_PER_LOOK_MAX };
      try {
        const entries = await this.#logs.list(scope, question);
        for (const tail of this.#tails)
          if (tail.scope === scope) await tail.take(entries.toReversed());
      } catch {
        // Storage does not answer; the next look will say more.
      }
    }
  }
}

class Tail {
  readonly scope: TenantScope;
  readonly #caller: TailCaller;
  readonly #outgoing: Outgoing;
  readonly #endsMs: number;
  readonly #openedAt: Instant;
  /** What has been shown of what a look can still see. */
  #seen: ReadonlySet<LogId> = new Set();
  /** Begins with what is nothing, so that the answer begins at once. */
  #waiting: Uint8Array[] = [BEAT];
  #waitingCount = 0;
  #isEnding = false;
  #wake: (() => void) | undefined;
  #beatMs = performance.now();

  constructor(caller: TailCaller, openedAt: Instant, onEnd: () => void) {
    this.scope = caller.scope;
    this.#openedAt = openedAt;
    this.#endsMs = performance.now() + caller.seconds * 1_000;
    this.#caller = caller;
    this.#outgoing = new Outgoing({ next: () => this.#next(), onEnd, cut: caller.cut });
  }

  get body(): ReadableStream<Uint8Array> {
    return this.#outgoing.body;
  }

  end(): void {
    this.#isEnding = true;
    this.#wake?.();
  }

  /** @param entries what the last seconds have brought, oldest first */
  async take(entries: readonly KeptEntry[]): Promise<void> {
    const nowMs = performance.now();
    if (!(await this.#caller.isAllowed()) || nowMs >= this.#endsMs) return this.end();
    const seen = this.#seen;
    this.#seen = new Set(entries.map(({ id }) => id));
    const fresh = entries.filter(({ id, at }) => at >= this.#openedAt && !seen.has(id));
    this.#waitingCount += fresh.length;
    const isSlow =
      this.#outgoing.waitingMs(nowMs) > STALLED_MS_MAX || this.#waitingCount > WAITING_MAX;
    if (isSlow) return this.#outgoing.cut();
    const bytes = fresh.length === 0 ? undefined : await this.#caller.show(fresh);
    if (bytes !== undefined && bytes.length > 0) this.#push(bytes);
    else if (nowMs - this.#beatMs >= BEAT_EVERY_MS) this.#push(BEAT);
  }

  #push(bytes: Uint8Array): void {
    this.#beatMs = performance.now();
    this.#waiting.push(bytes);
    this.#wake?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    while (this.#waiting.length === 0 && !this.#isEnding) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = undefined;
    }
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingCount = 0;
    return bytes.length === 0 ? undefined : bytes;
  }
}
