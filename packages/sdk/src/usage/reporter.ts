// What the verifier's decisions add up to, on its way back to the authority: spec/usage.md §4 and §6.
import type { UsageBatch } from "@keyward/core/usage/cell";
import { isFull, UsageMeter } from "@keyward/core/usage/meter";
import { usageBatchBody } from "@keyward/core/usage/wire";
import type { UsageBatchBody } from "@keyward/core/usage/wire";
import type { OpenSpool } from "./spool.ts";

/** Takes a batch for good, or rejects; then the same batch is offered again. */
export type ReportUses = (batch: UsageBatchBody) => Promise<void>;

export interface ReporterParts {
  /** A random id of the process. */
  readonly source: string;
  readonly report: ReportUses;
  /** Whether a batch that was answered so will never be taken, and must not keep the others waiting. */
  readonly isRefusal: (error: unknown) => boolean;
  /** Told of a batch that was refused for good. */
  readonly onRefused: (error: unknown) => void;
  readonly spool: Promise<OpenSpool | undefined>;
}

/**
 * Counts in the meter, and hands over in batches that may be repeated. Without a spool one batch is cut at a time; what
 * comes meanwhile is merged, so memory stays bounded and no count is lost, whatever becomes of the authority (K7, K8).
 */
export class UsageReporter {
  readonly meter = new UsageMeter();
  readonly #parts: ReporterParts;
  #sequence = 0;
  /** Cut, and not in a spool. */
  #held: string | undefined;
  /** There was more to cut than there was room for. */
  #hasMore = false;
  #cutting: Promise<void> = Promise.resolve();
  #sending: Promise<void> | undefined;
  #isClosing = false;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  /**
   * Cuts what has been counted, into the spool if there is one, and hands over all that waits, oldest first, until one is
   * not taken. A second call while the first still hands over cuts, and does no more. Never rejects.
   */
  report(): Promise<void> {
    const cut = this.#cut();
    this.#sending ??= cut
      .then(() => this.#handOverAll())
      .catch(() => undefined)
      .finally(() => {
        this.#sending = undefined;
      });
    return this.#sending;
  }

  /** Cuts what has been counted and hands it over until the deadline; the rest stays in the spool. Never rejects. */
  async close(deadline: Promise<void>): Promise<void> {
    await Promise.race([this.#sending, deadline]);
    await this.#cut();
    await Promise.race([this.report(), deadline]);
    this.#isClosing = true;
    await (await this.#parts.spool)?.close();
  }

  /** One after the other, so that no two of them cut at once. */
  #cut(): Promise<void> {
    this.#cutting = this.#cutting.then(() => this.#cutAll());
    return this.#cutting;
  }

  async #cutAll(): Promise<void> {
    const spool = await this.#parts.spool;
    do {
      if (this.#held === undefined && !this.#cutOne()) return;
      if (this.#held === undefined || spool === undefined) return;
      if (!(await spool.append(this.#held))) return;
      this.#held = undefined;
    } while (this.#hasMore);
  }

  #cutOne(): boolean {
    const usage = this.meter.take();
    this.#hasMore = usage !== undefined && isFull(usage);
    if (usage === undefined) return false;
    this.#sequence++;
    const { source } = this.#parts;
    const batch: UsageBatch = { source, sequence: this.#sequence, ...usage };
    this.#held = JSON.stringify(usageBatchBody(batch));
    return true;
  }

  async #handOverAll(): Promise<void> {
    await this.#handOver();
    while (this.#hasMore && !this.#isClosing) {
      await this.#cut();
      await this.#handOver();
    }
  }

  async #handOver(): Promise<void> {
    const spool = await this.#parts.spool;
    for (;;) {
      if (this.#isClosing) return;
      const text = await spool?.first();
      if (text === undefined) break;
      await this.#send(text);
      await spool?.removeFirst();
    }
    const held = this.#held;
    if (held === undefined) return;
    await this.#send(held);
    if (this.#held === held) this.#held = undefined;
  }

  /** @throws what the authority, or the way there, failed with; one that is refused for good is done with, and so is what is none */
  async #send(text: string): Promise<void> {
    const { report, isRefusal, onRefused } = this.#parts;
    let batch: UsageBatchBody;
    try {
      batch = JSON.parse(text) as UsageBatchBody;
    } catch (error) {
      // What a disk gives back may not be what was written to it (K7).
      onRefused(error);
      return;
    }
    try {
      await report(batch);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      onRefused(error);
    }
  }
}
