import { Command } from "commander";
import { openSession } from "../cli.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { parseSince } from "../values.ts";

interface Options {
  readonly since?: string;
}

export function webhooksRedeliver(terminal: Terminal): Command {
  const command = new Command("redeliver")
    .description("Deliver once more: one delivery, or all that have failed since")
    .argument("<webhook>", "the id of the endpoint")
    .argument("[delivery]", "the id of the delivery")
    .option("--since <when>", "of events from then on: 24h, or an instant", parseSince);
  return command.action(
    async (webhook: string, delivery: string | undefined, { since }: Options) => {
      const { client, output } = await openSession(terminal, command);
      if (delivery !== undefined) {
        output.one(await client.webhooks.deliveries.redeliver(webhook, delivery));
        return;
      }
      if (since === undefined) throw new UsageError("name a delivery, or --since 24h");
      output.one(await client.webhooks.redeliver(webhook, { since }));
    },
  );
}
