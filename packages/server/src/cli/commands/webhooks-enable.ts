import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function webhooksEnable(terminal: Terminal): Command {
  const command = new Command("enable")
    .description("Tell a disabled endpoint of events again")
    .argument("<webhook>", "the id of the endpoint");
  return command.action(async (webhook: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.webhooks.enable(webhook));
  });
}
