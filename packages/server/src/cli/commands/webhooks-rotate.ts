import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { parseDuration } from "../values.ts";

interface Options {
  readonly overlap?: number;
}

export function webhooksRotate(terminal: Terminal): Command {
  const command = new Command("rotate")
    .description("Give an endpoint a new signing secret; the old one signs too for the overlap")
    .argument("<webhook>", "the id of the endpoint")
    .option("--overlap <time>", "how long both sign: 0 to 30d; 24h if left out", parseDuration)
    .option("--secret-out <file>", "write the signing secret there (0600); - is standard output");
  return command.action(async (webhook: string, { overlap }: Options) => {
    const session = await openSession(terminal, command);
    await issue(session, command, () =>
      session.client.webhooks.rotate(webhook, { overlap_seconds: overlap }),
    );
  });
}
