import { Command, Option } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { collectLimits, planOf } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseMetadata } from "../values.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly type?: "app" | "user" | "organisation";
  readonly plan?: string;
  readonly limit?: readonly LimitOption[];
  readonly right?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export function ownersUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change an owner. What is not named stays")
    .argument("<owner>", "its id or external id")
    .option("--name <name>", "what people call it")
    .addOption(new Option("--type <type>", "what it is").choices(["app", "user", "organisation"]))
    .option("--plan <plan>", "with the limits of this plan; none takes it away")
    .option(
      "--limit <limit>",
      "with this limit and those beside it alone; none lifts all",
      collectLimits,
    )
    .option("--right <scope>", "what a user may do, and so their tokens; repeatable", collect)
    .option("--metadata <json>", "your own facts: a JSON object, or @FILE", parseMetadata);
  return addIfMatch(command).action(async (owner: string, options: Options) => {
    const { name, type, right, metadata, limit: limits, ifMatch } = options;
    const body = { name, type, plan: planOf(options.plan), limits, rights: right, metadata };
    assertChange(body, "owners update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.owners.update(owner, body, { ifMatch }));
  });
}
