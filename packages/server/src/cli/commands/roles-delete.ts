import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function rolesDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a role")
    .argument("<role>", "the id of the role")
    .option("--yes", "do not ask");
  return command.action(async (role: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the role ${role} for ever?`, yes);
    await session.client.roles.delete(role);
    session.output.text({ deleted: role }, []);
    terminal.note(`Deleted ${role}.\n`);
  });
}
