import { Command } from "commander";
import { openSession } from "../cli.ts";
import { CLIENT_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly owner?: string;
}

export function clientsList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List OAuth clients, newest first")
    .option("--owner <owner>", "of this owner: its id or external id");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { owner } = options;
    const page = await readList(session, "clients.list", "query", { owner }, options);
    session.output.list(page, CLIENT_COLUMNS);
  });
}
