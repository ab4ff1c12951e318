import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly reason?: string;
  readonly yes?: boolean;
}

export function tokensRevoke(terminal: Terminal): Command {
  const command = new Command("revoke")
    .description("End a personal access token for ever")
    .argument("<token>", "the id of the token")
    .option("--reason <text>", "kept with it, and in the audit log")
    .option("--yes", "do not ask");
  return command.action(async (token: string, { reason, yes }: Options) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Revoke the token ${token} for ever?`, yes);
    session.output.one(await session.client.tokens.revoke(token, { reason }));
  });
}
