// The settings of `keyward edge`.
import { resolve } from "node:path";
import type { Cidr } from "@keyward/core/restriction/cidr";
import {
  ConfigError,
  parseSwitch,
  portOrOff,
  readSettings,
  setting,
  SETTINGS,
  wholeNumber,
} from "../config.ts";
import type { Environment } from "../config.ts";
import { ok, problem } from "./parsed.ts";
import type { Parsed } from "./parsed.ts";
import type { LogLevel } from "../runtime/log.ts";

const SECONDS_MS = 1_000;

/** Where an edge listens. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

export type Freshness = "strict" | "bounded" | "available";

export const EDGE_SETTINGS = {
  upstream: setting({
    name: "KEYWARD_EDGE_UPSTREAM",
    meaning: "The Keyward to follow, such as `https://keys.example.com`.",
    fallback: undefined,
    fallbackMeaning: "none: it must be given",
    parse: parseUpstream,
  }),
  listen: setting({
    name: "KEYWARD_EDGE_LISTEN",
    meaning: "Where to listen: `HOST:PORT`, or `unix:PATH` for a Unix socket.",
    fallback: "127.0.0.1:4151",
    parse: parsePlace,
  }),
  socketMode: setting({
    name: "KEYWARD_EDGE_SOCKET_MODE",
    meaning:
      "Who may open the Unix socket, as an octal mode: `600` its owner alone, `660` its group as well.",
    fallback: "600",
    parse: (text): Parsed<number> =>
      /^[0-7]{3}$/.test(text) ? ok(Number.parseInt(text, 8)) : problem("must be a mode like 660"),
  }),
  callersFile: setting({
    name: "KEYWARD_EDGE_CALLERS_FILE",
    meaning:
      "The tokens of those who may ask, one a line, each of at least 32 characters. It is read again every second. A port needs it; at a Unix socket it may be left out, and then whoever can open the socket may ask.",
    fallback: undefined,
    fallbackMeaning: "none",
    parse: (text) => ok(resolve(text)),
  }),
  apis: setting({
    name: "KEYWARD_EDGE_APIS",
    meaning: "The apis to follow, by prefix or id, comma-separated.",
    fallback: "",
    fallbackMeaning: "all that the token may follow",
    parse: (text): Parsed<readonly string[]> =>
      ok(
        text
          .split(",")
          .map((api) => api.trim())
          .filter((api) => api !== ""),
      ),
  }),
  freshness: setting({
    name: "KEYWARD_EDGE_FRESHNESS",
    meaning:
      "What is done when Keyward has not confirmed the keys lately: `strict` answers 503, `bounded` goes on for the grace, `available` for ever.",
    fallback: "strict",
    parse: parseFreshness,
  }),
  maxStalenessMs: setting({
    name: "KEYWARD_EDGE_MAX_STALENESS_SECONDS",
    meaning: "How long after Keyward has confirmed them the keys count as fresh, 1 to 600.",
    fallback: "5",
    parse: seconds(1, 600),
  }),
  graceMs: setting({
    name: "KEYWARD_EDGE_GRACE_SECONDS",
    meaning: "How much longer a `bounded` edge goes on, at most 85800.",
    fallback: "60",
    parse: seconds(0, 85_800),
  }),
  keysMax: setting({
    name: "KEYWARD_EDGE_KEYS_MAX",
    meaning:
      "How many keys to hold of each api and environment, 1 to 100000000. The others are looked up when they are presented, and those used least give way.",
    fallback: undefined,
    fallbackMeaning: "all of them",
    parse: wholeNumber(1, 100_000_000),
  }),
  servesFeed: setting({
    name: "KEYWARD_EDGE_SERVES_FEED",
    meaning:
      "`1` lets other edges, and verifiers in your applications, have this one as their upstream. Their feed keys are the authority's to accept.",
    fallback: "0",
    parse: parseSwitch,
  }),
  metricsPort: setting({
    name: "KEYWARD_EDGE_METRICS_PORT",
    meaning:
      "Port of `/metrics`, `/livez` and `/readyz`, without a credential, on the host of KEYWARD_EDGE_LISTEN or on 127.0.0.1. `off` has none.",
    fallback: "off",
    parse: portOrOff,
  }),
  grpcPort: setting({
    name: "KEYWARD_EDGE_GRPC_PORT",
    meaning:
      "Port for Envoy's external authorization over gRPC, on the host of KEYWARD_EDGE_LISTEN or on 127.0.0.1, without TLS. It needs KEYWARD_EDGE_CALLERS_FILE. `off` has none.",
    fallback: "off",
    parse: portOrOff,
  }),
  openTelemetry: SETTINGS.openTelemetry,
  trustedProxies: SETTINGS.trustedProxies,
  logLevel: SETTINGS.logLevel,
  connectionsMax: SETTINGS.connectionsMax,
  connectionsPerAddressMax: SETTINGS.connectionsPerAddressMax,
  drainSeconds: SETTINGS.drainSeconds,
  stopDelaySeconds: SETTINGS.stopDelaySeconds,
} as const;

export interface EdgeConfig {
  readonly upstream: string;
  readonly listen: Place;
  readonly socketMode: number;
  readonly callersFile: string | undefined;
  readonly apis: readonly string[];
  readonly freshness: Freshness;
  readonly maxStalenessMs: number;
  readonly graceMs: number;
  readonly keysMax: number | undefined;
  readonly servesFeed: boolean;
  readonly metricsPort: number | "off";
  readonly grpcPort: number | "off";
  readonly openTelemetry: boolean;
  readonly trustedProxies: readonly Cidr[];
  readonly logLevel: LogLevel;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
  readonly drainSeconds: number;
  readonly stopDelaySeconds: number;
}

/** @throws ConfigError with every problem, also when a port would be open to whoever can reach it */
export function readEdgeConfig(environment: Environment): EdgeConfig {
  const read = readSettings(EDGE_SETTINGS, environment) as Partial<EdgeConfig>;
  const problems: string[] = [];
  if (read.upstream === undefined) problems.push("KEYWARD_EDGE_UPSTREAM is needed");
  if (read.listen !== undefined && "port" in read.listen && read.callersFile === undefined) {
    problems.push(
      "KEYWARD_EDGE_CALLERS_FILE is needed where KEYWARD_EDGE_LISTEN is a port: whoever reaches it could guess keys",
    );
  }
  if (read.grpcPort !== "off" && read.callersFile === undefined) {
    problems.push("KEYWARD_EDGE_CALLERS_FILE is needed for KEYWARD_EDGE_GRPC_PORT");
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return read as EdgeConfig;
}

function parseUpstream(text: string): Parsed<string> {
  const url = URL.parse(text);
  const isPlain = url !== null && url.search + url.hash + url.username + url.password === "";
  if (!isPlain || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return problem("must be an http or https URL without a credential, query and fragment");
  }
  return ok(url.href.replace(/\/$/, ""));
}

function parsePlace(text: string): Parsed<Place> {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    return path === "" ? problem("must name the file of the socket") : ok({ path: resolve(path) });
  }
  const [, host = "", digits = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = wholeNumber(0, 65_535)(digits);
  if (host === "" || !port.ok) return problem("must be HOST:PORT, or unix:PATH");
  return ok({ host: host.replace(/^\[|\]$/g, ""), port: port.value });
}

function parseFreshness(text: string): Parsed<Freshness> {
  return text === "strict" || text === "bounded" || text === "available"
    ? ok(text)
    : problem("must be strict, bounded or available");
}

function seconds(min: number, max: number): (text: string) => Parsed<number> {
  return (text) => {
    const parsed = wholeNumber(min, max)(text);
    return parsed.ok ? ok(parsed.value * SECONDS_MS) : parsed;
  };
}
