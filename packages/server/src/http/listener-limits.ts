// What a connection may take, of whichever port.
import type { Server, ServerOptions } from "node:http";

export interface ListenerLimits {
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the last of its body. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often the timeouts are looked at. */
  readonly checkEveryMs: number;
  readonly headerBytesMax: number;
  readonly headersMax: number;
  readonly connectionsMax: number;
  readonly connectionsPerAddressMax: number;
}

export const LISTENER_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  // Longer than the idle time of usual proxies (60 s), so that it is they who close.
  keepAliveTimeoutMs: 65_000,
  checkEveryMs: 1_000,
  headerBytesMax: 16_384,
  headersMax: 1_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 1_000,
};

export function serverOptions(limits: ListenerLimits): ServerOptions {
  return {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: limits.headerBytesMax,
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
}

/** The limits that node takes as properties of the server only. */
export function limitConnections(server: Server, limits: ListenerLimits): void {
  server.maxHeadersCount = limits.headersMax;
  server.maxConnections = limits.connectionsMax;
}
