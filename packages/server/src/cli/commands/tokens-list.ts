import { Command } from "commander";
import { openSession } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly owner?: string;
  readonly pending?: boolean;
}

export function tokensList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List personal access tokens")
    .option("--owner <owner>", "of this user: its id, or your own id of it; * for all")
    .option("--pending", "those that wait for an approval");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { owner, pending } = options;
    const question = { owner, ...(pending && { status: "pending" }) };
    const page = await readList(session, "tokens.list", "query", question, options);
    session.output.list(page, KEY_COLUMNS);
  });
}
