import { createClient, createCluster } from "@redis/client";
import type { RedisPlace } from "../config/redis-place.ts";
import { CHARGE } from "./charge-script.ts";

/** What is used of a Redis, be it one or a cluster. */
export interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  /** Tells why a connection has failed. Without a listener, that would end the process. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** Ends connections at once; commands under way fail. */
  destroy(): void;
  /** Runs the script. */
  charge(keys: readonly string[], rest: readonly string[]): Promise<readonly number[]>;
}

const RECONNECT_MS_MAX = 500;
/** A connection that is silent for so long although it is asked every second is dead, whatever TCP says. */
const SILENT_MS_MAX = 3_000;
const PING_EVERY_MS = 1_000;
const CONNECT_MS_MAX = 2_000;

/** Nothing waits for a connection, and nothing is sent again: whoever asks has an answer without Redis. */
export function createRedisClient({
  nodes,
  tls,
  username,
  password,
  database,
}: RedisPlace): RedisClient {
  const scripts = { charge: CHARGE };
  // Of the library's own time-outs none fits a limit, and each costs a signal for every command.
  const commandOptions = { timeout: 0 };
  const common = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    disableOfflineQueue: true,
    disableClientInfo: true,
    pingInterval: PING_EVERY_MS,
  };
  const socket = {
    ...(tls && { tls }),
    connectTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENT_MS_MAX,
    reconnectStrategy: (retries: number) => Math.min(2 ** retries * 25, RECONNECT_MS_MAX),
  };
  const [{ host, port }, ...others] = nodes;
  if (others.length === 0) {
    const client = createClient({
      ...common,
      scripts,
      commandOptions,
      database,
      socket: { ...socket, host, port },
    });
    return client;
  }
  const cluster = createCluster({
    rootNodes: nodes.map((node) => ({ socket: { ...socket, ...node } })),
    defaults: { ...common, socket },
    scripts,
    commandOptions,
    topologyRefreshOnReconnectionAttemptStrategy: PING_EVERY_MS,
  });
  return cluster;
}
