import { all, fetch, openArrays, pause } from "../query.ts";
import type { Query } from "../query.ts";
import { sql } from "kysely";
import { instant } from "@keyward/core/time";
import type { TenantScope } from "../../storage.ts";
import { BLOCK_DAYS, GRAIN_SECONDS } from "../../usage.ts";
import type { UsageDimension, UsageFilter, UsageQuestion, UsageSum } from "../../usage.ts";
import type { UsageSeriesTable } from "../schema.ts";
import { isNumberAmong } from "../dialect.ts";
import { scoped } from "../scoped.ts";
import { prepared, statement } from "../statement.ts";

/** How many rows are summed up before others have their turn. */
const ROWS_PER_TURN = 2_000;

const COLUMNS = {
  key: "key_id",
  owner: "owner_id",
  api: "api_id",
  environment: "environment",
  code: "code",
  tag: "tag",
} as const satisfies Record<UsageDimension, keyof UsageSeriesTable>;

interface Part {
  /** Seconds. */
  grain: number;
  /** In whole grains since 1970. */
  from: number;
  to: number;
}

interface Range extends Part {
  scope: TenantScope;
  /** JSON: the series that are asked for. */
  series: string;
}

const sumSeries = prepared((of: Range) =>
  scoped(of.scope)
    .selectFrom("usage_cells")
    .select(["series", sql<number>`sum(count)`.as("count"), sql<number>`sum(cost)`.as("cost")])
    .where("grain", "=", of.grain)
    .where(isNumberAmong("series", of.series))
    .where("bucket", ">=", of.from)
    .where("bucket", "<", of.to)
    .groupBy("series"),
);
const selectCells = prepared((of: Range) =>
  scoped(of.scope)
    .selectFrom("usage_cells")
    .select(["series", "count", "cost", "bucket"])
    .where("grain", "=", of.grain)
    .where(isNumberAmong("series", of.series))
    .where("bucket", ">=", of.from)
    .where("bucket", "<", of.to),
);

/** Series, count, cost and, where buckets are told apart, the bucket. */
type CellValues = readonly [number, number, number, number?];

/** Lets others have their turn in between, however much there is to sum up. */
export function* sumUsage(scope: TenantScope, question: UsageQuestion): Query<readonly UsageSum[]> {
  const { filter, by, byBucket } = question;
  const groups = new Groups(yield* seriesMatching(scope, filter, by), by);
  const series = JSON.stringify(groups.series);
  const statementOf = byBucket ? selectCells : sumSeries;
  for (const part of partsOf(question)) {
    const cursor = yield* openArrays<CellValues>(statementOf({ scope, series, ...part }));
    for (;;) {
      const rows = yield* fetch(cursor, ROWS_PER_TURN);
      for (const [one, count, cost, bucket] of rows) groups.add(one, bucket ?? null, count, cost);
      if (rows.length < ROWS_PER_TURN) break;
      yield* pause();
    }
  }
  return groups.sums(GRAIN_SECONDS[question.grain]);
}

/** Where no bucket has to be told apart, whole blocks of days are read instead of their days. */
function partsOf({ grain, from, to, byBucket }: UsageQuestion): readonly Part[] {
  const seconds = GRAIN_SECONDS[grain];
  const first = Math.ceil(from / 1000 / seconds);
  const end = Math.ceil(to / 1000 / seconds);
  const whole = { grain: seconds, from: first, to: end };
  if (grain !== "day" || byBucket) return [whole];
  const firstBlock = Math.ceil(first / BLOCK_DAYS);
  const endBlock = Math.floor(end / BLOCK_DAYS);
  if (firstBlock >= endBlock) return [whole];
  return [
    { grain: seconds, from: first, to: firstBlock * BLOCK_DAYS },
    { grain: seconds * BLOCK_DAYS, from: firstBlock, to: endBlock },
    { grain: seconds, from: endBlock * BLOCK_DAYS, to: end },
  ];
}

type SeriesRow = Omit<UsageSeriesTable, "workspace_id" | "total">;

/** Where keys and owners do not matter, the sums over all of them are a few series instead of all. */
function* seriesMatching(
  scope: TenantScope,
  filter: UsageFilter,
  by: readonly UsageDimension[],
): Query<readonly SeriesRow[]> {
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
  return yield* all(statement(query));
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
