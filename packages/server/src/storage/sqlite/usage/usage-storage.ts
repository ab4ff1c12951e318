import { sql } from "kysely";
import { countSequence, NOTHING_COUNTED } from "@keyward/core/usage/source-progress";
import type { SourceProgress } from "@keyward/core/usage/source-progress";
import type { TenantScope } from "../../storage.ts";
import type { Counted, StrangerSum, UsageStorage } from "../../usage.ts";
import type { Connection } from "../connection.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import { upsertRow } from "../write-row.ts";
import type { WriteQueue } from "../write-queue.ts";
import { countCells } from "./count-cells.ts";
import { countStrangerCells, countUses } from "./count-uses.ts";
import { SeriesIds } from "./series.ts";
import { sumUsage } from "./sum-usage.ts";
import { UsageTidying } from "./tidy-usage.ts";

const HOUR_MS = 3_600_000;

const selectSource = prepared((of: { scope: TenantScope; source: string }) =>
  scoped(of.scope)
    .selectFrom("usage_sources")
    .select(["counted_through", "counted_ahead"])
    .where("source", "=", of.source),
);
const upsertSource = upsertRow(
  "usage_sources",
  ["source", "counted_through", "counted_ahead", "counted_at"],
  ["workspace_id", "source"],
);
const selectStrangers = prepared(
  (of: { scope: TenantScope; from: number; to: number; limit: number }) =>
    scoped(of.scope)
      .selectFrom("usage_strangers")
      .select(["code", "network", "brand", sql<number>`sum(count)`.as("count")])
      .where("hour", ">=", of.from)
      .where("hour", "<", of.to)
      .groupBy(["code", "network", "brand"])
      .orderBy("count", "desc")
      .limit(of.limit),
);

export function createUsageStorage(
  readConnection: Connection,
  writeConnection: Connection,
  queue: WriteQueue,
): UsageStorage {
  const seriesIds = new SeriesIds(writeConnection);
  const tidying = new UsageTidying(writeConnection);
  return {
    async count(scope, subject, batch, now) {
      const { source, sequence, cells, uses, strangers } = batch;
      const series = seriesIds.begin(scope);
      const counted = await queue.write(async (): Promise<Counted> => {
        const progress = countSequence(readProgress(writeConnection, scope, source), sequence);
        if (progress === "counted") return { outcome: "repeated" };
        if (progress === "too_far") return { outcome: progress };
        const work = { series, now };
        const lateCount = await countCells(writeConnection, scope, subject, cells, work);
        countUses(writeConnection, scope, subject, uses, now);
        countStrangerCells(writeConnection, scope, strangers, now);
        writeConnection.run(
          upsertSource({
            workspace_id: scope,
            source,
            counted_through: progress.through,
            counted_ahead: JSON.stringify(progress.ahead),
            counted_at: now,
          }),
        );
        return { outcome: "counted", lateCount };
      });
      seriesIds.remember(series);
      return counted;
    },

    async sum(scope, question) {
      return await sumUsage(readConnection, scope, question);
    },

    async listStrangers(scope, { from, to }, limit) {
      const range = { from: Math.floor(from / HOUR_MS), to: Math.ceil(to / HOUR_MS) };
      const rows = readConnection.all(selectStrangers({ scope, ...range, limit }));
      return rows.map(({ network, code, ...row }) => ({
        ...row,
        code: code as StrangerSum["code"],
        network: network === "" ? null : network,
      }));
    },

    async tidy(now) {
      await queue.write(async () => tidying.tidy(now));
    },
  };
}

function readProgress(connection: Connection, scope: TenantScope, source: string): SourceProgress {
  const row = connection.find(selectSource({ scope, source }));
  if (row === undefined) return NOTHING_COUNTED;
  const ahead = JSON.parse(row.counted_ahead) as readonly number[];
  return { through: row.counted_through, ahead };
}
