import { Command } from "commander";
import { openSession } from "../cli.ts";
import { WORKSPACE_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

export function workspacesList(terminal: Terminal): Command {
  const command = new Command("list").description("List workspaces");
  return addPaging(command).action(async (options: PagingOptions) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "workspaces.list", "query", {}, options);
    session.output.list(page, WORKSPACE_COLUMNS);
  });
}
