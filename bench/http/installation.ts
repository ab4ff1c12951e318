// A real database with many keys, for a real server to start on.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import { Population } from "../population.ts";
import { factsOf } from "../../packages/server/src/operations/call.ts";
import { firstStart } from "../../packages/server/src/operations/first-start.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { openSqliteStorage } from "../../packages/server/src/storage/sqlite/open-sqlite-storage.ts";
import { tenantScope } from "../../packages/server/src/storage/storage.ts";
import type { Storage } from "../../packages/server/src/storage/storage.ts";

export interface BenchInstallation {
  readonly directory: string;
  readonly managementKey: string;
  readonly population: Population;
  readonly remove: () => void;
}

export async function install(keys: number): Promise<BenchInstallation> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-bench-"));
  const tools = { clock: systemClock, random: systemRandom };
  const storage = await openSqliteStorage({ directory, ...tools });
  let managementKey = "";
  await firstStart(storage, {
    ...tools,
    deliver: (secret) => {
      managementKey = secret.reveal();
      return Promise.resolve();
    },
  });
  const { items } = await storage.system.listWorkspaces({ limit: 1, after: null });
  const [workspace] = items;
  if (workspace === undefined) throw new Error("the first start made no workspace");
  const workspaceId = workspace.value.id;
  const population = new Population({ keys, keysPerOwner: 3, workspaceId });
  for (const changes of population.changes()) {
    for (let start = 0; start < changes.length; start += CHANGES_PER_WRITE) {
      await write(storage, workspaceId, changes.slice(start, start + CHANGES_PER_WRITE));
    }
  }
  await storage.close();
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return { directory, managementKey, population, remove };
}

/** Of one transaction. Far longer ones cost more for each change than they save. */
const CHANGES_PER_WRITE = 200;

async function write(
  storage: Storage,
  workspaceId: WorkspaceId,
  changes: readonly CommittedChange[],
): Promise<void> {
  const call = {
    actor: { type: "system", id: "bench", ip: null },
    now: systemClock.now(),
    random: systemRandom,
    requestId: "bench",
  } as const;
  await storage.write(async (writer) => {
    for (const { change } of changes) {
      const action = change.entity === "key" ? "key.created" : "owner.created";
      const facts = factsOf(call, action);
      await writer.record(tenantScope(workspaceId), change, facts);
    }
  });
}
