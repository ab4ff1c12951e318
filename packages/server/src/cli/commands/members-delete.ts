import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function membersDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a member")
    .argument("<member>", "the id of the member")
    .option("--yes", "do not ask");
  return command.action(async (member: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the member ${member} for ever?`, yes);
    await session.client.members.delete(member);
    session.output.text({ deleted: member }, []);
    terminal.note(`Deleted ${member}.\n`);
  });
}
