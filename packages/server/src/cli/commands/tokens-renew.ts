import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { parseDuration } from "../values.ts";

interface Options {
  readonly overlap?: number;
  readonly lifetime?: number;
  readonly idempotencyKey?: string;
}

export function tokensRenew(terminal: Terminal): Command {
  const command = new Command("renew")
    .description("Give a token a new secret and a later end, before it has ended")
    .argument("<token>", "the id of the token")
    .option(
      "--overlap <time>",
      "how long the secret before still works; 24h if left out",
      parseDuration,
    )
    .option(
      "--lifetime <time>",
      "how long it works now; as long as before if left out",
      parseDuration,
    )
    .option("--idempotency-key <key>", "name this renewal, so that it can be repeated")
    .option("--secret-out <file>", "write the new secret there (0600); - is standard output");
  return command.action(async (token: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { overlap, lifetime, idempotencyKey } = options;
    const body = { overlap_seconds: overlap, lifetime_seconds: lifetime };
    await issue(session, command, () =>
      session.client.tokens.renew(token, body, { idempotencyKey }),
    );
  });
}
