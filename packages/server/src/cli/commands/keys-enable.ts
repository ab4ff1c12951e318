import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function keysEnable(terminal: Terminal): Command {
  const command = new Command("enable").description("Accept a disabled key again");
  return command.argument("<key>", "the id of the key").action(async (key: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.keys.enable(key));
  });
}
