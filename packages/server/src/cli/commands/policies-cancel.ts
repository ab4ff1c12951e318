import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function policiesCancel(terminal: Terminal): Command {
  const command = new Command("cancel").description("Stop applying a policy");
  return command.argument("<policy>", "its id or name").action(async (policy: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.policies.cancel(policy));
  });
}
