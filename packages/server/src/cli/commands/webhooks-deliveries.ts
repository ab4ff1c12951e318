import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { DELIVERY_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly state?: "pending" | "delivered" | "failed";
}

export function webhooksDeliveries(terminal: Terminal): Command {
  const command = new Command("deliveries")
    .description("List what an endpoint was told in the last 30 days, newest first")
    .argument("<webhook>", "the id of the endpoint")
    .addOption(
      new Option("--state <state>", "in this state").choices(["pending", "delivered", "failed"]),
    );
  return addPaging(command).action(async (webhook: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { state } = options;
    const question = { state };
    const page = await readList(session, "webhooks.deliveries.list", "query", question, options, {
      webhook,
    });
    session.output.list(page, DELIVERY_COLUMNS);
  });
}
