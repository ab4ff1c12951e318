import { LEASE_US } from "@keyward/core/limit/counter";
import type { At, Counter } from "@keyward/core/limit/counter";
import { LEASE_ASKS_MAX, LEASE_RETURNS_MAX } from "@keyward/core/limit/lease";
import type { LeaseAnswer, LeaseReturn } from "@keyward/core/limit/lease";
import { LeasedCounter } from "@keyward/core/limit/leased-counter";
import type { Limit } from "@keyward/core/limit/limit";
import type { Cancel, Timers } from "../runtime/timers.ts";
import type { Account } from "./accounts.ts";
import type { LeaseSource } from "./lease-source.ts";
import { LeaseWishes } from "./lease-wishes.ts";
import type { Asked } from "./lease-wishes.ts";
import type { Demand } from "./limiter.ts";
import { Rounds } from "./rounds.ts";
import { SourceState } from "./source-state.ts";
import type { Supply } from "./supply.ts";

/** How often it is looked for leases that have ended with units unused. */
const LOOK_EVERY_MS = LEASE_US / 1_000;

export interface LeaseDeskParts {
  readonly source: LeaseSource;
  /** A random id of this process, as in the head of the feed. */
  readonly verifier: string;
  readonly timers: Timers;
  now(): At;
  /** Told once whenever the source stops answering, with why, and once when it answers again. */
  onSource(error: unknown): void;
}

/** Borrows for counters what requests want of them, for all who want some at once, and gives back what they did not use. */
export class LeaseDesk implements Supply {
  readonly #parts: LeaseDeskParts;
  readonly #state: SourceState;
  readonly #rounds = new Rounds(() => this.#callSource());
  readonly #wishes = new LeaseWishes();
  readonly #returns: LeaseReturn[] = [];
  /** Those that have something in hand. */
  readonly #holding = new Set<LeasedCounter>();
  #verifiers = 1;
  #sequence = 0;
  #cancelLook: Cancel | undefined;

  constructor(parts: LeaseDeskParts) {
    this.#parts = parts;
    this.#state = new SourceState((error) => parts.onSource(error));
  }

  now(): At {
    return this.#parts.now();
  }

  newCounter(limit: Limit): Counter {
    const isSlots = limit.kind === "concurrency";
    return new LeasedCounter(limit, (unused) => {
      this.#returns.push(unused);
      // Somebody may be waiting for a slot; units can wait for the next question.
      if (isSlots) void this.#rounds.next();
    });
  }

  askNow(): boolean {
    return false;
  }

  isRefused(counter: Counter, cost: number, at: At): boolean {
    return counter instanceof LeasedCounter && counter.isRefused(cost, at);
  }

  standIn(counter: Counter): Counter | undefined {
    return counter instanceof LeasedCounter ? counter.alone(this.#verifiers) : undefined;
  }

  ask(accounts: readonly Account[], demand: Demand): Promise<boolean> {
    const nowUs = this.now().monotonicUs;
    if (this.#state.isLeftAlone(nowUs)) return Promise.resolve(false);
    this.#wishes.add(accounts, demand, (counter) => counter.mustAsk(demand.cost, demand.at));
    return this.#rounds.next();
  }

  prefetch(accounts: readonly Account[], demand: Demand): void {
    if (this.#rounds.isRunning || this.#state.isLeftAlone(demand.at.monotonicUs)) return;
    const isMore = this.#wishes.add(accounts, { ...demand, cost: 0 }, (counter) =>
      counter.isLow(demand.at),
    );
    if (isMore) void this.#rounds.next();
  }

  giveBack({ counters }: Account): void {
    for (const counter of counters) if (counter instanceof LeasedCounter) counter.handBack();
    if (this.#returns.length > 0) void this.#rounds.next();
  }

  async settled(): Promise<void> {
    this.#cancelLook?.();
    await this.#rounds.settled();
  }

  async #callSource(): Promise<boolean> {
    const { source, verifier } = this.#parts;
    const sentAt = this.now();
    const asked = this.#wishes.take(LEASE_ASKS_MAX, sentAt);
    const returns = this.#returns.splice(0, LEASE_RETURNS_MAX);
    if (this.#wishes.count > 0 || this.#returns.length > 0) void this.#rounds.next();
    if (asked.length === 0 && returns.length === 0) return true;
    try {
      const asks = asked.map(({ ask }) => ask);
      const sequence = ++this.#sequence;
      this.#receive(asked, await source.lend({ verifier, sequence, asks, returns }), sentAt);
      this.#state.answered();
      return true;
    } catch (error) {
      // What was returned may have arrived, so it is lost and never sent again (K5).
      this.#state.failed(error, this.now().monotonicUs);
      return false;
    }
  }

  #receive(asked: readonly Asked[], { verifiers, lent }: LeaseAnswer, sentAt: At): void {
    const at = this.now();
    this.#verifiers = Math.max(1, verifiers);
    for (const [index, { ask, counters }] of asked.entries()) {
      for (const [position, counter] of counters.entries()) {
        const one = lent[index]?.[position];
        const wish = ask.wishes[position];
        if (one === undefined || wish === undefined) throw new Error("the lender left one out");
        counter.receive(one, wish.least, sentAt.monotonicUs, at);
        if (one.units > 0) this.#holding.add(counter);
      }
    }
    this.#look();
  }

  /** Whoever is not asked any more would keep what is in hand. */
  #look(): void {
    if (this.#cancelLook !== undefined || this.#holding.size === 0) return;
    this.#cancelLook = this.#parts.timers.schedule(LOOK_EVERY_MS, () => {
      this.#cancelLook = undefined;
      const at = this.now();
      for (const counter of this.#holding) {
        if (counter.isAsNew(at)) this.#holding.delete(counter);
      }
      const canAsk = !this.#state.isLeftAlone(at.monotonicUs);
      if (this.#returns.length > 0 && canAsk) void this.#rounds.next();
      this.#look();
    });
  }
}
