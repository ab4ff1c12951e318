import { Command } from "commander";
import { STRANGER_COLUMNS } from "../columns.ts";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";
import { parseWholeNumber } from "../values.ts";

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly top?: number;
}

export function usageStrangers(terminal: Terminal): Command {
  const command = new Command("strangers")
    .description("Where attempts with what is no key came from, the most frequent first")
    .option("--from <instant>", "from then on; 30 days if left out")
    .option("--to <instant>", "up to then; until now if left out")
    .option("--top <count>", "so many; 10 if left out", parseWholeNumber(1, 100));
  return command.action(async ({ top, ...range }: Options) => {
    const session = await openSession(terminal, command);
    const query = { ...range, ...(top !== undefined && { top }) };
    const { data } = await session.client.usage.strangers(query);
    session.output.list({ data, next_cursor: null }, STRANGER_COLUMNS);
  });
}
