import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function membersGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show a member");
  return command.argument("<member>", "the id of the member").action(async (member: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.members.get(member));
  });
}
