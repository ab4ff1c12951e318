// What the verifier's decisions add up to, on its way back to the authority.
import type { Instant } from "@keyward/core/time";

/** How many distinct secrets are merged before they are cut into a batch without waiting. */
export const SECRETS_PER_BATCH_MAX = 1_000;
/** How many batches are kept while nobody takes them. Uses beyond are dropped, and counted as such. */
export const BATCHES_WAITING_MAX = 100;

export interface SecretUses {
  readonly keyId: string;
  readonly secretId: string;
  readonly lastUsedAt: Instant;
  readonly allowedCount: number;
  readonly deniedCount: number;
  /** The cost of what was allowed. */
  readonly cost: number;
}

/** What is reported at once. Whoever takes it counts each pair of `source` and `sequence` once, however often it comes. */
export interface UsesBatch {
  /** The reporting process, a random id. */
  readonly source: string;
  /** From 1, without a gap. */
  readonly sequence: number;
  readonly uses: readonly SecretUses[];
}

/** Takes a batch for good, or rejects; then the same batch is offered again. */
export type ReportUses = (batch: UsesBatch) => Promise<void>;

type Held = { -readonly [Field in keyof SecretUses]: SecretUses[Field] };

/** Merges uses in memory and hands them over in batches that may be repeated. Bounded whatever becomes of them (K8). */
export class Uses {
  readonly #source: string;
  #held = new Map<string, Held>();
  readonly #batches: UsesBatch[] = [];
  #sequence = 0;
  #droppedCount = 0;
  #reporting: Promise<void> | undefined;

  /** @param source a random id of the process */
  constructor(source: string) {
    this.#source = source;
  }

  /** Uses that were not counted, because nobody took the batches for too long. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Counts one use; never fails and never waits. */
  record(
    { keyId, secretId }: Pick<SecretUses, "keyId" | "secretId">,
    use: { readonly isAllowed: boolean; readonly cost: number },
    now: Instant,
  ): void {
    const held = this.#heldOf(keyId, secretId, now);
    if (held === undefined) {
      this.#droppedCount++;
      return;
    }
    held.lastUsedAt = now;
    if (use.isAllowed) {
      held.allowedCount++;
      held.cost += use.cost;
    } else held.deniedCount++;
  }

  /** Hands over all that has been counted, oldest first and one batch at a time, until `report` rejects. Never rejects. */
  report(report: ReportUses): Promise<void> {
    this.#reporting ??= this.#handOver(report).finally(() => {
      this.#reporting = undefined;
    });
    return this.#reporting;
  }

  #heldOf(keyId: string, secretId: string, now: Instant): Held | undefined {
    const known = this.#held.get(secretId);
    if (known !== undefined) return known;
    if (this.#held.size >= SECRETS_PER_BATCH_MAX && !this.#cut()) return undefined;
    const held = { keyId, secretId, lastUsedAt: now, allowedCount: 0, deniedCount: 0, cost: 0 };
    this.#held.set(secretId, held);
    return held;
  }

  async #handOver(report: ReportUses): Promise<void> {
    this.#cut();
    for (let [batch] = this.#batches; batch !== undefined; [batch] = this.#batches) {
      try {
        await report(batch);
      } catch {
        return;
      }
      this.#batches.shift();
    }
  }

  /** Ends the batch that is being counted; false where there is no room for another. */
  #cut(): boolean {
    if (this.#held.size === 0) return true;
    if (this.#batches.length >= BATCHES_WAITING_MAX) return false;
    this.#sequence++;
    const uses = [...this.#held.values()];
    this.#batches.push({ source: this.#source, sequence: this.#sequence, uses });
    this.#held = new Map();
    return true;
  }
}
