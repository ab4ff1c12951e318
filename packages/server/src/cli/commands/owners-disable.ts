import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function ownersDisable(terminal: Terminal): Command {
  const command = new Command("disable").description(
    "Refuse all keys of an owner, until enabled again",
  );
  return command.argument("<owner>", "its id or external id").action(async (owner: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.owners.disable(owner));
  });
}
