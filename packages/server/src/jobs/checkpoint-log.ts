// Signs how far each audit chain has come, and says so in the log: what collects logs keeps it where Keyward cannot write.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { WorkspaceId } from "@keyward/core/id";
import type { Checkpoints } from "../operations/call.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage } from "../storage/storage.ts";

const EVERY_MS = 3_600_000;
const WORKSPACES_PER_PAGE = 100;

export interface CheckpointLogParts {
  readonly storage: Pick<Storage, "system" | "reader">;
  readonly checkpoints: Pick<Checkpoints, "sign">;
  readonly clock: Clock;
  readonly log: Pick<Log, "event">;
}

/** Once an hour, however often it is reminded; of a workspace in which nothing has happened since, nothing is said again. */
export class CheckpointLog {
  readonly #parts: CheckpointLogParts;
  readonly #saidRevs = new Map<WorkspaceId, number>();
  #nextAtMs = 0;

  constructor(parts: CheckpointLogParts) {
    this.#parts = parts;
  }

  async writeIfDue(): Promise<void> {
    const { storage, clock } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + EVERY_MS;
    for (let after: string | null = null; ;) {
      const page = await storage.system.listWorkspaces({ limit: WORKSPACES_PER_PAGE, after });
      for (const { value } of page.items) await this.#write(value.id);
      after = page.items.at(-1)?.value.id ?? null;
      if (!page.more || after === null) return;
      await nextTurn();
    }
  }

  async #write(workspaceId: WorkspaceId): Promise<void> {
    const { storage, checkpoints, clock, log } = this.#parts;
    const scope = tenantScope(workspaceId);
    const { items } = await storage.reader.listAuditEvents(scope, {}, { limit: 1, after: null });
    const [last] = items;
    if (last === undefined || this.#saidRevs.get(workspaceId) === last.rev) return;
    const { rev, hash } = last;
    const checkpoint = await checkpoints.sign({ workspaceId, rev, hash, at: clock.now() });
    this.#saidRevs.set(workspaceId, rev);
    log.event("audit checkpoint", { checkpoint });
  }
}
