import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { KEY_COLUMNS } from "../columns.ts";
import { addPaging, readList } from "../paging.ts";
import type { PagingOptions } from "../paging.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends PagingOptions {
  readonly api?: string;
  readonly owner?: string;
  readonly role?: string;
  readonly env?: string;
  readonly kind?: string;
  readonly status?: string;
}

export function keysList(terminal: Terminal): Command {
  const command = new Command("list")
    .description("List keys, newest first")
    .option("--api <api>", "of this api: its id or prefix")
    .option("--owner <owner>", "of this owner: its id or external id")
    .option("--role <role>", "with this role")
    .addOption(new Option("--env <env>", "of this environment").choices(["live", "test"]))
    .addOption(
      new Option("--kind <kind>", "of this kind").choices(["secret", "publishable", "pat"]),
    )
    .addOption(
      new Option("--status <status>", "in this state").choices([
        "active",
        "disabled",
        "expired",
        "revoked",
      ]),
    );
  return addPaging(command).action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { api, owner, role, env: environment, kind, status } = options;
    const question = { api, owner, role, environment, kind, status };
    const page = await readList(session, "keys.list", "query", question, options);
    session.output.list(page, KEY_COLUMNS);
  });
}
