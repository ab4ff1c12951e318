import { Command } from "commander";
import { addressOf, globalsOf, openSession } from "../cli.ts";
import type { Session } from "../cli.ts";
import { followEvents } from "../follow-events.ts";
import { logLine } from "../log-lines.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import { printable, printableJson } from "../printable.ts";
import type { Terminal } from "../terminal.ts";
import type { LogEntry } from "@keyward/sdk/client/operations.generated";

interface Options extends PagingOptions {
  readonly from?: string;
  readonly to?: string;
  readonly follow?: boolean;
}

export function logs(terminal: Terminal): Command {
  const command = new Command("logs")
    .description("Show decisions, newest first; --follow shows them as they come")
    .argument("[filter...]", "such as: outcome:denied not code:expired 'at>-1h'")
    .option("--from <instant>", "from then on")
    .option("--to <instant>", "up to then")
    .option("-f, --follow", "go on with what comes");
  return addPaging(command).action(async (words: readonly string[], options: Options) => {
    const session = await openSession(terminal, command);
    const filter = words.length === 0 ? undefined : words.join(" ");
    const { from, to } = options;
    // Before it follows, too: what is wrong with the question is said here.
    const page = await readList(session, "logs.list", "query", { filter, from, to }, options);
    if (options.follow !== true) return show(session, page);
    const query = filter === undefined ? "" : `?filter=${encodeURIComponent(filter)}`;
    const address = await addressOf(terminal, command);
    for await (const entry of followEvents(address, `/v1/logs/tail${query}`)) {
      terminal.data(`${lineOf(entry as LogEntry)}\n`);
    }
  });

  function lineOf(entry: LogEntry): string {
    const isJson = globalsOf(command).json ?? false;
    return isJson ? printableJson(entry, 0) : logLine(entry, terminal);
  }

  function show(session: Session, page: { data: readonly LogEntry[]; next_cursor: string | null }) {
    session.output.text(
      page,
      page.data.map((entry) => logLine(entry, terminal)),
    );
    if (globalsOf(command).json) return;
    if (page.data.length === 0) terminal.note("There are none.\n");
    if (page.next_cursor === null) return;
    terminal.note(`There may be more: --all, or --cursor ${printable(page.next_cursor)}\n`);
  }
}
