import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { addKeyFilter, keyFilterOf } from "../key-filter.ts";
import type { KeyFilterOptions } from "../key-filter.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions, KeyFilterOptions {
  readonly status?: string;
}

export function keysList(terminal: Terminal): Command {
  const command = addKeyFilter(new Command("list"))
    .description("List keys, newest first")
    .addOption(
      new Option("--status <status>", "in this state").choices([
        "active",
        "pending",
        "disabled",
        "expired",
        "revoked",
      ]),
    );
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const question = { ...keyFilterOf(options), status: options.status };
    const page = await readList(session, "keys.list", "query", question, options);
    session.output.list(page, KEY_COLUMNS);
  });
}
