import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function apisGet(terminal: Terminal): Command {
  const command = new Command("get").description("Show an api");
  return command.argument("<api>", "its id or prefix").action(async (api: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.apis.get(api));
  });
}
