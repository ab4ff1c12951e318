import { Command } from "commander";
import { openSession } from "../cli.ts";
import type { Terminal } from "../terminal.ts";

export function clientsTokensRevoke(terminal: Terminal): Command {
  const command = new Command("revoke").description(
    "Refuse every token that an OAuth client has got so far",
  );
  return command.argument("<client>", "the id of the client").action(async (client: string) => {
    const session = await openSession(terminal, command);
    session.output.one(await session.client.clients.tokens.revoke(client));
  });
}
