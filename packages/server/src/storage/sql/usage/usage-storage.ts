import { all, answering, find, run } from "../query.ts";
import type { Queries, Query, Run } from "../query.ts";
import { sql } from "kysely";
import { countSequence, NOTHING_COUNTED } from "@keyward/core/usage/source-progress";
import type { SourceProgress } from "@keyward/core/usage/source-progress";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { Instant } from "@keyward/core/time";
import type { Random } from "../../../runtime/random.ts";
import type { SubjectWithin, TenantScope } from "../../storage.ts";
import type { SeriesOfWork } from "./series.ts";
import type { Counted, StrangerSum, UsageStorage } from "../../usage.ts";
import { scoped } from "../scoped.ts";
import { prepared } from "../statement.ts";
import { upsertRow } from "../write-row.ts";
import { countCells, factsOfKeys } from "./count-cells.ts";
import { countStrangerCells, countUses } from "./count-uses.ts";
import { LogEntries } from "./log-entries.ts";
import { keepNeeds } from "./needs.ts";
import { SeriesIds } from "./series.ts";
import { sumUsage } from "./sum-usage.ts";
import { allScopes, UsageTidying } from "./tidy-usage.ts";

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

const usageReader: Queries<Pick<UsageStorage, "sum" | "listStrangers">> = {
  sum: sumUsage,

  *listStrangers(scope, { from, to }, limit) {
    const range = { from: Math.floor(from / HOUR_MS), to: Math.ceil(to / HOUR_MS) };
    const rows = yield* all(selectStrangers({ scope, ...range, limit }));
    return rows.map(({ network, code, ...row }) => ({
      ...row,
      code: code as StrangerSum["code"],
      network: network === "" ? null : network,
    }));
  },
};

/** @param write runs a query alone in a transaction, and answers when it is durable */
export function createUsageStorage(read: Run, write: Run, random: Random): UsageStorage {
  const entries = new LogEntries(random);
  const seriesIds = new SeriesIds();
  const tidying = new UsageTidying();
  return {
    ...answering(usageReader, read),

    async count(scope, subject, batch, now) {
      const series = seriesIds.begin(scope);
      const counted = await write(
        countBatch(scope, subject, batch, { series, entries, now }),
        scope,
      );
      seriesIds.remember(series);
      return counted;
    },

    async tidy(now) {
      await write(tidying.tidy(now), undefined);
      for (const scope of await read(allScopes(), undefined)) {
        while (await write(entries.forgetSome(scope, now), scope));
      }
    },
  };
}

function* countBatch(
  scope: TenantScope,
  subject: SubjectWithin | null,
  { source, sequence, cells, uses, strangers, needs, log }: UsageBatch,
  work: {
    readonly series: SeriesOfWork;
    readonly entries: LogEntries;
    readonly now: Instant;
  },
): Query<Counted> {
  const { now } = work;
  const progress = countSequence(yield* readProgress(scope, source), sequence);
  if (progress === "counted") return { outcome: "repeated" };
  if (progress === "too_far") return { outcome: progress };
  const keys = yield* factsOfKeys(scope, subject, [...cells, ...needs, ...log]);
  const lateCount = yield* countCells(scope, cells, { ...work, keys });
  yield* work.entries.add(scope, log, { reporter: source, now, keys });
  const newNetworks = yield* countUses(scope, subject, uses, { reporter: source, now });
  yield* countStrangerCells(scope, strangers, now);
  yield* keepNeeds(scope, needs, { keys, now });
  yield* run(
    upsertSource({
      workspace_id: scope,
      source,
      counted_through: progress.through,
      counted_ahead: JSON.stringify(progress.ahead),
      counted_at: now,
    }),
  );
  return { outcome: "counted", lateCount, newNetworks };
}

function* readProgress(scope: TenantScope, source: string): Query<SourceProgress> {
  const row = yield* find(selectSource({ scope, source }));
  if (row === undefined) return NOTHING_COUNTED;
  const ahead = JSON.parse(row.counted_ahead) as readonly number[];
  return { through: row.counted_through, ahead };
}
