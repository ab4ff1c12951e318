import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function sessionsEnd(terminal: Terminal): Command {
  const command = new Command("end").description("Sign a member out in one browser");
  return command.argument("<session>", "the id of the session").action(async (id: string) => {
    const session = await openSession(terminal, command);
    await session.client.sessions.end(id);
    session.output.text({ ended: id }, []);
    terminal.note(`Ended ${id}.\n`);
  });
}
