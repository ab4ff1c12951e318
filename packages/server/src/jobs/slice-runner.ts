// Carries out what goes on after its request has been answered: slice by slice, and on after a restart.
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage, TenantScope, Writer } from "../storage/storage.ts";
import type { Instant } from "@keyward/core/time";

/** How long after a slice that could not be written the next one is tried. */
const RETRY_AFTER_MS = 1_000;
/** How long after its last slice another node goes on in the place of one that has stopped. */
const DUTY_SECONDS = 15;

export interface RunnerParts {
  readonly storage: Pick<Storage, "system" | "subscribe" | "write" | "nodes">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
}

/** What a slice is given beside the storage. */
export interface SliceParts {
  readonly now: Instant;
  readonly random: Random;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

export interface JobId<Id> {
  readonly workspaceId: WorkspaceId;
  readonly id: Id;
}

/** One kind of job. */
export interface SlicedJob<Id> {
  /** What a change says of a job: that it runs, or that it has ended; `undefined` where it is of none. */
  heard(change: CommittedChange): { readonly id: Id; readonly isRunning: boolean } | undefined;
  /** Those that a server before has left. */
  left(system: Storage["system"]): Promise<readonly JobId<Id>[]>;
  /** One transaction; answers whether there may be more to do. */
  slice(
    parts: SliceParts,
    writer: Writer,
    job: { readonly scope: TenantScope; readonly id: Id },
  ): Promise<boolean>;
}

export class SliceRunner<Id> {
  readonly #parts: RunnerParts;
  readonly #job: SlicedJob<Id>;
  readonly #running = new Map<Id, WorkspaceId>();
  readonly #stopping = new AbortController();
  #work: Promise<void> | undefined;

  constructor(parts: RunnerParts, job: SlicedJob<Id>) {
    this.#parts = parts;
    this.#job = job;
    parts.storage.subscribe((changes) => {
      for (const change of changes) {
        const heard = job.heard(change);
        if (heard === undefined) continue;
        if (heard.isRunning) this.#add(heard.id, change.workspaceId);
        else this.#running.delete(heard.id);
      }
    });
  }

  /** Goes on with what a server before has left. */
  async start(): Promise<void> {
    for (const { id, workspaceId } of await this.#job.left(this.#parts.storage.system)) {
      this.#add(id, workspaceId);
    }
  }

  /** Lets the slice under way come to its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  #add(id: Id, workspaceId: WorkspaceId): void {
    this.#running.set(id, workspaceId);
    this.#work ??= this.#runAll();
  }

  /** A slice of each in turn: one that is large does not hold up the others. */
  async #runAll(): Promise<void> {
    // Whoever has asked for it is answered first.
    await nextTurn();
    while (this.#running.size > 0 && !this.#stopping.signal.aborted) {
      for (const [id, workspaceId] of this.#running) await this.#runSlice(id, workspaceId);
    }
    this.#work = undefined;
  }

  async #runSlice(id: Id, workspaceId: WorkspaceId): Promise<void> {
    const { storage, clock, random, log } = this.#parts;
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    try {
      if (!(await storage.nodes.hasDuty("slices", DUTY_SECONDS))) {
        await delay(RETRY_AFTER_MS, undefined, { signal }).catch(() => {});
        return;
      }
      const scope = tenantScope(workspaceId);
      const parts = { now: clock.now(), random, pause: () => nextTurn() };
      const mayGoOn = await storage.write((writer) =>
        this.#job.slice(parts, writer, { scope, id }),
      );
      if (!mayGoOn) this.#running.delete(id);
    } catch (error) {
      log.failed(error);
      await delay(RETRY_AFTER_MS, undefined, { signal }).catch(() => {});
    }
  }
}
