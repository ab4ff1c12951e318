import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function clientsEnable(terminal: Terminal): Command {
  const command = new Command("enable").description("Accept a disabled OAuth client again");
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.clients.enable(client));
  });
}
