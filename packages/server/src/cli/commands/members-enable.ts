import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function membersEnable(terminal: Terminal): Command {
  const command = new Command("enable").description("Let a member sign in again");
  return command.argument("<member>", "the id of the member").action(async (member: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.members.enable(member));
  });
}
