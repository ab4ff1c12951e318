import type { WorkspaceId } from "@keyward/core/id";
import type { Taken } from "@keyward/core/limit/units-counter";
import type { UnitStore } from "@keyward/core/limit/unit-store";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { chargeReads, chargeWrites } from "../sql/charges.ts";
import { feedReader, lastRev, scanPages } from "../sql/feed-reader.ts";
import { answering } from "../sql/query.ts";
import type { Run } from "../sql/query.ts";
import { readerQueries } from "../sql/reader.ts";
import { forgetReplies } from "../sql/replies.ts";
import { scanAll } from "../sql/scan.ts";
import { systemReader, systemWriter } from "../sql/system.ts";
import { giveBackUnits, takeUnits } from "../sql/units.ts";
import { logReader } from "../sql/usage/log-entries.ts";
import { createUsageStorage } from "../sql/usage/usage-storage.ts";
import { StorageOpenError } from "../storage-open-error.ts";
import { tenantScope } from "../storage.ts";
import type { FeedReader, Storage, TenantScope } from "../storage.ts";
import { Announcements } from "./announcements.ts";
import { Commits } from "./commits.ts";
import { Connections } from "./connections.ts";
import type { Rewrite } from "./transaction.ts";
import { Follower } from "./follower.ts";
import { migrate } from "./migrate.ts";
import { troubleOf } from "./postgres-error.ts";
import { SharedNodes } from "./shared-nodes.ts";
import { WriteLanes } from "./write-lanes.ts";

export interface PostgresStorageOptions {
  /** `postgres://user:password@host/database`, with `sslmode` and `sslrootcert` where they are wanted. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  /** For tests: gives the SQL that is run in place of this. */
  readonly rewrite?: Rewrite;
}

/**
 * Opens the storage that any number of nodes share, making or migrating it first.
 *
 * @throws StorageOpenError when the database cannot be reached (75) or does not suit this release (78)
 */
export async function openPostgresStorage(options: PostgresStorageOptions): Promise<Storage> {
  const config = { connectionString: options.url };
  const connections = new Connections(config, options.rewrite);
  try {
    await migrate(connections, options);
    return await open(connections, config, options);
  } catch (error) {
    await connections.close();
    throw toOpenError(error);
  }
}

async function open(
  connections: Connections,
  config: { readonly connectionString: string },
  { clock, random }: Pick<PostgresStorageOptions, "clock" | "random">,
): Promise<Storage> {
  const follower = new Follower(connections);
  await follower.begin();
  let trouble: string | null = null;
  const onWritten = (error: unknown) => {
    trouble = error === undefined ? null : (troubleOf(error) ?? trouble);
  };
  const announcements = new Announcements(config, connections, (workspaceId) => {
    if (workspaceId === undefined) nodes.look();
    else follower.catchUpWith(workspaceId).catch(() => {});
  });
  const nodes = new SharedNodes({ connections, follower, announcements, clock, onWritten });
  const commits = new Commits(connections);
  const lanes = new WriteLanes({
    connections,
    commits,
    publish: async (changes) => {
      const [first] = changes;
      if (first === undefined) return;
      announcements.tell(first.workspaceId);
      await follower.publish(first.workspaceId, changes);
    },
    onWritten,
  });

  const readAs = (tenantOf: (scope: unknown) => TenantScope | "*"): Run => {
    return (query, scope) =>
      connections.read(tenantOf(scope), (transaction) => transaction.drive(query));
  };
  const read = readAs((scope) => (scope === undefined ? "*" : (scope as TenantScope)));
  const readAll = readAs(() => "*");
  const writeAll: Run = (query) =>
    connections.write("*", (transaction) => transaction.drive(query));
  const writeIn: Run = (query, scope) =>
    scope === undefined ? writeAll(query, scope) : lanes.writeQuery(scope as TenantScope, query);

  nodes.start();

  const reader = answering(readerQueries, read);
  let closing: Promise<void> | undefined;
  return {
    reader,
    system: {
      ...answering(systemReader, readAll),
      ...answering(systemWriter, writeAll),
      async forgetReplies(now) {
        await writeAll(forgetReplies(now), undefined);
        await commits.forget();
      },
      findWorkspace: (id) => reader.findWorkspace(tenantScope(id)),
      async *scan() {
        const note = follower.hold();
        const transaction = await connections.begin("scan", "*");
        try {
          for await (const changes of transaction.scan(scanAll())) {
            note(changes);
            yield changes;
          }
        } finally {
          await transaction.rollback();
        }
      },
    },
    feed: { ...answering(feedReader, read), scanSubject: scanningSubject(connections) },
    usage: createUsageStorage(read, writeIn, random),
    logs: answering(logReader, read),
    units: unitsIn(lanes),
    charges: { ...answering(chargeReads, read), ...answering(chargeWrites, writeIn) },
    write: (work) => lanes.write(work),
    nodes,
    subscribe: (listener) => follower.subscribe(listener),
    health: () => {
      const reason = follower.failure?.message ?? trouble;
      return { writable: reason === null, reason };
    },
    close() {
      nodes.stop();
      closing ??= lanes
        .close()
        .then(() => announcements.close())
        .then(() => connections.close());
      return closing;
    },
  };
}

function scanningSubject(connections: Connections): FeedReader["scanSubject"] {
  return async (scope, subject, keys) => {
    const transaction = await connections.begin("scan", scope);
    try {
      const rev = await transaction.drive(lastRev(scope));
      const pages = transaction.scan(scanPages(scope, subject, keys));
      return { rev, pages, close: () => void transaction.rollback() };
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  };
}

/** Units of a workspace are taken in its lane, where nobody else writes. */
function unitsIn(lanes: WriteLanes): UnitStore {
  return {
    async take(demands) {
      const taken: Taken[] = [];
      const byWorkspace = Map.groupBy(demands.entries(), ([, demand]) => demand.workspaceId);
      await eachWorkspace(byWorkspace, async (scope, entries) => {
        const query = takeUnits(entries.map(([, demand]) => demand));
        for (const [index, one] of (await lanes.writeQuery(scope, query)).entries()) {
          const place = entries[index]?.[0];
          if (place !== undefined) taken[place] = one;
        }
      });
      return taken;
    },
    async giveBack(returns) {
      const byWorkspace = Map.groupBy(returns, ({ workspaceId }) => workspaceId);
      await eachWorkspace(byWorkspace, async (scope, ofOne) => {
        await lanes.writeQuery(scope, giveBackUnits(ofOne));
      });
    },
  };
}

async function eachWorkspace<Item>(
  items: ReadonlyMap<WorkspaceId, readonly Item[]>,
  action: (scope: TenantScope, items: readonly Item[]) => Promise<void>,
): Promise<void> {
  await Promise.all([...items].map(([id, ofOne]) => action(tenantScope(id), ofOne)));
}

function toOpenError(error: unknown): unknown {
  if (error instanceof StorageOpenError || troubleOf(error) === null) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageOpenError(75, `The database cannot be used: ${reason}`, { cause: error });
}
