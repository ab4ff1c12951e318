import { LEAK_REACTIONS } from "@keyward/core/model/leak-reaction";
import type { LeakReaction } from "@keyward/core/model/leak-reaction";
import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseLifetime } from "../values.ts";
import type { Lifetime } from "../values.ts";

interface Options {
  readonly name: string;
  readonly prefix: string;
  readonly audience: string;
  readonly scope?: readonly string[];
  readonly lifetime?: Lifetime;
  readonly tokenFormat?: "jwt" | "opaque";
  readonly tokenAlgorithm?: "ES256" | "Ed25519" | "RS256";
  readonly leakReaction?: LeakReaction;
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
    .addOption(
      new Option("--token-format <format>", "what its access tokens are").choices([
        "jwt",
        "opaque",
      ]),
    )
    .addOption(
      new Option("--token-algorithm <algorithm>", "what they are signed with").choices([
        "ES256",
        "Ed25519",
        "RS256",
      ]),
    )
    .addOption(
      new Option("--leak-reaction <reaction>", "what becomes of a key that leaked").choices([
        ...LEAK_REACTIONS,
      ]),
    )
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const {
      name,
      prefix,
      audience,
      scope: scopes,
      lifetime,
      tokenFormat,
      tokenAlgorithm,
      leakReaction,
      idempotencyKey,
    } = options;
    const body = {
      name,
      prefix,
      audience,
      scopes,
      default_lifetime_seconds: lifetime?.seconds,
      token_format: tokenFormat,
      token_algorithm: tokenAlgorithm,
      leak_reaction: leakReaction,
    };
    session.output.one(await session.client.apis.create(body, { idempotencyKey }));
  });
}
