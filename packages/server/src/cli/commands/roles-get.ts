import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function rolesGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show a role");
  return command.argument("<role>", "the id of the role").action(async (role: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.roles.get(role));
  });
}
