import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function clientsGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show an OAuth client");
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.clients.get(client));
  });
}
