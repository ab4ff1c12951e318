import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function clientsSecretsRemove(terminal: Terminal): Command {
  const command = new Command("remove")
    .description("Remove a secret of an OAuth client: it is refused from then on")
    .argument("<client>", "the id of the client")
    .argument("<secret>", "the id of the secret")
    .option("--yes", "do not ask");
  return command.action(
    async (client: string, secret: string, { yes }: { readonly yes?: boolean }) => {
      const session = await openSession(terminal, command);
      await confirm(terminal, `Remove ${secret} from ${client} for ever?`, yes);
      await session.client.clients.secrets.remove(client, secret);
      session.output.text({ removed: secret }, []);
      terminal.note(`Removed ${secret}.\n`);
    },
  );
}
