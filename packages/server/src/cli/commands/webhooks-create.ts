import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly endpoint: string;
  readonly event: readonly string[];
  readonly description?: string;
  readonly idempotencyKey?: string;
}

export function webhooksCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Add an endpoint that is told of events; its signing secret is shown this once")
    .requiredOption(
      "--endpoint <url>",
      "https://… of the public internet, or mailto: and an address",
    )
    .requiredOption(
      "--event <type>",
      "what it wants: key.revoked, key.* or *; may be repeated",
      collect,
    )
    .option("--description <text>", "what it is for")
    .option("--secret-out <file>", "write the signing secret there (0600); - is standard output")
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async ({ endpoint: url, event, description, idempotencyKey }: Options) => {
    const session = await openSession(terminal, command);
    const body = { url, events: [...event], ...(description !== undefined && { description }) };
    await issue(session, command, () => session.client.webhooks.create(body, { idempotencyKey }));
  });
}
