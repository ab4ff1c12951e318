import { Command } from "commander";
import { openSession } from "../cli.ts";
import { LIMIT_USE_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function keysLimits(terminal: Terminal): Command {
  const command = new Command("limits").description(
    "Show what is used of the limits of a key, and when there is more",
  );
  return command.argument("<key>", "the id of the key").action(async (key: string) => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.keys.limits(key), LIMIT_USE_COLUMNS);
  });
}
