// Puts the parts of one server together, listening nowhere yet.
import { CheckpointSigner } from "../audit/checkpoint.ts";
import type { IncomingMessage, Server } from "node:http";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { WorkspaceId } from "@keyward/core/id";
import { DpopProofs } from "@keyward/sdk/verifier/dpop-proofs";
import { Verifier } from "@keyward/sdk/verifier/verifier";
import type { Config } from "../config.ts";
import { Egress } from "../egress/egress.ts";
import { Feed } from "../feed/feed.ts";
import { LogTails } from "../feed/log-tails.ts";
import { createApp } from "../http/app.ts";
import { BUILT_DASHBOARD } from "../http/dashboard/built-files.ts";
import { createDashboard } from "../http/dashboard/dashboard.ts";
import { createListener } from "../http/listener.ts";
import { LISTENER_LIMITS } from "../http/listener-limits.ts";
import type { ListenerLimits } from "../http/listener-limits.ts";
import { createMetricsListener } from "../http/metrics-listener.ts";
import { createPublicRoutes } from "../http/public-routes.ts";
import { CheckpointLog } from "../jobs/checkpoint-log.ts";
import { IdleKeys } from "../jobs/idle-keys.ts";
import { POLICY_JOB } from "../jobs/policy-job.ts";
import { REVOCATION_JOB } from "../jobs/revocation-job.ts";
import { SliceRunner } from "../jobs/slice-runner.ts";
import { openIdProvider } from "../oidc/openid-provider.ts";
import { readProviders } from "../oidc/read-providers.ts";
import type { SignInProvider } from "../operations/sign-in/provider.ts";
import { DpopNonces } from "../oauth/dpop-nonces.ts";
import { OAuth } from "../oauth/oauth.ts";
import { Cursors } from "../operations/cursors.ts";
import { READ_HANDLERS } from "../operations/read-handlers.ts";
import { WRITE_HANDLERS } from "../operations/write-handlers.ts";
import type { Clock } from "../runtime/clock.ts";
import { serverFigures } from "../runtime/figures.ts";
import type { MetricSources } from "../runtime/figures.ts";
import type { Health, MissingPart } from "../runtime/health.ts";
import type { Log } from "../runtime/log.ts";
import { portOf } from "../runtime/listening.ts";
import { createMetrics } from "../runtime/metrics.ts";
import type { Random } from "../runtime/random.ts";
import { readServerKeys } from "../runtime/server-key.ts";
import { readVersion } from "../runtime/version.ts";
import type { Storage } from "../storage/storage.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { composeLeaks } from "./compose-leaks.ts";
import { composeWebhooks } from "./compose-webhooks.ts";
import type { ComposedWebhooks } from "./compose-webhooks.ts";
import { BodyMessage } from "../verification/body-message.ts";
import { Charges } from "../verification/charges.ts";
import { Callers } from "../verification/callers.ts";
import { decidersOf, meteredOf, whileFresh } from "../verification/decide-credential.ts";
import { WorkspaceMeters } from "../verification/meter.ts";
import { FailedAttempts } from "../verification/failed-attempts.ts";
import { limitUsesOf } from "../verification/limit-uses.ts";
import { createVerifyRoutes } from "../verification/routes.ts";
import type { VerifyParts } from "../verification/verify-route.ts";
import { VerdictCounts } from "../verification/verdict-counts.ts";
import { Leases } from "../leases/leases.ts";
import { openLimiter, readAt } from "./open-limiter.ts";
import type { OpenedLimiter } from "./open-limiter.ts";
import { openRedisLimiter } from "./open-redis-limiter.ts";

/** What a server is made of. */
export interface ServerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly storage: Storage;
  readonly limits: Partial<ListenerLimits>;
  /** Where a request came from, where workers forward them. */
  readonly peerOf?: ((request: IncomingMessage) => string) | undefined;
  /** Only where OpenTelemetry is asked for. */
  readonly telemetry?: Telemetry | undefined;
}

export interface ComposedServer {
  readonly server: Server;
  readonly metricsServer: Server;
  /** What decisions are made of, for the other ports that ask for them. */
  readonly verify: VerifyParts;
  readonly meter: WorkspaceMeters;
  readonly counts: VerdictCounts;
  readonly feed: Feed;
  /** What goes on after its request has been answered. */
  readonly runners: readonly Pick<SliceRunner<unknown>, "start" | "stop">[];
  readonly idleKeys: IdleKeys;
  readonly checkpointLog: CheckpointLog;
  readonly oauth: OAuth;
  readonly limiter: OpenedLimiter;
  readonly leases: Leases;
  readonly webhooks: ComposedWebhooks;
  /** From now on `/readyz` succeeds: the port may answer before there is a key to ask with. */
  finishStart(): void;
  /** From now on `/readyz` fails, and answers end their connections. */
  beginStop(): void;
}

export async function composeServer(parts: ServerParts): Promise<ComposedServer> {
  const { config, log, storage } = parts;
  const verifier = new Verifier();
  const serverKeys = readServerKeys(config.serverKeyFile, parts.random);
  const failedAttempts = new FailedAttempts();
  const baseUrl = () => config.publicUrl ?? urlOf(server, config.host);
  const portal = { sealingKey: serverKeys.portal, baseUrl };
  const oauth = new OAuth({
    ...parts,
    trustedProxies: config.trustedProxies,
    certificateHeaders: certificateHeadersOf(config),
    dpopNonces: config.dpopNonces ? new DpopNonces(serverKeys.dpopNonces) : undefined,
    egress: new Egress({ allowed: config.egressAllow }),
    failedAttempts,
    noteUse: ({ client: { id, workspaceId }, secretId }, { now, ip }) => {
      const told = ip === undefined ? {} : { context: { ip } };
      meter.record({ workspaceId, keyId: id, secretId }, "allowed", now, { ...told, tag: "oauth" });
    },
    verifier: whileFresh(verifier, storage.nodes),
    sealingKey: serverKeys.signing,
    baseUrl,
  });
  await follow(storage, (changes) => {
    verifier.apply(changes);
    oauth.observe(changes);
  });
  const headOf = (workspaceId: WorkspaceId) => verifier.revOf(workspaceId);
  const feed = await Feed.open({ ...parts, headOf });
  const logTails = new LogTails({ logs: storage.logs, clock: parts.clock });
  const limitParts = { ...parts, store: storage.units };
  const { redis: place, redisTimeoutMs: timeoutMs } = config;
  const redis = place && (await openRedisLimiter({ ...limitParts, place, timeoutMs }));
  const limits = redis ?? openLimiter(limitParts);
  const charges = new Charges({ random: parts.random, store: storage.charges });
  const leases = new Leases({
    lender: limits.lender,
    random: parts.random,
    now: () => readAt(parts.clock),
    limitsOf: (of) => verifier.limitsOf(of),
  });
  const counts = parts.telemetry?.verdictCounts ?? new VerdictCounts();
  const meter = new WorkspaceMeters({
    ...parts,
    count: (scope, batch) => storage.usage.count(scope, null, batch, parts.clock.now()),
    onFailure: (error) => log.failed(error),
  });
  const sources: MetricSources = {
    keyCount: () => verifier.keyCount,
    isStorageWritable: () => storage.health().writable,
    coarsenedCount: () => meter.coarsenedCount,
    verdictCounts: () => counts.entries(),
    feedStreamCount: () => feed.streamCount,
    feedVerifierCount: () => feed.verifierCount,
    feedLagRevs: () => feed.lagRevs,
    redis: redis?.figures,
  };
  const metrics = createMetrics(sources);
  parts.telemetry?.publish(serverFigures(sources), sources.verdictCounts);
  let isStarting = true;
  let isStopping = false;
  const missing = (): MissingPart[] => [
    ...(storage.health().writable ? [] : (["storage"] as const)),
    ...(redis?.figures.isUp() === false ? (["redis"] as const) : []),
  ];
  const health: Health = {
    readiness: () => {
      if (isStarting) return "starting";
      if (isStopping) return "stopping";
      if (!storage.nodes.isFresh()) return "stale";
      return missing().length === 0 ? "ready" : "degraded";
    },
    missing,
  };
  const { publicUrl, trustedProxies, allowInsecureHttp } = config;
  const keys = whileFresh(verifier, storage.nodes);
  const shared = { ...parts, feed, leases, publicUrl, trustedProxies, keys };
  const checkpoints = await CheckpointSigner.fromSeed(serverKeys.audit);
  const webhooks = composeWebhooks(parts, serverKeys.webhooks);
  const app = createApp({
    ...shared,
    logTails,
    ...composeLeaks(parts),
    limitState: {
      settle: (workspaceId, charge, cost) =>
        charges.settle(workspaceId, charge, cost, readAt(parts.clock)),
      limitUsesOf: (workspaceId, of) =>
        limitUsesOf(
          limits.limiter,
          of && verifier.limitsOf({ workspaceId, ...of }),
          readAt(parts.clock),
        ),
    },
    allowInsecureHttp,
    signIn: {
      providers: providersOf(parts),
      pendingKey: serverKeys.signIn,
      refreshKey: serverKeys.refreshTokens,
    },
    readHandlers: READ_HANDLERS,
    writeHandlers: WRITE_HANDLERS,
    cursors: new Cursors(serverKeys.cursors),
    webhooks: webhooks.setting,
    portal,
    checkpoints,
    replyKey: serverKeys.replies,
    dashboard: createDashboard(BUILT_DASHBOARD, portal),
    publicRoutes: createPublicRoutes({ health, version: readVersion(), publicUrl }),
    onAccepted: (key, now) => meter.record(key, "allowed", now, meteredOf(key)),
    onAnswered: ({ requestId, operation, status, durationMs }) => {
      metrics.answered(operation ?? "none", status, durationMs);
      parts.telemetry?.answered(requestId);
    },
  });
  const verify: VerifyParts = {
    ...shared,
    charges,
    callers: new Callers({ ...shared, verifier }),
    deciders: decidersOf(verifier, storage.nodes),
    meter,
    counts,
    limiter: limits.limiter,
    failedAttempts,
    dpopProofs: new DpopProofs(),
    signIdentity: (identity, now) => oauth.signIdentity(identity, now),
  };
  const verifyRoutes = createVerifyRoutes(verify);
  const { connectionsMax, connectionsPerAddressMax } = config;
  const server = createListener({
    ...shared,
    app,
    hotRoutes: (request, response) =>
      verifyRoutes(request, response) || oauth.routes(request, response),
    requestClass: BodyMessage,
    limits: { ...LISTENER_LIMITS, connectionsMax, connectionsPerAddressMax, ...parts.limits },
    traced: parts.telemetry?.traced,
    isStopping: () => isStopping,
    onRefused: (reason) => metrics.refused(reason),
  });
  return {
    server,
    verify,
    metricsServer: createMetricsListener(metrics, health),
    meter,
    counts,
    feed,
    runners: [new SliceRunner(parts, REVOCATION_JOB), new SliceRunner(parts, POLICY_JOB)],
    idleKeys: new IdleKeys(parts),
    checkpointLog: new CheckpointLog({ ...parts, checkpoints }),
    oauth,
    limiter: limits,
    leases,
    webhooks,
    finishStart: () => {
      isStarting = false;
    },
    beginStop: () => {
      isStopping = true;
      logTails.close();
    },
  };
}

function certificateHeadersOf({ clientCertHeader, clientCertVerifiedHeader }: Config) {
  if (clientCertHeader === undefined) return undefined;
  return { certificate: clientCertHeader, verified: clientCertVerifiedHeader };
}

/** @throws Error when the file cannot be read, saying what is wrong with it */
function providersOf({ config, clock }: ServerParts): readonly SignInProvider[] {
  if (config.oidcFile === undefined) return [];
  return readProviders(config.oidcFile).map((settings) => openIdProvider(settings, clock));
}

/** Subscribes before it answers, so that no change falls between the load and the feed. */
async function follow(
  storage: Storage,
  take: (changes: readonly CommittedChange[]) => void,
): Promise<void> {
  for await (const changes of storage.system.scan()) take(changes);
  storage.subscribe(take);
}

/** What it listens on, where nobody has said how clients reach it. */
function urlOf(server: Server, host: string): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${portOf(server)}`;
}
