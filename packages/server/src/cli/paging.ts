import type { Command } from "commander";
import type { ItemOf, PagedId, PagingInput } from "@keyward/sdk/client/paging";
import type { Session } from "./cli.ts";
import { UsageError } from "./errors.ts";
import type { Listed } from "./output.ts";
import { parseWholeNumber } from "./values.ts";

const PAGE_ITEMS_MAX = 250;
/** A list is held whole before it is shown. */
const ALL_ITEMS_MAX = 100_000;

export interface PagingOptions {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

export function addPaging(command: Command): Command {
  return command
    .option("--limit <n>", "how many at once, 1 to 250", parseWholeNumber(1, PAGE_ITEMS_MAX))
    .option("--cursor <cursor>", "go on where the page before has ended")
    .option("--all", "all of them, whatever the limit");
}

/** @param where whether the operation takes its question as a query or as a body */
export async function readList<Id extends PagedId>(
  { client }: Session,
  id: Id,
  where: "query" | "body",
  question: object,
  { limit, cursor, all = false }: PagingOptions,
  params: Readonly<Record<string, string>> = {},
): Promise<Listed<ItemOf<Id>>> {
  const asked = (more: object) =>
    ({ params, [where]: { ...question, ...more } }) as PagingInput<Id>;
  if (!all) {
    for await (const page of client.pages(id, asked({ limit, cursor }))) return page;
  }
  const data: ItemOf<Id>[] = [];
  for await (const item of client.iterate(id, asked({ limit: PAGE_ITEMS_MAX, cursor }))) {
    if (data.length >= ALL_ITEMS_MAX) {
      throw new UsageError(`there are more than ${ALL_ITEMS_MAX}`, "narrow the question");
    }
    data.push(item);
  }
  return { data, next_cursor: null };
}
