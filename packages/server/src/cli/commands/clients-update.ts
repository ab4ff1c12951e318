import { Command } from "commander";
import { addIfMatch, assertChange } from "../changes.ts";
import type { ChangeOptions } from "../changes.ts";
import { openSession } from "../cli.ts";
import { addClientOptions, clientBody } from "../client-options.ts";
import type { ClientOptions } from "../client-options.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ClientOptions, ChangeOptions {
  readonly name?: string;
  readonly owner?: string;
}

export function clientsUpdate(terminal: Terminal): Command {
  const command = new Command("update")
    .description("Change an OAuth client. What is not named stays")
    .argument("<client>", "the id of the client")
    .option("--name <name>", "what people call it")
    .option("--owner <owner>", "its new owner: its id or external id");
  addClientOptions(command);
  return addIfMatch(command).action(async (client: string, options: Options) => {
    const { name, owner, ifMatch } = options;
    const body = { name, owner, ...clientBody(options) };
    assertChange(body, "clients update");
    const session = await openSession(terminal, command);
    session.output.one(await session.client.clients.update(client, body, { ifMatch }));
  });
}
