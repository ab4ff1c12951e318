import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseLifetime } from "../values.ts";

interface Options {
  readonly name: string;
  readonly prefix: string;
  readonly audience: string;
  readonly scope?: readonly string[];
  readonly lifetime?: number | null;
  readonly idempotencyKey?: string;
}

export function apisCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Create an api, which keys can then be issued for")
    .requiredOption("--name <name>", "what people call it")
    .requiredOption(
      "--prefix <prefix>",
      "how its keys begin: 2 to 16 of a-z and 0-9, a letter first",
    )
    .requiredOption("--audience <uri>", "the URI that names it, such as https://api.example.com")
    .option("--scope <scope>", "offer this scope, such as invoices:read; repeatable", collect)
    .option(
      "--lifetime <duration>",
      "of keys created without an expiry: 90d, or never",
      parseLifetime,
    )
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, prefix, audience, scope: scopes, lifetime, idempotencyKey } = options;
    const body = { name, prefix, audience, scopes, default_lifetime_seconds: lifetime };
    session.output.one(await session.client.apis.create(body, { idempotencyKey }));
  });
}
