import { Command } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { collectLimits } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ChangeOptions {
  readonly name?: string;
  readonly limit?: readonly LimitOption[];
  readonly description?: string;
}

export function plansUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change a plan. What is not named stays; its limits are replaced")
    .argument("<plan>", "its id or name")
    .option("--name <name>", "what people call it")
    .option(
      "--limit <limit>",
      "with this limit and those beside it alone; repeatable",
      collectLimits,
    )
    .option("--description <text>", "what it is for");
  return addIfMatch(command).action(async (plan: string, options: Options) => {
    const { name, limit: limits, description, ifMatch } = options;
    const body = { name, limits, description };
    assertChange(body, "plans update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.plans.update(plan, body, { ifMatch }));
  });
}
