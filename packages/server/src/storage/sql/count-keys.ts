import { find } from "./query.ts";
import type { Query } from "./query.ts";
import type { KeyFilter, TenantScope } from "../storage.ts";
import { drivingFilter, isIndexed, keysMatching } from "./key-query.ts";
import { collectSlices } from "./search-slices.ts";
import type { Slice } from "./search-slices.ts";
import { statement } from "./statement.ts";

/** Counts slice after slice, so that nobody waits for longer than one slice takes (K8). */
export function* countKeys(scope: TenantScope, filter: KeyFilter): Query<number> {
  const driving = drivingFilter(filter) ?? filter;
  const endOf = function* (before: string, skip: number): Query<string | undefined> {
    const rows = keysMatching(scope, driving, { after: before, drive: true });
    return (yield* find(statement(rows.select("id").limit(1).offset(skip))))?.id;
  };
  const countIn = function* (slice: Slice): Query<number> {
    const query = keysMatching(scope, filter, { after: slice.before, drive: isIndexed(driving) })
      .where("id", ">=", slice.from)
      .clearOrderBy()
      .select((expression) => expression.fn.countAll<number>().as("count"));
    return (yield* find(statement(query)))?.count ?? 0;
  };
  let count = 0;
  yield* collectSlices({ limit: Number.MAX_SAFE_INTEGER, after: null }, endOf, function* (slice) {
    count += yield* countIn(slice);
    return [];
  });
  return count;
}
