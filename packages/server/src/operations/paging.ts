import type { Call } from "./call.ts";
import type { Page, PageRequest, Versioned } from "../storage/storage.ts";

interface Paged {
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * Answers one page of a list.
 *
 * @param list the operation; with `filter` it is what a cursor is good for
 */
export async function pageOf<Value extends { readonly id: string }, Item>(
  call: Call,
  list: string,
  { limit, cursor, ...filter }: Paged,
  load: (page: PageRequest) => Promise<Page<Value>>,
  show: (items: readonly Versioned<Value>[]) => readonly Item[] | Promise<readonly Item[]>,
): Promise<{ data: Item[]; next_cursor: string | null }> {
  const position = { scope: call.caller.scope, list, filter };
  const after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const { items, more } = await load({ limit, after });
  const last = items.at(-1);
  return {
    data: [...(await show(items))],
    next_cursor: more && last !== undefined ? call.cursors.seal(position, last.value.id) : null,
  };
}
