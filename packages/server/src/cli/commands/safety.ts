import { Command } from "commander";
import { openSession } from "../cli.ts";
import { SAFETY_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";
import { safetyShrink } from "./safety-shrink.ts";

interface Options {
  readonly api?: string;
  readonly environment?: "live" | "test";
  readonly finding?: string;
}

export function safety(terminal: Terminal): Command {
  const command = new Command("safety")
    .description("Look for what is unsafe about keys, and say what would mend it")
    .option("--api <api>", "of this api's keys")
    .option("--environment <environment>", "live or test")
    .option("--finding <finding>", "this one alone, such as no_expiry");
  command.addCommand(safetyShrink(terminal));
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const data = [];
    const query = options as Parameters<typeof session.client.safety.list>[0];
    for await (const finding of session.client.iterate("safety.list", { query }))
      data.push(finding);
    session.output.list({ data, next_cursor: null }, SAFETY_COLUMNS);
  });
}
