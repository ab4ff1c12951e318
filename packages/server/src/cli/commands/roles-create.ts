import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { collect } from "../values.ts";

interface Options {
  readonly name: string;
  readonly api: string;
  readonly scope: readonly string[];
  readonly description?: string;
  readonly idempotencyKey?: string;
}

export function rolesCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Create a role: a named set of scopes of one api")
    .requiredOption("--name <name>", "what people call it")
    .requiredOption("--api <api>", "of this api: its id or prefix")
    .requiredOption("--scope <scope>", "with this scope; repeatable", collect)
    .option("--description <text>", "what it is for")
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, api, scope: scopes, description, idempotencyKey } = options;
    const body = { name, api, scopes, description };
    session.output.one(await session.client.roles.create(body, { idempotencyKey }));
  });
}
