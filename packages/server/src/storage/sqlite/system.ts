// What belongs to the installation: the one file, beside scan.ts, that looks across the tenants.
import type { Page, SystemStorage } from "../storage.ts";
import { tenantScope } from "../storage.ts";
import { WORKSPACE_COLUMNS } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { readEpoch } from "./epoch.ts";
import { createEventsSystem } from "./events-system.ts";
import { trimChanges } from "./trim-changes.ts";
import { keepTrustMax, readTrustMaxes } from "./trust-max.ts";
import { forgetSessions } from "./people.ts";
import { forgetTokens } from "./oauth-writes.ts";
import { forgetReplies } from "./replies.ts";
import { listRunningRevocations } from "./revocation-jobs.ts";
import { workspaceFromRow } from "./rows.ts";
import { scanAll } from "./scan.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { builder, statement } from "./statement.ts";
import type { WriteQueue } from "./write-queue.ts";
import type { Workspace } from "@keyward/core/model/records";
import type { Reader } from "../storage.ts";

export function createSystemStorage(options: {
  readonly reader: Reader;
  readonly readConnection: Connection;
  readonly writeConnection: Connection;
  readonly queue: WriteQueue;
  readonly openReadConnection: () => Connection;
}): SystemStorage {
  const { reader, readConnection, writeConnection, queue } = options;
  return {
    ...createEventsSystem(options),

    async isEmpty() {
      const any = builder.selectFrom("workspaces").select("workspace_id").limit(1);
      return readConnection.find(statement(any)) === undefined;
    },

    async epoch() {
      return readEpoch(readConnection);
    },

    async listWorkspaces(page) {
      const query = builder
        .selectFrom("workspaces")
        .select(WORKSPACE_COLUMNS)
        .where("workspace_id", "<", page.after ?? AFTER_EVERY_ID)
        .orderBy("workspace_id", "desc")
        .limit(page.limit + 1);
      const rows = readConnection.all(statement(query));
      const items = rows.slice(0, page.limit);
      return {
        items: items.map((row) => ({ value: workspaceFromRow(row), rev: row.rev })),
        more: rows.length > page.limit,
      } satisfies Page<Workspace>;
    },

    async findWorkspace(id) {
      return reader.findWorkspace(tenantScope(id));
    },

    async listRunningRevocations() {
      return listRunningRevocations(readConnection);
    },

    async *scan() {
      const connection = options.openReadConnection();
      try {
        yield* scanAll(connection);
      } finally {
        connection.close();
      }
    },

    async forgetReplies(now) {
      await queue.write(async () => forgetReplies(writeConnection, now));
    },

    async forgetSessions(now) {
      await queue.write(async () => forgetSessions(writeConnection, now));
    },

    async forgetTokens(now) {
      await queue.write(async () => forgetTokens(writeConnection, now));
    },

    async trimChanges(keep) {
      await queue.write(async () => trimChanges(writeConnection, keep));
    },

    async readTrustMaxes() {
      return readTrustMaxes(readConnection);
    },

    async keepTrustMax(workspaceId, trustMs) {
      await queue.write(async () => keepTrustMax(writeConnection, workspaceId, trustMs));
    },
  };
}
