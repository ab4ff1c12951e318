import { find, pause } from "./query.ts";
import type { Query } from "./query.ts";
import type { PageRequest, TenantScope } from "../storage.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";

/**
 * A search looks through the newest rows first, slice after slice, and lets other work run in between: however rare the
 * match, nobody waits longer than for a slice (T58, K8).
 */
const SLICE_ROWS_MIN = 1_000;
const SLICE_ROWS_MAX = 16_000;

/** Greater than every id: they are made of digits, lower-case letters and `_`. */
export const AFTER_EVERY_ID = "~";

export type SearchedTable = "keys" | "owners";

/** A part of a table, newest first: `from` is in it and `before` is not. */
export interface Slice {
  readonly before: string;
  readonly from: string;
  readonly last: boolean;
}

type SliceEnd = { scope: TenantScope; before: string; skip: number };

/** The id of the last row of a slice; nothing when the slice reaches the oldest. */
const SLICE_END = {
  keys: prepared((of: SliceEnd) => sliceEnd("keys", of)),
  owners: prepared((of: SliceEnd) => sliceEnd("owners", of)),
} as const;

function sliceEnd(table: SearchedTable, { scope, before, skip }: SliceEnd) {
  return scoped(scope)
    .selectFrom(table)
    .select("id")
    .where("id", "<", before)
    .orderBy("id", "desc")
    .limit(1)
    .offset(skip);
}

export function rowsOfSlice(scope: TenantScope, table: SearchedTable, slice: Slice) {
  return scoped(scope)
    .selectFrom(table)
    .where("id", "<", slice.before)
    .where("id", ">=", slice.from);
}

/** Collects up to one row more than the page holds. `search` answers newest first. */
export function* searchSlices<Row>(
  scope: TenantScope,
  table: SearchedTable,
  page: PageRequest,
  search: (slice: Slice, limit: number) => Query<readonly Row[]>,
): Query<readonly Row[]> {
  const endOf: SliceEndOf = function* (before, skip) {
    return (yield* find(SLICE_END[table]({ scope, before, skip })))?.id;
  };
  return yield* collectSlices(page, endOf, search);
}

/** The id of the row that comes so many after `before`; nothing when there are fewer. */
export type SliceEndOf = (before: string, skip: number) => Query<string | undefined>;

/** As {@link searchSlices}, through rows that the caller picks out. */
export function* collectSlices<Row>(
  page: PageRequest,
  endOf: SliceEndOf,
  search: (slice: Slice, limit: number) => Query<readonly Row[]>,
): Query<readonly Row[]> {
  const found: Row[] = [];
  let before = page.after ?? AFTER_EVERY_ID;
  for (let rows = SLICE_ROWS_MIN; ; rows = Math.min(rows * 4, SLICE_ROWS_MAX)) {
    const end = yield* endOf(before, rows - 1);
    const slice = { before, from: end ?? "", last: end === undefined };
    found.push(...(yield* search(slice, page.limit + 1 - found.length)));
    if (found.length > page.limit || end === undefined) return found;
    before = end;
    yield* pause();
  }
}
