import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

export function keysSecretsRemove(terminal: Terminal): Command {
  const command = new Command("remove")
    .description("Remove a secret of a key: it is refused from then on")
    .argument("<key>", "the id of the key")
    .argument("<secret>", "the id of the secret")
    .option("--yes", "do not ask");
  return command.action(
    async (key: string, secret: string, { yes }: { readonly yes?: boolean }) => {
      const session = await openSession(terminal, command);
      await confirm(terminal, `Remove ${secret} from ${key} for ever?`, yes);
      await session.client.keys.secrets.remove(key, secret);
      session.output.text({ removed: secret }, []);
      terminal.note(`Removed ${secret}.\n`);
    },
  );
}
