import { Command } from "commander";
import { openSession } from "../cli.ts";
import { followRevocation } from "../follow-revocation.ts";
import type { Terminal } from "../terminal.ts";

export function revocationsGet(terminal: Terminal): Command {
  const command = new Command("get")
    .description("Show how far a revocation has come")
    .argument("<revocation>", "its id")
    .option("--follow", "until it has ended");
  return command.action(async (id: string, { follow }: { readonly follow?: boolean }) => {
    const session = await openSession(terminal, command);
    const found = follow
      ? await followRevocation(session, id, undefined)
      : await session.client.revocations.get(id);
    session.output.one(found);
  });
}
