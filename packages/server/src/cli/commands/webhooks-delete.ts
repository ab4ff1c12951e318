import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly yes?: boolean;
}

export function webhooksDelete(terminal: Terminal): Command {
  const command = new Command("delete")
    .description("Delete an endpoint and its deliveries")
    .argument("<webhook>", "the id of the endpoint")
    .option("--yes", "do not ask");
  return command.action(async (webhook: string, { yes }: Options) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Delete the endpoint ${webhook}?`, yes);
    await session.client.webhooks.delete(webhook);
  });
}
