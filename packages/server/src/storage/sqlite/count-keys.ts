import type { KeyFilter, TenantScope } from "../storage.ts";
import type { Connection } from "./connection.ts";
import { drivingFilter, isIndexed, keysMatching } from "./key-query.ts";
import { collectSlices } from "./search-slices.ts";
import type { Slice } from "./search-slices.ts";
import { statement } from "./statement.ts";

/** Counts slice after slice, so that nobody waits for longer than one slice takes (K8). */
export async function countKeys(
  connection: Connection,
  scope: TenantScope,
  filter: KeyFilter,
): Promise<number> {
  const driving = drivingFilter(filter) ?? filter;
  const endOf = (before: string, skip: number) => {
    const rows = keysMatching(scope, driving, { after: before, drive: true });
    return connection.find(statement(rows.select("id").limit(1).offset(skip)))?.id;
  };
  const countIn = (slice: Slice): number => {
    const query = keysMatching(scope, filter, { after: slice.before, drive: isIndexed(driving) })
      .where("id", ">=", slice.from)
      .clearOrderBy()
      .select((expression) => expression.fn.countAll<number>().as("count"));
    return connection.find(statement(query))?.count ?? 0;
  };
  let count = 0;
  await collectSlices({ limit: Number.MAX_SAFE_INTEGER, after: null }, endOf, (slice) => {
    count += countIn(slice);
    return [];
  });
  return count;
}
