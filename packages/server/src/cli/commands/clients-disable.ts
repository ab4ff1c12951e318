import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function clientsDisable(terminal: Terminal): Command {
  const command = new Command("disable").description(
    "Refuse an OAuth client and its tokens until it is enabled again",
  );
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.clients.disable(client));
  });
}
