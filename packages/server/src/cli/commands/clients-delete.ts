import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function clientsDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a revoked OAuth client. Its audit events stay")
    .argument("<client>", "the id of the client")
    .option("--yes", "do not ask");
  return command.action(async (client: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete ${client} for ever?`, yes);
    await session.client.clients.delete(client);
    session.output.text({ deleted: client }, []);
    terminal.note(`Deleted ${client}.\n`);
  });
}
