import { Command } from "commander";
import { openSession } from "../cli.ts";
import { assertChange } from "../changes.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly endpoint?: string;
  readonly event?: readonly string[];
  readonly description?: string;
}

export function webhooksUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change an endpoint; what is left out stays")
    .argument("<webhook>", "the id of the endpoint")
    .option("--endpoint <url>", "where it is told")
    .option("--event <type>", "what it wants, instead of all before; may be repeated", collect)
    .option("--description <text>", "what it is for");
  return command.action(async (webhook: string, { endpoint: url, event, description }: Options) => {
    const body = { url, description, events: event && [...event] };
    assertChange(body, "webhooks update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.webhooks.update(webhook, body));
  });
}
