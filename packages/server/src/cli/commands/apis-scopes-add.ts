import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly description?: string;
  readonly idempotencyKey?: string;
}

export function apisScopesAdd(terminal: Terminal): Command {
  const command = new Command("add")
    .description("Offer one scope more")
    .argument("<api>", "its id or prefix")
    .argument("<scope>", "such as invoices:read")
    .option("--description <text>", "what it allows")
    .option("--idempotency-key <key>", "name this addition, so that it can be repeated");
  return command.action(async (api: string, name: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { description, idempotencyKey } = options;
    const body = { name, description };
    session.output.one(await session.client.apis.scopes.add(api, body, { idempotencyKey }));
  });
}
