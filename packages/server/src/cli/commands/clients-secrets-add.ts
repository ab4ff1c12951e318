import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { parseExpiry } from "../values.ts";
import type { Expiry } from "../values.ts";

interface Options {
  readonly notBefore?: Expiry;
  readonly expires?: Expiry;
  readonly idempotencyKey?: string;
}

export function clientsSecretsAdd(terminal: Terminal): Command {
  const command = new Command("add")
    .description("Give an OAuth client one secret more, beside those that it has")
    .argument("<client>", "the id of the client")
    .option("--not-before <when>", "refused until then: 90d, or an instant", parseExpiry)
    .option("--expires <when>", "90d, never, or an instant", parseExpiry)
    .option("--idempotency-key <key>", "name this addition, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async (client: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { notBefore, expires, idempotencyKey } = options;
    const period = { not_before: notBefore?.at, expires_at: expires?.at };
    await issue(session, command, () =>
      session.client.clients.secrets.add(client, period, { idempotencyKey }),
    );
  });
}
