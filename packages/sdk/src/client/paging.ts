import { KeywardUnavailable } from "./errors.ts";
import { OPERATIONS } from "./operations.generated.ts";
import type { OperationId, Operations, Page } from "./operations.generated.ts";
import type { CallOptions } from "./options.ts";

/** The operations whose answers come in pages. */
export type PagedId = {
  [Id in OperationId]: (typeof OPERATIONS)[Id] extends { readonly pages: string } ? Id : never;
}[OperationId];

export type ItemOf<Id extends PagedId> =
  Operations[Id]["output"] extends Page<infer Item> ? Item : never;

export type PagingInput<Id extends PagedId> = Operations[Id]["input"] &
  Pick<CallOptions, "signal" | "timeoutMs">;

/** Asks for page after page, each only when it is wanted. */
export async function* pagesOf<Id extends PagedId>(
  id: Id,
  input: PagingInput<Id>,
  call: (id: Id, input: PagingInput<Id>) => Promise<unknown>,
): AsyncGenerator<Page<ItemOf<Id>>, void, undefined> {
  const where = OPERATIONS[id].pages;
  const first: Readonly<Record<string, unknown>> = Reflect.get(input, where) ?? {};
  let data = first;
  for (;;) {
    const page = (await call(id, { ...input, [where]: data })) as Page<ItemOf<Id>>;
    yield page;
    if (page.next_cursor === null) return;
    if (page.next_cursor === data["cursor"]) {
      throw new KeywardUnavailable("unrecognised", "the list leads back to the page just read");
    }
    data = { ...first, cursor: page.next_cursor };
  }
}
