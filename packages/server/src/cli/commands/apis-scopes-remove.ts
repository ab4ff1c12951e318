import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function apisScopesRemove(terminal: Terminal): Command {
  const command = new Command("remove")
    .description("Stop offering a scope")
    .argument("<api>", "its id or prefix")
    .argument("<scope>", "the scope")
    .option("--yes", "do not ask");
  return command.action(async (api: string, scope: string, { yes }: { readonly yes?: boolean }) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Remove ${scope} from ${api} for ever?`, yes);
    await session.client.apis.scopes.remove(api, scope);
    session.output.text({ removed: scope }, []);
    terminal.note(`Removed ${scope}.\n`);
  });
}
