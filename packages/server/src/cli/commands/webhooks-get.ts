import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function webhooksGet(terminal: Terminal): Command {
  const command = new Command("get")
    .description("Show an endpoint")
    .argument("<webhook>", "the id of the endpoint");
  return command.action(async (webhook: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.webhooks.get(webhook));
  });
}
