import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function keysGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show a key");
  return command.argument("<key>", "the id of the key").action(async (key: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.keys.get(key));
  });
}
