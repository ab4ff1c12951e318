import { Command } from "commander";
import { openSession } from "../cli.ts";
import { LIMIT_USE_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function clientsLimits(terminal: Terminal): Command {
  const command = new Command("limits").description(
    "Show what is used of the limits of an OAuth client, and when there is more",
  );
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.clients.limits(client), LIMIT_USE_COLUMNS);
  });
}
