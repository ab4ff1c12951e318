import { Command } from "commander";
import { openSession } from "../cli.ts";
import { OWNER_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly q?: string;
}

export function ownersList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List owners")
    .option("--q <text>", "with this in the external id or the name");
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "owners.list", "query", { q: options.q }, options);
    session.output.list(page, OWNER_COLUMNS);
  });
}
