import { LEAK_REACTIONS } from "@keyward/core/model/leak-reaction";
import type { LeakReaction } from "@keyward/core/model/leak-reaction";
import { Command, Option } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { collectLimits } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseLifetime } from "../values.ts";
import type { Lifetime } from "../values.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly audience?: string;
  readonly scope?: readonly string[];
  readonly limit?: readonly LimitOption[];
  readonly lifetime?: Lifetime;
  readonly tokenFormat?: "jwt" | "opaque";
  readonly tokenAlgorithm?: "ES256" | "Ed25519" | "RS256";
  readonly leakReaction?: LeakReaction;
}

export function apisUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change an api. What is not named stays; its scopes are replaced")
    .argument("<api>", "its id or prefix")
    .option("--name <name>", "what people call it")
    .option("--audience <uri>", "the URI that names it")
    .option("--scope <scope>", "offer this scope and those beside it alone; repeatable", collect)
    .option(
      "--lifetime <duration>",
      "of keys created without an expiry: 90d, or never",
      parseLifetime,
    )
    .option(
      "--limit <limit>",
      "with this limit and those beside it alone; none lifts all",
      collectLimits,
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
    );
  return addIfMatch(command).action(async (api: string, options: Options) => {
    const { name, audience, scope: scopes, limit: limits, lifetime, ifMatch } = options;
    const { tokenFormat: token_format, tokenAlgorithm: token_algorithm } = options;
    const tokens = { token_format, token_algorithm, leak_reaction: options.leakReaction };
    const body = {
      name,
      audience,
      scopes,
      limits,
      default_lifetime_seconds: lifetime?.seconds,
      ...tokens,
    };
    assertChange(body, "apis update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.apis.update(api, body, { ifMatch }));
  });
}
