import type { KeyId, SecretId, WorkspaceId } from "@keyward/core/id";
import type { Instant } from "@keyward/core/time";
import type { Uses } from "../storage/storage.ts";

/** How many distinct secrets are merged before they are written without waiting for the second to pass. */
export const SECRETS_PER_FLUSH_MAX = 50_000;
/** How many are kept while storage fails. Uses of others are then dropped, and counted as such. */
export const SECRETS_HELD_MAX = 100_000;
/** How many are handed over at once, so that no single write stops the decisions for long. */
const SECRETS_PER_WRITE = 1_000;
const FLUSH_EVERY_MS = 1_000;

/** The secret that a verdict was about. */
export interface UsedSecret {
  readonly workspaceId: WorkspaceId;
  readonly keyId: KeyId;
  readonly secretId: SecretId;
}

type Held = { -readonly [Field in keyof Uses]: Uses[Field] };

export interface UseMeterParts {
  /** Adds the counts to those that are kept already. */
  mergeUses(uses: readonly Uses[]): Promise<void>;
  /** Told of each write that failed; what it held is kept and tried again. */
  onFailure(error: unknown): void;
}

/**
 * Merges the uses of secrets in memory and writes them behind, so that no verification waits for storage: a crash loses
 * at most a second of them (F01). Bounded in memory whatever happens to storage (K8).
 */
export class UseMeter {
  readonly #parts: UseMeterParts;
  #held = new Map<SecretId, Held>();
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #droppedCount = 0;

  constructor(parts: UseMeterParts) {
    this.#parts = parts;
  }

  /** Uses that were not counted, because storage failed for too long. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Counts one use; never fails and never waits. */
  record(secret: UsedSecret, isAllowed: boolean, now: Instant): void {
    const { secretId } = secret;
    const held = this.#held.get(secretId);
    if (held === undefined) {
      const { workspaceId, keyId } = secret;
      const [allowedCount, deniedCount] = isAllowed ? [1, 0] : [0, 1];
      this.#add({ workspaceId, keyId, secretId, lastUsedAt: now, allowedCount, deniedCount });
      return;
    }
    held.lastUsedAt = now;
    if (isAllowed) held.allowedCount++;
    else held.deniedCount++;
  }

  /** Begins to write every second. */
  start(): void {
    this.#timer ??= setInterval(() => void this.flush(), FLUSH_EVERY_MS).unref();
  }

  /** Writes what is left, and no more after that. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#flushing;
    await this.flush();
  }

  /** Writes what was counted so far. Never throws; one at a time. */
  flush(): Promise<void> {
    if (this.#held.size === 0) return this.#flushing ?? Promise.resolve();
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  #add(held: Held): void {
    if (this.#held.size >= SECRETS_HELD_MAX) {
      this.#droppedCount++;
      return;
    }
    this.#held.set(held.secretId, held);
    if (this.#held.size === SECRETS_PER_FLUSH_MAX) void this.flush();
  }

  async #write(): Promise<void> {
    const waiting = [...this.#held.values()];
    this.#held = new Map();
    for (let start = 0; start < waiting.length; start += SECRETS_PER_WRITE) {
      const uses = waiting.slice(start, start + SECRETS_PER_WRITE);
      try {
        await this.#parts.mergeUses(uses);
      } catch (error) {
        for (const unwritten of waiting.slice(start)) this.#putBack(unwritten);
        this.#parts.onFailure(error);
        return;
      }
    }
  }

  #putBack(unwritten: Held): void {
    const newer = this.#held.get(unwritten.secretId);
    if (newer !== undefined) {
      newer.allowedCount += unwritten.allowedCount;
      newer.deniedCount += unwritten.deniedCount;
    } else if (this.#held.size < SECRETS_HELD_MAX) {
      this.#held.set(unwritten.secretId, unwritten);
    } else {
      this.#droppedCount += unwritten.allowedCount + unwritten.deniedCount;
    }
  }
}
