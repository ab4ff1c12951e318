import { Command } from "commander";
import { openSession } from "../cli.ts";
import { SESSION_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly member?: string;
}

export function sessionsList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List the browsers in which members are signed in")
    .option("--member <id>", "of this member alone");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { member } = options;
    const page = await readList(session, "sessions.list", "query", { member }, options);
    session.output.list(page, SESSION_COLUMNS);
  });
}
