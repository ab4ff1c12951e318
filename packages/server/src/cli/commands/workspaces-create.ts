import { Command } from "commander";
import { openSession } from "../cli.ts";
import { issueWithin } from "../issue.ts";
import type { Terminal } from "../terminal.ts";

interface Options {
  readonly name: string;
  readonly idempotencyKey?: string;
  readonly secretOut?: string;
}

export function workspacesCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description("Create a workspace and its first management key, whose secret is shown once")
    .requiredOption("--name <name>", "what people call it")
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async ({ name, idempotencyKey }: Options) => {
    const session = await openSession(terminal, command);
    await issueWithin(
      session,
      command,
      () => session.client.workspaces.create({ name }, { idempotencyKey }),
      ({ management_key }) => management_key.secret,
      (workspace, secret) => {
        const { secret: _secret, ...rest } = workspace.management_key;
        return { ...workspace, management_key: secret === undefined ? rest : { secret, ...rest } };
      },
    );
  });
}
