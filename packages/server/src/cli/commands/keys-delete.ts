import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function keysDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete a revoked key. Its audit events stay")
    .argument("<key>", "the id of the key")
    .option("--yes", "do not ask");
  return command.action(async (key: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete ${key} for ever?`, yes);
    await session.client.keys.delete(key);
    session.output.text({ deleted: key }, []);
    terminal.note(`Deleted ${key}.\n`);
  });
}
