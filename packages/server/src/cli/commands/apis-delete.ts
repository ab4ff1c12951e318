import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function apisDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete an api that has neither keys nor roles")
    .argument("<api>", "its id or prefix")
    .option("--yes", "do not ask");
  return command.action(async (api: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the api ${api} for ever?`, yes);
    await session.client.apis.delete(api);
    session.output.text({ deleted: api }, []);
    terminal.note("Deleted it.\n");
  });
}
