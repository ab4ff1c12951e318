import { UNITS_MAX } from "@keyward/core/limit/limit";
import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { parseWholeNumber } from "../values.ts";

interface Options {
  readonly limit?: string;
  readonly idempotencyKey?: string;
}

export function keysCreditsAdd(terminal: Terminal): Command {
  const command = new Command("add")
    .description("Add units to the credits of a key, whatever of them is spent")
    .argument("<key>", "the id of the key")
    .argument("<units>", `how many: 1 to ${UNITS_MAX}`, parseWholeNumber(1, UNITS_MAX))
    .option("--limit <name>", "to the credits of this name, where there are several")
    .option("--idempotency-key <key>", "name this addition, so that it can be repeated");
  return command.action(async (key: string, add: number, options: Options) => {
    const session = await openSession(terminal, command);
    const { limit, idempotencyKey } = options;
    const body = { add, ...(limit !== undefined && { limit }) };
    session.output.one(await session.client.keys.credits.add(key, body, { idempotencyKey }));
  });
}
