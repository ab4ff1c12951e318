// Carries out revocations of many keys once their requests have been answered, and goes on with them after a restart.
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { RevocationId, WorkspaceId } from "@keyward/core/id";
import { revokeSlice } from "../operations/revocations/revoke-slice.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage } from "../storage/storage.ts";

/** How long after a slice that could not be written the next one is tried. */
const RETRY_AFTER_MS = 1_000;

export interface RunnerParts {
  readonly storage: Pick<Storage, "system" | "subscribe" | "write">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Pick<Log, "failed">;
}

export class RevocationRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Map<RevocationId, WorkspaceId>();
  readonly #stopping = new AbortController();
  #work: Promise<void> | undefined;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    parts.storage.subscribe((changes) => {
      for (const { change, workspaceId } of changes) {
        if (change.entity !== "revocation") continue;
        if (change.value.state === "running") this.#add(change.id, workspaceId);
        else this.#running.delete(change.id);
      }
    });
  }

  /** Goes on with what a server before has left. */
  async start(): Promise<void> {
    for (const { id, workspaceId } of await this.#parts.storage.system.listRunningRevocations()) {
      this.#add(id, workspaceId);
    }
  }

  /** Lets the slice under way come to its end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  #add(id: RevocationId, workspaceId: WorkspaceId): void {
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

  async #runSlice(id: RevocationId, workspaceId: WorkspaceId): Promise<void> {
    const { storage, clock, random, log } = this.#parts;
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    try {
      const scope = tenantScope(workspaceId);
      const mayGoOn = await storage.write((writer) =>
        revokeSlice({ now: clock.now(), random, pause: () => nextTurn() }, writer, { scope, id }),
      );
      if (!mayGoOn) this.#running.delete(id);
    } catch (error) {
      log.failed(error);
      await delay(RETRY_AFTER_MS, undefined, { signal }).catch(() => {});
    }
  }
}
