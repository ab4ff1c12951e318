import type { Page, PageRequest, Versioned } from "../storage.ts";

export function versioned<Row extends { rev: number }, Value>(
  row: Row | undefined,
  fromRow: (row: Row) => Value,
): Versioned<Value> | undefined {
  return row === undefined ? undefined : { value: fromRow(row), rev: row.rev };
}

/** Of one row more than fits, which tells whether there are more. */
export function pageOf<Row extends { rev: number }, Value>(
  rows: readonly Row[],
  page: PageRequest,
  fromRow: (row: Row) => Value,
): Page<Value> {
  const items = rows.slice(0, page.limit).map((row) => ({ value: fromRow(row), rev: row.rev }));
  return { items, more: rows.length > page.limit };
}
