import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseMetadata } from "../values.ts";

interface Options {
  readonly externalId: string;
  readonly name?: string;
  readonly type: "app" | "user" | "organisation";
  readonly right?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
}

export function ownersCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Create an owner before its first key, which would make it otherwise")
    .requiredOption("--external-id <id>", "your own id of it")
    .option("--name <name>", "what people call it")
    .addOption(
      new Option("--type <type>", "what it is")
        .choices(["app", "user", "organisation"])
        .default("app"),
    )
    .option("--right <scope>", "what a user may do, and so their tokens; repeatable", collect)
    .option("--metadata <json>", "your own facts: a JSON object, or @FILE", parseMetadata)
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { externalId: external_id, name, type, right, metadata, idempotencyKey } = options;
    const body = { external_id, name, type, rights: right, metadata };
    session.output.one(await session.client.owners.create(body, { idempotencyKey }));
  });
}
