import { Command } from "commander";
import { openSession } from "../cli.ts";
import { CLIENT_SECRET_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function clientsSecretsList(terminal: Terminal): Command {
  const command = new Command("list").description(
    "List the secrets of an OAuth client, without what is secret in them",
  );
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.clients.secrets.list(client), CLIENT_SECRET_COLUMNS);
  });
}
