import { Command } from "commander";
import { openSession } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly owner?: string;
}

export function tokensList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List personal access tokens")
    .option("--owner <owner>", "of this user: its id, or your own id of it");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { owner } = options;
    const page = await readList(session, "tokens.list", "query", { owner }, options);
    session.output.list(page, KEY_COLUMNS);
  });
}
