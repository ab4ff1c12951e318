import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function tokensApprove(terminal: Terminal): Command {
  const command = new Command("approve")
    .description("Let a personal access token work that waits for an approval")
    .argument("<token>", "the id of the token")
    .option("--reason <text>", "kept in the audit log");
  return command.action(async (token: string, { reason }: { readonly reason?: string }) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.tokens.approve(token, { reason }));
  });
}
