import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function policiesDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a policy. What it has ended stays ended")
    .argument("<policy>", "its id or name")
    .option("--yes", "do not ask");
  return command.action(async (policy: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the policy ${policy}?`, yes);
    await session.client.policies.delete(policy);
    session.output.text({ deleted: policy }, []);
    terminal.note(`Deleted ${policy}.\n`);
  });
}
