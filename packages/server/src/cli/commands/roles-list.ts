import { Command } from "commander";
import { openSession } from "../cli.ts";
import { ROLE_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly api?: string;
}

export function rolesList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List roles")
    .option("--api <api>", "of this api: its id or prefix");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "roles.list", "query", { api: options.api }, options);
    session.output.list(page, ROLE_COLUMNS);
  });
}
