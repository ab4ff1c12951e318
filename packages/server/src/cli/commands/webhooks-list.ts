import { Command } from "commander";
import { openSession } from "../cli.ts";
import { WEBHOOK_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

export function webhooksList(terminal: Terminal): Command {
  const command = new Command("list").description("List endpoints");
  return addPaging(command).action(async (options: PagingOptions) => {
    const session = await openSession(terminal, command);
    const page = await readList(session, "webhooks.list", "query", {}, options);
    session.output.list(page, WEBHOOK_COLUMNS);
  });
}
