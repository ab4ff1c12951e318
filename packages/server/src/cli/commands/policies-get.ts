import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function policiesGet(terminal: Terminal): Command {
  const command = new Command("get").description(
    "Show a policy, and how far it has been applied to what was there before it",
  );
  return command.argument("<policy>", "its id or name").action(async (policy: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.policies.get(policy));
  });
}
