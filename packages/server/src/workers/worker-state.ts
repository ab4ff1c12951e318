// What a worker process knows, and for how long it may trust it.
import { OperationError } from "@keyward/core/failure/failures";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";
import { readClock, trustAt } from "@keyward/sdk/feed/freshness";
import type { ClockReading, FreshnessPolicy } from "@keyward/sdk/feed/freshness";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import type { Clock } from "../runtime/clock.ts";
import type { TenantScope } from "../storage/storage.ts";
import type { ToAuthority, ToWorker } from "./messages.ts";

/**
 * A worker that has lost its authority ends at once. This is for one that was stopped while that happened, and goes on: it
 * decides nothing by what may be old (F08).
 */
const POLICY: FreshnessPolicy = { mode: "strict", maxStalenessMs: 5_000, graceMs: 0 };
const ASK_EVERY_MS = 500;
const BORROW_MS_MAX = 1_000;

export interface WorkerStateParts {
  readonly clock: Clock;
  readonly send: (message: ToAuthority) => void;
}

export class WorkerState {
  readonly verifier = new Verifier();
  readonly #parts: WorkerStateParts;
  #position: number | undefined;
  /** The question whose answer would be the next proof. */
  #asked: { readonly id: number; readonly at: ClockReading } | undefined;
  #proof: ClockReading | undefined;
  #askCount = 0;
  #usesCount = 0;
  readonly #uses = new Map<number, PromiseWithResolvers<void>>();
  #borrowCount = 0;
  readonly #borrowing = new Map<number, PromiseWithResolvers<LeaseAnswer>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WorkerStateParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#ask(), ASK_EVERY_MS).unref();
    this.#ask();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** @throws OperationError `unavailable` when what is held has not been proved fresh (K3) */
  assertTrusted(): void {
    if (trustAt(POLICY, this.#proof, readClock(this.#parts.clock)) === "fresh") return;
    throw new OperationError("unavailable", { detail: "This worker has lost touch" });
  }

  /** @throws Error when a message is missing: the process must then end, and begin anew */
  heard(message: Exclude<ToWorker, { readonly type: "stop" }>): void {
    switch (message.type) {
      case "load":
        this.verifier.apply(message.changes);
        return;
      case "changes":
        if (this.#position !== undefined && message.position !== this.#position + 1) {
          throw new Error("a commit is missing");
        }
        this.verifier.apply(message.changes);
        this.#applied(message.position);
        return;
      case "serve":
        this.#applied(message.position);
        return;
      case "proof":
        if (message.id === this.#asked?.id) this.#proof = this.#asked.at;
        this.#asked = undefined;
        return;
      case "lent": {
        const waiting = this.#borrowing.get(message.id);
        if (message.answer !== undefined) waiting?.resolve(message.answer);
        else waiting?.reject(new Error("the authority could not lend anything"));
        return;
      }
      case "uses_taken": {
        const waiting = this.#uses.get(message.id);
        this.#uses.delete(message.id);
        if (message.isKept) waiting?.resolve();
        else waiting?.reject(new Error("the authority could not keep the uses"));
      }
    }
  }

  /** Hands uses to the authority. Rejects when it could not keep them. */
  async reportUses(scope: TenantScope, batch: UsageBatch): Promise<void> {
    const id = ++this.#usesCount;
    const waiting = Promise.withResolvers<void>();
    this.#uses.set(id, waiting);
    this.#parts.send({ type: "uses", id, scope, batch });
    await waiting.promise;
  }

  /** Rejects when the authority lends nothing, or has not answered in time. */
  async borrow(request: LeaseRequest): Promise<LeaseAnswer> {
    const id = ++this.#borrowCount;
    const waiting = Promise.withResolvers<LeaseAnswer>();
    this.#borrowing.set(id, waiting);
    const timer = setTimeout(() => {
      waiting.reject(new Error("the authority did not answer in time"));
    }, BORROW_MS_MAX);
    this.#parts.send({ type: "borrow", id, request });
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#borrowing.delete(id);
    }
  }

  #applied(position: number): void {
    this.#position = position;
    this.#parts.send({ type: "applied", position });
  }

  #ask(): void {
    // One that is still on its way is older, and worth as much when it comes.
    if (this.#asked !== undefined) return;
    this.#asked = { id: ++this.#askCount, at: readClock(this.#parts.clock) };
    this.#parts.send({ type: "ask", id: this.#asked.id });
  }
}
