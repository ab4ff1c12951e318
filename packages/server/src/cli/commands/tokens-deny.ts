import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function tokensDeny(terminal: Terminal): Command {
  const command = new Command("deny")
    .description("End a personal access token that waits for an approval")
    .argument("<token>", "the id of the token")
    .requiredOption("--reason <text>", "kept with it, and in the audit log");
  return command.action(async (token: string, { reason }: { readonly reason: string }) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.tokens.deny(token, { reason }));
  });
}
