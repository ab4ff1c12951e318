import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseDuration } from "../values.ts";

interface Options {
  readonly name: string;
  readonly api?: string;
  readonly owner?: string;
  readonly scope: readonly string[];
  readonly env: "live" | "test";
  readonly lifetime?: number;
  readonly idempotencyKey?: string;
}

export function tokensCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description(
      "Create a personal access token: your own, or that of a user of an api, who may do no less than it",
    )
    .requiredOption("--name <name>", "what it is for")
    .option("--api <api>", "for this api: its id or prefix; Keyward itself if left out")
    .option("--owner <owner>", "for this user: its id, or your own id of it; yourself if left out")
    .requiredOption("--scope <scope>", "grant this scope; repeatable", collect)
    .addOption(new Option("--env <env>", "environment").choices(["live", "test"]).default("live"))
    .option(
      "--lifetime <time>",
      "how long it works: 1d to 365d; what a policy says or 90d if left out",
      parseDuration,
    )
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, api, owner, scope: scopes, env: environment, lifetime } = options;
    const body = { name, api, owner, scopes, environment, lifetime_seconds: lifetime };
    await issue(session, command, () =>
      session.client.tokens.create(body, { idempotencyKey: options.idempotencyKey }),
    );
  });
}
