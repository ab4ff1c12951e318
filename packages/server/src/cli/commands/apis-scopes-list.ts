import { Command } from "commander";
import { openSession } from "../cli.ts";
import { SCOPE_COLUMNS } from "../columns.ts";
import type { Terminal } from "../terminal.ts";

export function apisScopesList(terminal: Terminal): Command {
  const command = new Command("list").description("List the scopes that an api offers");
  return command.argument("<api>", "its id or prefix").action(async (api: string) => {
    const session = await openSession(terminal, command);
    session.output.list(await session.client.apis.scopes.list(api), SCOPE_COLUMNS);
  });
}
