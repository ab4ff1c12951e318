import { Command } from "commander";
import { openSession } from "../cli.ts";
import { REVOCATION_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

export function revocationsList(terminal: Terminal): Command {
  const command = new Command("list").description("List revocations of many keys, newest first");
  return addPaging(command).action(async (options: PagingOptions) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "revocations.list", "query", {}, options);
    session.output.list(page, REVOCATION_COLUMNS);
  });
}
