import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { parseDuration } from "../values.ts";

interface Options {
  readonly overlap?: number;
  readonly force?: boolean;
  readonly idempotencyKey?: string;
}

export function clientsRotate(terminal: Terminal): Command {
  const command = new Command("rotate")
    .description("Give an OAuth client a new secret; the present one works on for the overlap")
    .argument("<client>", "the id of the client")
    .option(
      "--overlap <duration>",
      "how long both work, such as 24h (the default) or 0",
      parseDuration,
    )
    .option("--force", "also while an earlier overlap runs")
    .option("--idempotency-key <key>", "name this rotation, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async (client: string, options: Options) => {
    const session = await openSession(terminal, command);
    const { overlap: overlap_seconds, force, idempotencyKey } = options;
    await issue(session, command, () =>
      session.client.clients.rotate(client, { overlap_seconds, force }, { idempotencyKey }),
    );
  });
}
