import { Command } from "commander";
import { openSession } from "../cli.ts";
import { SECRET_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function keysSecretsList(terminal: Terminal): Command {
  const command = new Command("list").description(
    "List the secrets of a key, without what is secret in them",
  );
  return command.argument("<key>", "the id of the key").action(async (key: string) => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.keys.secrets.list(key), SECRET_COLUMNS);
  });
}
