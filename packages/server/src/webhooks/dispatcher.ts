// Tells endpoints of events: again and again until each has taken what it asked for, or has let its time pass.
import type { Instant } from "@keyward/core/time";
import type { Clock } from "../runtime/clock.ts";
import type { Random } from "../runtime/random.ts";
import type { DeliveryAttempt, DueDelivery, EventsSystem } from "../storage/events.ts";
import { Breaker } from "./breaker.ts";
import { nextAttemptAt } from "./retries.ts";
import type { Sender, SendResult } from "./sender.ts";

const LOOK_EVERY_MS = 1_000;
/** Attempts under way at the same time: in all, and to one endpoint. */
const SENDING_MAX = 32;
const SENDING_PER_WEBHOOK_MAX = 4;

export interface DispatcherParts {
  readonly store: Pick<EventsSystem, "dueDeliveries" | "settleDeliveries">;
  readonly senderFor: (url: string) => Sender;
  /** Opens a secret of the endpoint. */
  readonly unseal: (delivery: DueDelivery, sealed: Uint8Array) => string;
  /** Called when an endpoint says that it is gone for good. */
  readonly onGone: (delivery: DueDelivery) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
  readonly clock: Clock;
  readonly random: Random;
}

export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #breaker = new Breaker();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<number> | undefined;
  #isStopped = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#schedule(0);
  }

  /** Waits for what is under way. What has not been acknowledged by then is told again after the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Makes every attempt that is due now, at most so many as are made at once; answers with how many there were. */
  run(): Promise<number> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #schedule(waitMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#runAndGoOn(), waitMs).unref();
  }

  async #runAndGoOn(): Promise<void> {
    let count = 0;
    try {
      count = await this.run();
    } catch (error) {
      this.#parts.onFailure(error);
    }
    // Where there was much to do there may be more.
    this.#schedule(count > 0 ? 0 : LOOK_EVERY_MS);
  }

  async #run(): Promise<number> {
    const { store, clock } = this.#parts;
    const except = this.#breaker.open(clock.monotonicMs());
    const due = await store.dueDeliveries(clock.now(), { limit: SENDING_MAX, except });
    const chosen = fewOfEach(due);
    const attempts = await Promise.all(chosen.map((delivery) => this.#attempt(delivery)));
    if (attempts.length > 0) await store.settleDeliveries(attempts);
    return attempts.length;
  }

  async #attempt(delivery: DueDelivery): Promise<DeliveryAttempt> {
    const { senderFor, unseal, onGone, clock } = this.#parts;
    const secrets = delivery.secrets.map((sealed) => unseal(delivery, sealed));
    const result = await senderFor(delivery.url).send(delivery, secrets);
    if (result.isDelivered) this.#breaker.succeeded(delivery.webhookId);
    else this.#breaker.failed(delivery.webhookId, clock.monotonicMs());
    if (result.isGone) await onGone(delivery);
    const { workspaceId, id } = delivery;
    const { status, error } = result;
    const at = clock.now();
    return { workspaceId, id, at, status, error, next: this.#nextOf(delivery, result, at) };
  }

  #nextOf(
    { attempts }: DueDelivery,
    { isDelivered, isGone, retryAfterSeconds }: SendResult,
    at: Instant,
  ): Instant | "delivered" | "failed" {
    if (isDelivered) return "delivered";
    if (isGone) return "failed";
    return nextAttemptAt(attempts + 1, at, this.#parts.random, retryAfterSeconds) ?? "failed";
  }
}

function fewOfEach(due: readonly DueDelivery[]): readonly DueDelivery[] {
  const counts = new Map<string, number>();
  return due.filter(({ webhookId }) => {
    const count = (counts.get(webhookId) ?? 0) + 1;
    counts.set(webhookId, count);
    return count <= SENDING_PER_WEBHOOK_MAX;
  });
}
