import { Command } from "commander";
import { openSession } from "../cli.ts";
import { LIMIT_FORMS, collectLimits } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly name: string;
  readonly limit?: readonly LimitOption[];
  readonly description?: string;
  readonly idempotencyKey?: string;
}

export function plansCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Create a plan: a named set of limits, to which keys and owners refer")
    .requiredOption("--name <name>", "what people call it")
    .requiredOption("--limit <limit>", `with this limit: ${LIMIT_FORMS}; repeatable`, collectLimits)
    .option("--description <text>", "what it is for")
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, limit: limits = [], description, idempotencyKey } = options;
    const body = { name, limits, description };
    session.output.one(await session.client.plans.create(body, { idempotencyKey }));
  });
}
