import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function revocationsCancel(terminal: Terminal): Command {
  const command = new Command("cancel").description(
    "Stop a revocation; what it has revoked stays revoked",
  );
  return command.argument("<revocation>", "its id").action(async (id: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.revocations.cancel(id));
  });
}
