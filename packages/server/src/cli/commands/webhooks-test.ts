import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function webhooksTest(terminal: Terminal): Command {
  const command = new Command("test")
    .description("Tell an endpoint of an event webhook.test")
    .argument("<webhook>", "the id of the endpoint");
  return command.action(async (webhook: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.webhooks.test(webhook));
  });
}
