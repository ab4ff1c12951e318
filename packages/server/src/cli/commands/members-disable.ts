import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function membersDisable(terminal: Terminal): Command {
  const command = new Command("disable").description(
    "Sign a member out everywhere and let them in no more, until enabled again",
  );
  return command.argument("<member>", "the id of the member").action(async (member: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.members.disable(member));
  });
}
