import { Command } from "commander";
import { openSession } from "../cli.ts";
import { POLICY_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function policiesList(terminal: Terminal): Command {
  const command = new Command("list").description("List policies");
  return command.action(async () => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.policies.list(), POLICY_COLUMNS);
  });
}
