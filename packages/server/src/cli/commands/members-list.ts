import { Command } from "commander";
import { openSession } from "../cli.ts";
import { MEMBER_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly q?: string;
}

export function membersList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List members")
    .option("--q <text>", "with this in the name or the email address");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "members.list", "query", { q: options.q }, options);
    session.output.list(page, MEMBER_COLUMNS);
  });
}
