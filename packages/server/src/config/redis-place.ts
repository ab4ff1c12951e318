import { ok, problem } from "./parsed.ts";
import type { Parsed } from "./parsed.ts";

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, and how one signs in there. */
export interface RedisPlace {
  /** One is a Redis by itself; several are nodes of a cluster, from which the others are learnt. */
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** A cluster has the database 0 alone. */
  readonly database: number;
}

const DEFAULT_PORT = 6_379;
const NODES_MAX = 100;
const FORM =
  "must be redis://host:port or rediss://user:password@host:port, for a cluster with several host:port, comma-separated";

/** Reads `redis://user:password@host:6379/0`, `rediss://…`, and `redis://one:7000,two:7000` of a cluster. */
export function parseRedisPlace(text: string): Parsed<RedisPlace> {
  const [, scheme, account, hosts, database] =
    /^(rediss?):\/\/(?:([^@/]*)@)?([^@/]+)(?:\/(\d{0,5}))?$/.exec(text) ?? [];
  if (scheme === undefined || hosts === undefined) return problem(FORM);
  const [first, ...others] = hosts.split(",").map(parseNode);
  const nodes = others.filter((node) => node !== undefined);
  if (first === undefined || nodes.length < others.length || nodes.length >= NODES_MAX) {
    return problem(FORM);
  }
  if (nodes.length > 0 && Number(database) > 0) {
    return problem("names a cluster and a database: a cluster has none");
  }
  const signIn = parseAccount(account);
  if (signIn === undefined) return problem(FORM);
  return ok({
    nodes: [first, ...nodes],
    tls: scheme === "rediss",
    ...signIn,
    database: Number(database ?? 0),
  });
}

function parseNode(text: string): RedisNode | undefined {
  const url = URL.parse(`redis://${text.trim()}`);
  if (url === null || url.hostname === "") return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: url.port === "" ? DEFAULT_PORT : Number(url.port) };
}

/** `user:password` or `:password`, percent-encoded. */
function parseAccount(text = ""): Pick<RedisPlace, "username" | "password"> | undefined {
  const [username = "", ...rest] = text.split(":");
  try {
    return {
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(rest.join(":")) || undefined,
    };
  } catch {
    return undefined;
  }
}
