import { Command } from "commander";
import { openSession } from "../cli.ts";
import { confirm } from "../confirm.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly reason?: string;
  readonly yes?: boolean;
}

export function clientsRevoke(terminal: Terminal): Command {
  const command = new Command("revoke")
    .description("Refuse an OAuth client and its tokens for ever. There is no way back")
    .argument("<client>", "the id of the client")
    .option("--reason <text>", "why, for the record")
    .option("--yes", "do not ask");
  return command.action(async (client: string, { reason, yes }: Options) => {
    const session = await openSession(terminal, command);
    await confirm(terminal, `Revoke ${client} for ever?`, yes);
    session.output.one(await session.client.clients.revoke(client, { reason }));
  });
}
