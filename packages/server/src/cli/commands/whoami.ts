import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function whoami(terminal: Terminal): Command {
  const command = new Command("whoami").description("Say who calls, and what they may do");
  return command.action(async () => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.me());
  });
}
