// The settings of the server: one table, and the only file that reads the environment.
import { join, resolve } from "node:path";
import { parseCidr } from "@keyward/core/restriction/cidr";
import type { Cidr } from "@keyward/core/restriction/cidr";
import { ok, problem } from "./config/parsed.ts";
import type { Parsed } from "./config/parsed.ts";
import { parseRedisPlace } from "./config/redis-place.ts";
import { LOG_LEVELS } from "./runtime/log.ts";
import type { LogLevel } from "./runtime/log.ts";

export interface Setting<Value> {
  readonly name: `KEYWARD_${string}`;
  readonly meaning: string;
  /** As one would write it; `undefined` where there is none. */
  readonly fallback: string | undefined;
  /** What the fallback is, where it cannot be written as a value. */
  readonly fallbackMeaning?: string;
  parse(text: string): Parsed<Value>;
}

export function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition;
}

export const SETTINGS = {
  host: setting({
    name: "KEYWARD_HOST",
    meaning: "Address to listen on. `0.0.0.0` or `::` is every network: put TLS in front first.",
    fallback: "127.0.0.1",
    parse: accept,
  }),
  port: setting({
    name: "KEYWARD_PORT",
    meaning: "Port to listen on. `0` takes any free one.",
    fallback: "4141",
    parse: wholeNumber(0, 65_535),
  }),
  metricsPort: setting({
    name: "KEYWARD_METRICS_PORT",
    meaning: "Port of `/metrics`, on the same address and without a credential. `off` has none.",
    fallback: undefined,
    fallbackMeaning: "the port after KEYWARD_PORT, if it is free",
    parse: portOrOff,
  }),
  grpcPort: setting({
    name: "KEYWARD_GRPC_PORT",
    meaning:
      "Port for Envoy's external authorization over gRPC, on the same address and without TLS. `off` has none.",
    fallback: "off",
    parse: portOrOff,
  }),
  openTelemetry: setting({
    name: "KEYWARD_OPENTELEMETRY",
    meaning:
      "`1` sends traces and metrics by OpenTelemetry, to where the `OTEL_` variables say ([more](../operating/monitoring.md)).",
    fallback: "0",
    parse: parseSwitch,
  }),
  dataDirectory: setting({
    name: "KEYWARD_DATA",
    meaning: "Directory of the database and the server key. It is made if it is not there.",
    fallback: "./.keyward",
    parse: (text) => ok(resolve(text)),
  }),
  databaseUrl: setting({
    name: "KEYWARD_DATABASE_URL",
    meaning:
      "`postgres://user:password@host/database`, which any number of nodes share ([how](../operating/postgres.md)). Unless the host is this machine, TLS with a verified certificate is taken for granted; `?sslmode=disable` does without.",
    fallback: undefined,
    fallbackMeaning: "SQLite in KEYWARD_DATA",
    parse: parseDatabaseUrl,
  }),
  redis: setting({
    name: "KEYWARD_REDIS_URL",
    meaning:
      "Redis or Valkey in which servers count limits together, such as `rediss://user:password@redis.example.com:6379`; several `host:port`, comma-separated, are a cluster ([more](../operating/redis.md)).",
    fallback: undefined,
    fallbackMeaning: "each server counts for itself",
    parse: parseRedisPlace,
  }),
  redisTimeoutMs: setting({
    name: "KEYWARD_REDIS_TIMEOUT_MS",
    meaning:
      "Milliseconds that a request waits for Redis at most; then its limits are judged without.",
    fallback: "20",
    parse: wholeNumber(1, 10_000),
  }),
  publicUrl: setting({
    name: "KEYWARD_PUBLIC_URL",
    meaning:
      "Where clients reach Keyward, such as `https://keys.example.com`. Links are made of it.",
    fallback: undefined,
    fallbackMeaning: "links are relative",
    parse: parsePublicUrl,
  }),
  bootstrapKeyFile: setting({
    name: "KEYWARD_BOOTSTRAP_KEY_FILE",
    meaning:
      "On the very first start, the first management key is written here, readable by its owner alone.",
    fallback: undefined,
    fallbackMeaning: "shown once on the terminal; without one, `bootstrap.key` in KEYWARD_DATA",
    parse: (text) => ok(resolve(text)),
  }),
  serverKeyFile: setting({
    name: "KEYWARD_SERVER_KEY_FILE",
    meaning:
      "32 bytes that seal cursors, kept replies and what access tokens are signed with, and that checkpoints of the audit chain are signed with. Made on the first start. Losing it loses neither keys nor data: tokens are then signed with another key.",
    fallback: undefined,
    fallbackMeaning: "`server.key` in KEYWARD_DATA",
    parse: (text) => ok(resolve(text)),
  }),
  oidcFile: setting({
    name: "KEYWARD_OIDC_FILE",
    meaning:
      "File that says by which OpenID Providers people sign in ([its form](../guides/sign-in.md)).",
    fallback: undefined,
    fallbackMeaning: "people sign in by links alone",
    parse: (text) => ok(resolve(text)),
  }),
  trustedProxies: setting({
    name: "KEYWARD_TRUSTED_PROXIES",
    meaning:
      "Networks of your own proxies, comma-separated, such as `10.0.0.0/8, ::1`. Their `X-Forwarded-For` is believed, nobody else's.",
    fallback: "",
    fallbackMeaning: "none",
    parse: parseNetworks,
  }),
  clientCertHeader: setting({
    name: "KEYWARD_CLIENT_CERT_HEADER",
    meaning:
      "Header in which trusted proxies put the TLS certificate of an OAuth client: as `Client-Cert` has it (RFC 9440), as PEM with percent-encoding, or as base64 of the DER. They must clear it of what clients send.",
    fallback: undefined,
    fallbackMeaning: "no certificate counts",
    parse: parseHeaderName,
  }),
  clientCertVerifiedHeader: setting({
    name: "KEYWARD_CLIENT_CERT_VERIFIED_HEADER",
    meaning:
      "Header that says `SUCCESS` where the proxy has verified that certificate against your own authority. Without it, certificates count that a client has registered, and names in them do not.",
    fallback: undefined,
    fallbackMeaning: "none is verified",
    parse: parseHeaderName,
  }),
  dpopNonces: setting({
    name: "KEYWARD_DPOP_NONCES",
    meaning:
      "`1` has DPoP proofs at the token endpoint carry a nonce of Keyward's, so that none can be made ahead of time.",
    fallback: "0",
    parse: parseSwitch,
  }),
  allowInsecureHttp: setting({
    name: "KEYWARD_ALLOW_INSECURE_HTTP",
    meaning:
      "`1` lets people sign in over plain http from other machines, where whoever listens has their session. Better: TLS in front, and KEYWARD_PUBLIC_URL.",
    fallback: "0",
    parse: parseSwitch,
  }),
  egressAllow: setting({
    name: "KEYWARD_EGRESS_ALLOW",
    meaning:
      "Networks beside the public internet that webhooks may go to, comma-separated, such as `10.1.2.0/24`; also without TLS, and on any port.",
    fallback: "",
    fallbackMeaning: "none",
    parse: parseNetworks,
  }),
  smtpUrl: setting({
    name: "KEYWARD_SMTP_URL",
    meaning:
      "A mail server, `smtps://user:password@mail.example.com`, by which endpoints that are `mailto:` are told of events.",
    fallback: undefined,
    fallbackMeaning: "no mail is sent",
    parse: parseSmtpUrl,
  }),
  mailFrom: setting({
    name: "KEYWARD_MAIL_FROM",
    meaning: "Whom mail is from.",
    fallback: "keyward@localhost",
    parse: accept,
  }),
  githubKeysUrl: setting({
    name: "KEYWARD_GITHUB_KEYS_URL",
    meaning:
      "Where GitHub publishes the keys that its secret scanning signs with: `https://api.github.com/meta/public_keys/secret_scanning`. With it, `/v1/leaks/github` takes what was found.",
    fallback: undefined,
    fallbackMeaning: "nothing is taken from GitHub",
    parse: parsePublicUrl,
  }),
  logLevel: setting({
    name: "KEYWARD_LOG_LEVEL",
    meaning: `What is logged: ${LOG_LEVELS.map((level) => `\`${level}\``).join(", ")}.`,
    fallback: "info",
    parse: parseLogLevel,
  }),
  connectionsMax: setting({
    name: "KEYWARD_CONNECTIONS_MAX",
    meaning: "Connections at the same time, all together.",
    fallback: "10000",
    parse: wholeNumber(1, 1_000_000),
  }),
  connectionsPerAddressMax: setting({
    name: "KEYWARD_CONNECTIONS_PER_ADDRESS_MAX",
    meaning:
      "Connections at the same time from one address (IPv6: from one /64). Trusted proxies are exempt.",
    fallback: "1000",
    parse: wholeNumber(1, 1_000_000),
  }),
  workers: setting({
    name: "KEYWARD_WORKERS",
    meaning:
      "Processes that verify, beside the one that manages keys and has the database. `0`: that one verifies as well.",
    fallback: "0",
    parse: wholeNumber(0, 64),
  }),
  drainSeconds: setting({
    name: "KEYWARD_DRAIN_SECONDS",
    meaning: "How long a stop waits for requests under way.",
    fallback: "20",
    parse: wholeNumber(0, 300),
  }),
  stopDelaySeconds: setting({
    name: "KEYWARD_STOP_DELAY_SECONDS",
    meaning:
      "How long a stop still takes new requests while `/readyz` already fails, for a load balancer to notice.",
    fallback: "0",
    parse: wholeNumber(0, 300),
  }),
} as const;

/** What the command line reads, and a server may find beside its own settings. */
const CLIENT_NAMES = ["KEYWARD_URL", "KEYWARD_TOKEN_FILE", "KEYWARD_TOKEN"] as const;

type SettingKey = keyof typeof SETTINGS;
type ValueOf<Key extends SettingKey> =
  (typeof SETTINGS)[Key] extends Setting<infer Value> ? Value : never;
/** A setting without a fallback may be absent. */
type Read = { readonly [Key in SettingKey]: ValueOf<Key> | Missing<Key> };
type Missing<Key extends SettingKey> = Key extends
  | "metricsPort"
  | "databaseUrl"
  | "redis"
  | "publicUrl"
  | "smtpUrl"
  | "githubKeysUrl"
  | "bootstrapKeyFile"
  | "oidcFile"
  | "clientCertHeader"
  | "clientCertVerifiedHeader"
  | "serverKeyFile"
  ? undefined
  : never;

export interface Config extends Omit<Read, "serverKeyFile"> {
  readonly serverKeyFile: string;
}

/** Thrown when the server must not start as it is configured. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. An empty value counts as none.
 *
 * @throws ConfigError with every problem at once, unknown `KEYWARD_…` names included: a mistyped name is a setting that
 * somebody believes to be in force
 */
export function readConfig(environment: Environment = process.env): Config {
  const read = readSettings(SETTINGS, environment) as unknown as Read;
  if (read.databaseUrl !== undefined && read.workers > 0) {
    throw new ConfigError([
      "KEYWARD_WORKERS is for SQLite: on PostgreSQL start more nodes, on one machine too",
    ]);
  }
  return { ...read, serverKeyFile: read.serverKeyFile ?? join(read.dataDirectory, "server.key") };
}

/** The values of a table of settings, by its names. @throws ConfigError as {@link readConfig} does */
export function readSettings<Table extends Readonly<Record<string, Setting<unknown>>>>(
  table: Table,
  environment: Environment,
): Partial<Record<keyof Table, unknown>> {
  const problems = unknownNames(environment, table);
  const values: Partial<Record<keyof Table, unknown>> = {};
  for (const key of Object.keys(table) as (keyof Table)[]) {
    const definition: Setting<unknown> | undefined = table[key];
    const text = definition && (environment[definition.name]?.trim() || definition.fallback);
    if (definition === undefined || text === undefined) continue;
    const parsed = definition.parse(text);
    if (parsed.ok) values[key] = parsed.value;
    else problems.push(`${definition.name} ${parsed.problem}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

/** Whether Node was told, by its options, to read HTTP carelessly. */
export function nodeOptionsOf(environment: Environment = process.env): string {
  return environment["NODE_OPTIONS"] ?? "";
}

export interface SettingRow {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** The settings, as text for people. */
export function settingRows(
  table: Readonly<Record<string, Setting<unknown>>> = SETTINGS,
): readonly SettingRow[] {
  return Object.values(table).map(({ name, meaning, fallback, fallbackMeaning }) => ({
    name,
    fallback: fallbackMeaning ?? `\`${fallback}\``,
    meaning,
  }));
}

/** The table of settings, as Markdown. */
export function describeSettings(
  table: Readonly<Record<string, Setting<unknown>>> = SETTINGS,
): string {
  const rows = settingRows(table).map(
    ({ name, fallback, meaning }) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  );
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** Names of an edge and of the server may stand side by side: neither has any that the other would not know. */
function unknownNames(
  environment: Environment,
  table: Readonly<Record<string, Setting<unknown>>>,
): string[] {
  const known = new Set<string>([
    ...Object.values<Setting<unknown>>(SETTINGS).map(({ name }) => name),
    ...Object.values(table).map(({ name }) => name),
    ...CLIENT_NAMES,
  ]);
  return Object.keys(environment)
    .filter((name) => name.startsWith("KEYWARD_") && !known.has(name))
    .filter((name) => table !== SETTINGS || !name.startsWith("KEYWARD_EDGE_"))
    .sort()
    .map((name) => `${name} is not a setting`);
}

function accept(text: string): Parsed<string> {
  return ok(text);
}

export function wholeNumber(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    const inRange = value >= min && value <= max;
    return inRange ? ok(value) : problem(`must be a whole number from ${min} to ${max}`);
  };
}

export function portOrOff(text: string): Parsed<number | "off"> {
  return text === "off" ? ok("off") : wholeNumber(0, 65_535)(text);
}

export function parseSwitch(text: string): Parsed<boolean> {
  return text === "0" || text === "1" ? ok(text === "1") : problem("must be 0 or 1");
}

function parseHeaderName(text: string): Parsed<string> {
  const isName = /^[A-Za-z0-9-]{1,64}$/.test(text);
  return isName ? ok(text.toLowerCase()) : problem("must be the name of a header");
}

function parseSmtpUrl(text: string): Parsed<string> {
  const scheme = URL.parse(text)?.protocol;
  return scheme === "smtp:" || scheme === "smtps:"
    ? ok(text)
    : problem("must begin with smtp:// or smtps://");
}

const SSL_MODES = ["disable", "no-verify", "verify-full"];

function parseDatabaseUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url?.protocol !== "postgres:" && url?.protocol !== "postgresql:") {
    return problem("must begin with postgres://");
  }
  if (url.pathname.length < 2) return problem("must name a database after the host");
  const mode = url.searchParams.get("sslmode");
  const isLocal = ["", "localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (mode === null) url.searchParams.set("sslmode", isLocal ? "disable" : "verify-full");
  // In libpq these are weaker, and easily taken for more than they are.
  else if (mode === "require" || mode === "verify-ca")
    url.searchParams.set("sslmode", "verify-full");
  else if (!SSL_MODES.includes(mode)) {
    return problem(`has an sslmode that is none of ${SSL_MODES.join(", ")}`);
  }
  return ok(url.href);
}

function parsePublicUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  const isPlain = url !== null && url.search + url.hash + url.username + url.password === "";
  if (!isPlain || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return problem("must be an http or https URL without query and fragment");
  }
  return ok(url.href.replace(/\/$/, ""));
}

function parseNetworks(text: string): Parsed<readonly Cidr[]> {
  const networks: Cidr[] = [];
  for (const [index, part] of text.split(",").entries()) {
    if (part.trim() === "") continue;
    const parsed = parseCidr(part.trim());
    if (!parsed.ok) return problem(`must be networks: entry ${index + 1} is none`);
    networks.push(parsed.pattern);
  }
  return ok(networks);
}

function parseLogLevel(text: string): Parsed<LogLevel> {
  const level = LOG_LEVELS.find((known) => known === text);
  return level === undefined ? problem(`must be one of ${LOG_LEVELS.join(", ")}`) : ok(level);
}
