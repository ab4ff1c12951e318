import { sql } from "kysely";
import type { SqlBool } from "kysely";
import { instant } from "@keyward/core/time";
import type { TenantScope } from "../../storage.ts";
import { GRAIN_SECONDS } from "../../usage.ts";
import type { UsageDimension, UsageFilter, UsageQuestion, UsageSum } from "../../usage.ts";
import type { Connection } from "../connection.ts";
import type { UsageSeriesTable } from "../schema.ts";
import { scoped } from "../scoped.ts";
import { prepared, statement } from "../statement.ts";

const COLUMNS = {
  key: "key_id",
  owner: "owner_id",
  api: "api_id",
  environment: "environment",
  code: "code",
  tag: "tag",
} as const satisfies Record<UsageDimension, keyof UsageSeriesTable>;

interface Range {
  scope: TenantScope;
  grain: number;
  from: number;
  to: number;
  /** JSON: the series that are asked for. */
  series: string;
}

const sumSeries = prepared((of: Range) =>
  scoped(of.scope)
    .selectFrom("usage_cells")
    .select(["series", sql<number>`sum(count)`.as("count"), sql<number>`sum(cost)`.as("cost")])
    .where("grain", "=", of.grain)
    .where(sql<SqlBool>`series in (select value from json_each(${of.series}))`)
    .where("bucket", ">=", of.from)
    .where("bucket", "<", of.to)
    .groupBy("series"),
);
const selectCells = prepared((of: Range) =>
  scoped(of.scope)
    .selectFrom("usage_cells")
    .select(["series", "count", "cost", "bucket"])
    .where("grain", "=", of.grain)
    .where(sql<SqlBool>`series in (select value from json_each(${of.series}))`)
    .where("bucket", ">=", of.from)
    .where("bucket", "<", of.to),
);

export function sumUsage(
  connection: Connection,
  scope: TenantScope,
  { grain, from, to, filter, by, byBucket }: UsageQuestion,
): readonly UsageSum[] {
  const seconds = GRAIN_SECONDS[grain];
  const groups = new Groups(seriesMatching(connection, scope, filter, by), by);
  const range = {
    scope,
    grain: seconds,
    from: Math.ceil(from / 1000 / seconds),
    to: Math.ceil(to / 1000 / seconds),
    series: JSON.stringify(groups.series),
  };
  const statementOf = byBucket ? selectCells : sumSeries;
  for (const [series, count, cost, bucket] of connection.iterateArrays(statementOf(range))) {
    groups.add(
      series as number,
      (bucket as number | undefined) ?? null,
      count as number,
      cost as number,
    );
  }
  return groups.sums(seconds);
}

type SeriesRow = Omit<UsageSeriesTable, "workspace_id" | "total">;

/** Where keys and owners do not matter, the sums over all of them are a few series instead of all. */
function seriesMatching(
  connection: Connection,
  scope: TenantScope,
  filter: UsageFilter,
  by: readonly UsageDimension[],
): readonly SeriesRow[] {
  const needsKeys =
    filter.keyId !== undefined ||
    filter.ownerId !== undefined ||
    by.includes("key") ||
    by.includes("owner");
  let query = scoped(scope)
    .selectFrom("usage_series")
    .select(["id", "key_id", "owner_id", "api_id", "environment", "code", "tag"])
    .where("total", "=", needsKeys ? 0 : 1);
  if (filter.keyId !== undefined) query = query.where("key_id", "=", filter.keyId);
  if (filter.ownerId !== undefined) query = query.where("owner_id", "=", filter.ownerId);
  if (filter.apiId !== undefined) query = query.where("api_id", "=", filter.apiId);
  if (filter.environment !== undefined) {
    query = query.where("environment", "=", filter.environment);
  }
  if (filter.codes !== undefined) query = query.where("code", "in", filter.codes);
  if (filter.tag !== undefined) query = query.where("tag", "=", filter.tag);
  return connection.all(statement(query));
}

/** Sums of many series, by what they have in common. */
class Groups {
  readonly series: readonly number[];
  readonly #names: (readonly string[])[] = [];
  readonly #groupOf = new Map<number, number>();
  readonly #sums = new Map<number | null, Map<number, { count: number; cost: number }>>();

  constructor(rows: readonly SeriesRow[], by: readonly UsageDimension[]) {
    this.series = rows.map(({ id }) => id);
    const known = new Map<string, number>();
    for (const row of rows) {
      const names = by.map((dimension) => row[COLUMNS[dimension]]);
      const name = names.join(" ");
      let group = known.get(name);
      if (group === undefined) {
        group = this.#names.push(names) - 1;
        known.set(name, group);
      }
      this.#groupOf.set(row.id, group);
    }
  }

  add(series: number, bucket: number | null, count: number, cost: number): void {
    const group = this.#groupOf.get(series);
    if (group === undefined) return;
    let sums = this.#sums.get(bucket);
    if (sums === undefined) this.#sums.set(bucket, (sums = new Map()));
    const sum = sums.get(group);
    if (sum === undefined) {
      sums.set(group, { count, cost });
      return;
    }
    sum.count += count;
    sum.cost += cost;
  }

  sums(seconds: number): readonly UsageSum[] {
    return [...this.#sums].flatMap(([bucket, sums]) =>
      [...sums].map(([group, { count, cost }]) => ({
        bucket: bucket === null ? null : instant(bucket * seconds * 1000),
        names: this.#names[group] ?? [],
        count,
        cost,
      })),
    );
  }
}
