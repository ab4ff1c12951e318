import { all, fetch, openArrays, pause } from "../query.ts";
import type { Query } from "../query.ts";
import { sql } from "kysely";
import { instant } from "@keyward/core/time";
import type { TenantScope } from "../../storage.ts";
import { GRAIN_SECONDS } from "../../usage.ts";
import type { UsageDimension, UsageFilter, UsageQuestion, UsageSum } from "../../usage.ts";
import type { UsageSeriesTable } from "../schema.ts";
import { isNumberAmong } from "../dialect.ts";
import { scoped } from "../scoped.ts";
import { statement } from "../statement.ts";
import { bucketsOf, partsOf } from "./parts.ts";
import type { Part, Parts } from "./parts.ts";

/** How many rows are summed up before others have their turn. */
const ROWS_PER_TURN = 2_000;

const COLUMNS = {
  key: "key_id",
  owner: "owner_id",
  plan: "plan_id",
  api: "api_id",
  environment: "environment",
  code: "code",
  tag: "tag",
} as const satisfies Record<UsageDimension, keyof UsageSeriesTable>;

/** Some series, as JSON. */
interface Series {
  readonly scope: TenantScope;
  readonly series: string;
}

function cellsOf({ scope, series }: Series, { grain, from, to }: Part) {
  return scoped(scope)
    .selectFrom("usage_cells")
    .where("grain", "=", grain)
    .where(isNumberAmong("series", series))
    .where("bucket", ">=", from)
    .where("bucket", "<", to);
}

const selectCells = (of: Series, part: Part) =>
  statement(cellsOf(of, part).select(["series", "count", "cost", "bucket"]));

/** In one statement, so that all parts are of the same moment. */
const selectSums = (of: Series, [first, ...others]: Parts) => {
  const sumOf = (part: Part) =>
    cellsOf(of, part)
      .select(["series", signed(part, "count"), signed(part, "cost")])
      .groupBy("series");
  return statement(others.reduce((sums, part) => sums.unionAll(sumOf(part)), sumOf(first)));
};

function signed({ sign }: Part, column: "count" | "cost") {
  return sql<number>`${sql.lit(sign)} * sum(${sql.ref(column)})`.as(column);
}

/** Series, count, cost and, where buckets are told apart, the bucket. */
type CellValues = readonly [number, number, number, number?];

/** Lets others have their turn in between, however much there is to sum up. */
export function* sumUsage(scope: TenantScope, question: UsageQuestion): Query<readonly UsageSum[]> {
  const { filter, by, byBucket } = question;
  const groups = new Groups(yield* seriesMatching(scope, filter, by), by);
  const of = { scope, series: JSON.stringify(groups.series) };
  const select = byBucket
    ? selectCells(of, bucketsOf(question))
    : selectSums(of, partsOf(question));
  const cursor = yield* openArrays<CellValues>(select);
  for (;;) {
    const rows = yield* fetch(cursor, ROWS_PER_TURN);
    for (const [one, count, cost, bucket] of rows) groups.add(one, bucket ?? null, count, cost);
    if (rows.length < ROWS_PER_TURN) break;
    yield* pause();
  }
  return groups.sums(GRAIN_SECONDS[question.grain]);
}

type SeriesRow = Omit<UsageSeriesTable, "workspace_id" | "total">;

/** Where keys, owners and plans do not matter, the sums over all of them are a few series instead of all. */
function* seriesMatching(
  scope: TenantScope,
  filter: UsageFilter,
  by: readonly UsageDimension[],
): Query<readonly SeriesRow[]> {
  const needsKeys =
    filter.keyId !== undefined ||
    filter.ownerId !== undefined ||
    filter.planId !== undefined ||
    by.some((dimension) => dimension === "key" || dimension === "owner" || dimension === "plan");
  let query = scoped(scope)
    .selectFrom("usage_series")
    .select(["id", "key_id", "owner_id", "plan_id", "api_id", "environment", "code", "tag"])
    .where("total", "=", needsKeys ? 0 : 1);
  if (filter.keyId !== undefined) query = query.where("key_id", "=", filter.keyId);
  if (filter.ownerId !== undefined) query = query.where("owner_id", "=", filter.ownerId);
  if (filter.planId !== undefined) query = query.where("plan_id", "=", filter.planId);
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
      [...sums].flatMap(([group, { count, cost }]) =>
        count === 0
          ? []
          : {
              bucket: bucket === null ? null : instant(bucket * seconds * 1000),
              names: this.#names[group] ?? [],
              count,
              cost,
            },
      ),
    );
  }
}
