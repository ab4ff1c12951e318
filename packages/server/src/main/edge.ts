// `keyward edge`: a node that decides by a copy of the keys, beside a gateway. It has no storage and no management API.
import type { Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "@keyward/sdk/runtime/clock";
import { systemRandom as systemChance } from "@keyward/sdk/runtime/random";
import { systemTimers } from "@keyward/sdk/runtime/timers";
import type { Environment } from "../config.ts";
import { readEdgeConfig } from "../config/edge-config.ts";
import type { EdgeConfig } from "../config/edge-config.ts";
import { createEdgeApp } from "../edge/edge-app.ts";
import { EdgeDeciders } from "../edge/edge-deciders.ts";
import { EdgeLimiter } from "../edge/edge-limiter.ts";
import { EdgeMeter } from "../edge/edge-meter.ts";
import { Followers } from "../edge/followers.ts";
import { LocalCallers } from "../edge/local-callers.ts";
import { createListener } from "../http/listener.ts";
import { LISTENER_LIMITS } from "../http/listener-limits.ts";
import { createMetricsListener } from "../http/metrics-listener.ts";
import { edgeFigures } from "../runtime/figures.ts";
import type { EdgeMetricSources } from "../runtime/figures.ts";
import type { Health } from "../runtime/health.ts";
import { listen, listenOnSocket, stopListening } from "../runtime/listening.ts";
import type { Log } from "../runtime/log.ts";
import { createEdgeMetrics } from "../runtime/metrics.ts";
import { systemRandom } from "../runtime/random.ts";
import { BodyMessage } from "../verification/body-message.ts";
import { DpopProofs } from "@keyward/sdk/verifier/dpop-proofs";
import { FailedAttempts } from "../verification/failed-attempts.ts";
import { createVerifyRoutes } from "../verification/routes.ts";
import type { VerifyParts } from "../verification/verify-route.ts";
import { VerdictCounts } from "../verification/verdict-counts.ts";
import type { AuthorizationServer } from "../grpc/authorization-server.ts";
import { listenForGrpc } from "./listen-grpc.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { runProcess } from "./run-process.ts";

const LEAVE_MS_MAX = 1_000;

export interface RunningEdge {
  /** `http://127.0.0.1:4151`, or `unix:/run/keyward.sock`. */
  readonly place: string;
  readonly metricsUrl: string | undefined;
  /** HOST:PORT; `undefined` where there is none. */
  readonly grpcPlace: string | undefined;
  stop(): Promise<void>;
}

/**
 * Listens at once, and is ready when the first copies have been proved fresh.
 *
 * @param token fetches the feed key, asked before every request, so that a rotated one needs no restart
 * @throws Error when a port, a socket or the file of callers cannot be used
 */
export async function startEdge(
  config: EdgeConfig,
  token: () => Promise<string>,
  log: Log,
): Promise<RunningEdge> {
  const { upstream, freshness: mode, maxStalenessMs, graceMs } = config;
  const followers = new Followers({
    url: upstream,
    token,
    apis: config.apis,
    policy: { mode, maxStalenessMs, graceMs },
    keysMax: config.keysMax,
    fetch,
    clock: systemClock,
    timers: systemTimers,
    random: systemChance,
    log,
  });
  const callers = new LocalCallers({
    file: config.callersFile,
    workspaceId: () => followers.workspaceId,
    log,
  });
  let isStopping = false;
  let hasBeenReady = false;
  const health: Health = {
    readiness: () => {
      if (isStopping) return "stopping";
      hasBeenReady ||= followers.isReady;
      if (followers.isReady) return "ready";
      return hasBeenReady ? "stale" : "starting";
    },
  };
  const telemetry = config.openTelemetry ? await openTelemetry(log) : undefined;
  const counts = telemetry?.verdictCounts ?? new VerdictCounts();
  const sources: EdgeMetricSources = {
    keyCount: () => followers.standing.keys,
    subjectCount: () => followers.standing.subjects,
    freshCount: () => followers.standing.fresh,
    proofAgeMs: () => followers.standing.ageMs,
    verdictCounts: () => counts.entries(),
  };
  const metrics = createEdgeMetrics(sources);
  telemetry?.publish(edgeFigures(sources), sources.verdictCounts);
  const { connectionsMax, connectionsPerAddressMax, trustedProxies } = config;
  const shared = {
    random: systemRandom,
    publicUrl: upstream,
    log,
    clock: systemClock,
    trustedProxies,
  };
  const verify: VerifyParts = {
    ...shared,
    callers,
    deciders: new EdgeDeciders(followers),
    meter: new EdgeMeter(followers),
    counts,
    limiter: new EdgeLimiter(followers),
    failedAttempts: new FailedAttempts(),
    dpopProofs: new DpopProofs(),
  };
  const server = createListener({
    ...shared,
    app: createEdgeApp({
      health,
      publicUrl: upstream,
      passOn: config.servesFeed ? { upstream, fetch } : undefined,
    }),
    hotRoutes: createVerifyRoutes(verify),
    requestClass: BodyMessage,
    limits: { ...LISTENER_LIMITS, connectionsMax, connectionsPerAddressMax },
    traced: telemetry?.traced,
    isStopping: () => isStopping,
    onRefused: (reason) => metrics.refused(reason),
  });
  const metricsServer = createMetricsListener(metrics, health);
  const place = await listenAt(server, config);
  let metricsUrl: string | undefined;
  let grpc: AuthorizationServer | undefined;
  try {
    metricsUrl = await listenForMetrics(metricsServer, config);
    grpc = await listenForGrpc(verify, {
      host: hostOf(config),
      port: config.grpcPort,
      setting: "KEYWARD_EDGE_GRPC_PORT",
      traced: telemetry?.tracedCalls,
    });
  } catch (error) {
    await stopListening(server, 0);
    await stopListening(metricsServer, 0);
    throw error;
  }
  callers.start();
  followers.start();

  const stop = async () => {
    isStopping = true;
    await delay(config.stopDelaySeconds * 1000);
    await grpc?.stop(config.drainSeconds * 1000);
    await stopListening(server, config.drainSeconds * 1000);
    callers.stop();
    await followers.close(LEAVE_MS_MAX);
    await stopListening(metricsServer, 0);
    await telemetry?.stop();
  };
  let stopped: Promise<void> | undefined;
  return { place, metricsUrl, grpcPlace: grpc?.place, stop: () => (stopped ??= stop()) };
}

/** Runs an edge until the process is told to stop. */
export async function runEdge(
  environment: Environment,
  token: () => Promise<string>,
): Promise<void> {
  await runProcess(
    () => readEdgeConfig(environment),
    (config, log) => startEdge(config, token, log),
  );
}

async function listenAt(server: Server, { listen: place, socketMode }: EdgeConfig) {
  try {
    if ("port" in place) return await listen(server, place.host, place.port);
    await listenOnSocket(server, place.path, socketMode);
    return `unix:${place.path}`;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`KEYWARD_EDGE_LISTEN: cannot listen (${reason})`, { cause });
  }
}

/** Of the ports beside the one that is asked. */
function hostOf({ listen: place }: EdgeConfig): string {
  return "host" in place ? place.host : "127.0.0.1";
}

async function listenForMetrics(server: Server, config: EdgeConfig): Promise<string | undefined> {
  const { metricsPort } = config;
  if (metricsPort === "off") return undefined;
  try {
    return await listen(server, hostOf(config), metricsPort);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`KEYWARD_EDGE_METRICS_PORT: cannot listen (${reason})`, { cause });
  }
}
