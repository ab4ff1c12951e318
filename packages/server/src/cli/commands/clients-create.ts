import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { addClientOptions, clientBody } from "../client-options.ts";
import type { ClientOptions } from "../client-options.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends ClientOptions {
  readonly name: string;
  readonly owner: string;
  readonly env: "live" | "test";
  readonly secret: boolean;
  readonly idempotencyKey?: string;
}

export function clientsCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description(
      "Create an OAuth client. Its secret is shown once, or goes where --secret-out says",
    )
    .requiredOption("--name <name>", "what people call it")
    .requiredOption(
      "--owner <owner>",
      "for this owner: its id, or your own id of it; made if it is new",
    )
    .addOption(new Option("--env <env>", "environment").choices(["live", "test"]).default("live"));
  addClientOptions(command)
    .option("--no-secret", "it has keys, a certificate or a trusted issuer instead")
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, owner, env: environment, secret: with_secret, idempotencyKey } = options;
    const { resources = [], ...rest } = clientBody(options);
    const body = { name, owner, environment, resources, ...rest, with_secret };
    const create = () => session.client.clients.create(body, { idempotencyKey });
    if (!with_secret) {
      const { secret: _none, ...client } = await create();
      session.output.one(client);
      return;
    }
    await issue(session, command, async () => {
      const { secret, ...client } = await create();
      return { ...client, secret: secret ?? "" };
    });
  });
}
