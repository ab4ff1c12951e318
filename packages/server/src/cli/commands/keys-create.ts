import { Command, Option } from "commander";
import { openSession } from "../cli.ts";
import { issue } from "../issue.ts";
import { LIMIT_FORMS, collectLimits } from "../limits.ts";
import type { LimitOption } from "../limits.ts";
import type { Terminal } from "../terminal.ts";
import { collect, parseExpiry, parseMetadata } from "../values.ts";
import type { Expiry } from "../values.ts";

interface Options {
  readonly name: string;
  readonly api: string;
  readonly owner: string;
  readonly scope?: readonly string[];
  readonly role?: readonly string[];
  readonly env: "live" | "test";
  readonly kind: "secret" | "publishable";
  readonly expires?: Expiry;
  readonly ip?: readonly string[];
  readonly origin?: readonly string[];
  readonly plan?: string;
  readonly limit?: readonly LimitOption[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
  readonly secretOut?: string;
}

export function keysCreate(terminal: Terminal): Command {
  const command = new Command("create")
    .description(
      "Create a key. Its secret is shown once: on the terminal, or where --secret-out says",
    )
    .requiredOption("--name <name>", "what people call it")
    .requiredOption("--api <api>", "for this api: its id or prefix")
    .requiredOption(
      "--owner <owner>",
      "for this owner: its id, or your own id of it; made if it is new",
    )
    .option("--scope <scope>", "grant this scope; repeatable", collect)
    .option("--role <role>", "give this role; repeatable", collect)
    .addOption(new Option("--env <env>", "environment").choices(["live", "test"]).default("live"))
    .addOption(
      new Option(
        "--kind <kind>",
        "a publishable key may stand in a browser; its scopes end in read or list",
      )
        .choices(["secret", "publishable"])
        .default("secret"),
    )
    .option(
      "--expires <when>",
      "90d, never, or an instant; the api's default if left out",
      parseExpiry,
    )
    .option("--ip <cidr>", "only from this address or network; repeatable", collect)
    .option("--origin <site>", "only from this site; repeatable", collect)
    .option("--plan <plan>", "with the limits of this plan: its id or name")
    .option("--limit <limit>", `with this limit: ${LIMIT_FORMS}; repeatable`, collectLimits)
    .option("--metadata <json>", "your own facts: a JSON object, or @FILE", parseMetadata)
    .option("--idempotency-key <key>", "name this creation, so that it can be repeated")
    .option("--secret-out <file>", "write the secret there (0600); - is standard output");
  return command.action(async (options: Options) => {
    const session = await openSession(terminal, command);
    const { name, api, owner, scope, role, env, kind, expires, ip, origin, metadata } = options;
    const { plan, limit: limits } = options;
    const restrictions = ip || origin ? { ips: ip, origins: origin } : undefined;
    const body = {
      name,
      api,
      owner,
      scopes: scope,
      roles: role,
      environment: env,
      kind,
      expires_at: expires?.at,
      restrictions,
      plan,
      limits,
      metadata,
    };
    await issue(session, command, () =>
      session.client.keys.create(body, { idempotencyKey: options.idempotencyKey }),
    );
  });
}
