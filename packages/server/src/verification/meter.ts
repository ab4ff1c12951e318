import type { WorkspaceId } from "@keyward/core/id";
import type { Reason } from "@keyward/core/log/entry";
import type { Environment } from "@keyward/core/key/format";
import type { Instant } from "@keyward/core/time";
import type { UsageBatch } from "@keyward/core/usage/cell";
import { isFull, UsageMeter } from "@keyward/core/usage/meter";
import type { MeteredRequest, MeteredSecret } from "@keyward/core/usage/metered";
import type { VerdictCode } from "@keyward/core/verdict/codes";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { TenantScope } from "../storage/storage.ts";

const FLUSH_EVERY_MS = 1_000;
const SOURCE_BYTES = 16;

/** The secret that a verdict was about. */
export interface UsedSecret extends MeteredSecret {
  readonly workspaceId: WorkspaceId;
  /** Of a key's: whose feed it came by, which an edge goes by. */
  readonly apiPrefix?: string;
  readonly environment?: Environment;
}

export interface WorkspaceMetersParts {
  readonly random: Random;
  /** Counts a batch for good, and once however often it is given. */
  count(scope: TenantScope, batch: UsageBatch): Promise<unknown>;
  /** Told of each write that failed; what it held is kept and tried again. */
  onFailure(error: unknown): void;
}

interface Metered {
  readonly meter: UsageMeter;
  sequence: number;
  /** Was given to storage, which may or may not have counted it. */
  pending: UsageBatch | undefined;
}

/**
 * Counts what this server decides, workspace by workspace, and writes it behind, so that no verification waits for
 * storage: a crash loses at most a second of it (F01). Bounded in memory whatever happens to storage (K8).
 */
export class WorkspaceMeters {
  readonly #parts: WorkspaceMetersParts;
  readonly #source: string;
  readonly #metered = new Map<WorkspaceId, Metered>();
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: WorkspaceMetersParts) {
    this.#parts = parts;
    this.#source = Buffer.from(parts.random.bytes(SOURCE_BYTES)).toString("hex");
  }

  /** Decisions that are counted with less told about them, because there was no room. */
  get coarsenedCount(): number {
    let count = 0;
    for (const { meter } of this.#metered.values()) count += meter.coarsenedCount;
    return count;
  }

  /** Counts a decision about a key; never fails and never waits. */
  record(
    secret: UsedSecret,
    code: VerdictCode,
    now: Instant,
    request?: MeteredRequest,
    reason?: Reason,
  ): void {
    this.#of(secret.workspaceId).meter.record(secret, code, now, request, reason);
  }

  /** Counts a decision about what is no key of the workspace. */
  recordStranger(
    workspaceId: WorkspaceId,
    code: VerdictCode,
    presented: string,
    now: Instant,
    request: MeteredRequest,
  ): void {
    this.#of(workspaceId).meter.recordStranger(code, presented, now, request);
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
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    // Together, so that one commit serves many workspaces.
    const flushes = [...this.#metered].map(([id, metered]) => this.#flushOne(id, metered));
    const results = await Promise.allSettled(flushes);
    // When storage fails, it fails for all of them: one report of it is enough.
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) this.#parts.onFailure(failed.reason);
  }

  async #flushOne(workspaceId: WorkspaceId, metered: Metered): Promise<void> {
    let isMore = true;
    while (isMore) {
      metered.pending ??= this.#next(metered);
      if (metered.pending === undefined) return;
      await this.#parts.count(tenantScope(workspaceId), metered.pending);
      // What came meanwhile can wait for the next second; a batch that was full has left something behind.
      isMore = isFull(metered.pending);
      metered.pending = undefined;
    }
  }

  #next(metered: Metered): UsageBatch | undefined {
    const usage = metered.meter.take();
    if (usage === undefined) return undefined;
    metered.sequence++;
    return { source: this.#source, sequence: metered.sequence, ...usage };
  }

  #of(workspaceId: WorkspaceId): Metered {
    let metered = this.#metered.get(workspaceId);
    if (metered === undefined) {
      metered = { meter: new UsageMeter(), sequence: 0, pending: undefined };
      this.#metered.set(workspaceId, metered);
    }
    return metered;
  }
}
