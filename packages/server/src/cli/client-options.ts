// What `clients create` and `clients update` share: how a client is written on the command line.
import type { ClientsCreateBody } from "@keyward/sdk/client/operations.generated";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { collectLimits, LIMIT_FORMS, planOf } from "./limits.ts";
import type { LimitOption } from "./limits.ts";
import { collect, parseDuration, parseMetadata, readText } from "./values.ts";

export interface ClientOptions {
  readonly resource?: readonly Resource[];
  readonly grant?: ClientsCreateBody["grants"];
  readonly jwks?: ClientsCreateBody["jwks"];
  readonly jwksUri?: string;
  readonly tlsSubject?: string;
  readonly trust?: ClientsCreateBody["trusted_issuers"];
  readonly profile?: ClientsCreateBody["profile"];
  readonly bind?: ClientsCreateBody["sender_constraint"];
  readonly lifetime?: number;
  readonly plan?: string;
  readonly limit?: readonly LimitOption[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

type Resource = ClientsCreateBody["resources"][number];

export function addClientOptions(command: Command): Command {
  return command
    .option(
      "--resource <api=scopes>",
      "what it may ask for: acme=invoices:read,invoices:write; repeatable",
      collectResource,
    )
    .option(
      "--grant <grant>",
      "client_credentials, token_exchange, jwt_bearer; repeatable",
      collect,
    )
    .option("--jwks <file>", "its public keys: a file with a JWK set", parseJwks)
    .option("--jwks-uri <url>", "where it publishes its public keys")
    .option("--tls-subject <name>", "the subject of its TLS certificate: CN=billing,O=Acme")
    .option(
      "--trust <file>",
      "whose statements stand for it: a file with a JSON list of issuers",
      parseTrust,
    )
    .addOption(
      new Option("--profile <profile>", "what it is held to").choices(["standard", "fapi2"]),
    )
    .addOption(
      new Option("--bind <how>", "what its tokens are bound to").choices(["none", "dpop", "mtls"]),
    )
    .option("--lifetime <duration>", "how long its tokens last: 1m to 60m", parseDuration)
    .option("--plan <plan>", "its tokens together have the limits of this plan; none is no plan")
    .option(
      "--limit <limit>",
      `its tokens together have this limit: ${LIMIT_FORMS}; repeatable; none is no limit`,
      collectLimits,
    )
    .option("--metadata <json>", "your own facts: a JSON object, or @FILE", parseMetadata);
}

export function clientBody(options: ClientOptions) {
  return {
    resources: options.resource,
    grants: options.grant,
    jwks: options.jwks,
    jwks_uri: options.jwksUri,
    tls_subject: options.tlsSubject,
    trusted_issuers: options.trust,
    profile: options.profile,
    sender_constraint: options.bind,
    token_lifetime_seconds: options.lifetime,
    plan: planOf(options.plan),
    limits: options.limit,
    metadata: options.metadata,
  };
}

function collectResource(text: string, earlier: readonly Resource[] | undefined) {
  const [api = "", scopes = ""] = text.split("=", 2);
  if (api === "" || scopes === "") {
    throw new InvalidArgumentError("Write an api and its scopes: acme=invoices:read.");
  }
  return [...(earlier ?? []), { api, scopes: scopes.split(",") }];
}

function parseJwks(path: string): unknown {
  return parseFile(path, "a JWK set");
}

function parseTrust(path: string): unknown {
  return parseFile(path, "a JSON list of issuers");
}

function parseFile(path: string, what: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InvalidArgumentError(`It must be a file with ${what}.`);
  }
}
