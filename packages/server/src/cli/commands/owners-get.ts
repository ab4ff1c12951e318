import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function ownersGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show an owner");
  return command.argument("<owner>", "its id or external id").action(async (owner: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.owners.get(owner));
  });
}
