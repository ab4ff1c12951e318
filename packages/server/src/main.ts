// The composition root. Run directly, it serves as the environment says; imported, it offers startServer.
import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Secret } from "@keyward/core/key/secret";
import type { AuthorizationServer } from "./grpc/authorization-server.ts";
import { composeServer } from "./main/compose.ts";
import type { ComposedServer } from "./main/compose.ts";
import { openStorage } from "./main/open-storage.ts";
import { openTelemetry } from "./main/open-telemetry.ts";
import { listenForGrpc } from "./main/listen-grpc.ts";
import { runProcess } from "./main/run-process.ts";
import { Workers } from "./main/workers.ts";
import { readConfig } from "./config.ts";
import type { Config, Environment } from "./config.ts";
import { CHANGES_KEPT_MIN, CHANGES_KEPT_SECONDS } from "./contract/limits.ts";
import type { ListenerLimits } from "./http/listener-limits.ts";
import { firstLink, firstStart } from "./operations/first-start.ts";
import { systemClock } from "./runtime/clock.ts";
import type { Clock } from "./runtime/clock.ts";
import { fileDelivery, terminalDelivery } from "./runtime/first-key.ts";
import type { KeyDelivery } from "./runtime/first-key.ts";
import { listen, stopListening } from "./runtime/listening.ts";
import { createLog } from "./runtime/log.ts";
import type { Log } from "./runtime/log.ts";
import { systemRandom } from "./runtime/random.ts";
import type { Random } from "./runtime/random.ts";
import type { Storage } from "./storage/storage.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { announcingUnits } from "./webhooks/unit-events.ts";
import { announcingUses } from "./webhooks/use-events.ts";
import { forwardedPeer } from "./workers/forward.ts";

const TIDY_EVERY_MS = 60_000;
/** A little longer than the time between, so that it stays with one node. */
const TIDYING_SECONDS = 90;
const FIRST_START_SECONDS = 15;
const FIRST_START_LOOK_MS = 200;

/** What a start may be given in place of the real thing. */
export interface StartOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly log?: Log;
  readonly limits?: Partial<ListenerLimits>;
  /** How the first management key is handed over, if this is the first start. */
  readonly delivery?: KeyDelivery;
}

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:4141`. */
  readonly url: string;
  /** `undefined` when metrics are off, or when the port after the main one was taken. */
  readonly metricsUrl: string | undefined;
  /** HOST:PORT of Envoy's questions over gRPC; `undefined` where there is none. */
  readonly grpcPlace: string | undefined;
  /** Finishes the requests under way, writes what is still in memory, and closes. Called again, it waits for the same. */
  stop(): Promise<void>;
}

/**
 * Starts a server, and answers when it is ready.
 *
 * @throws StorageOpenError when the data directory cannot be used; Error when a port or a file cannot
 */
export async function startServer(
  config: Config,
  options: StartOptions = {},
): Promise<RunningServer> {
  const { clock = systemClock, random = systemRandom, limits = {} } = options;
  const log = options.log ?? createLog(config.logLevel);
  const telemetry = config.openTelemetry ? await openTelemetry(log) : undefined;
  const bare = await openStorage(config, { clock, random });
  const system = config.databaseUrl === undefined ? "sqlite" : "postgresql";
  const opened = telemetry?.tracedStorage(bare, system) ?? bare;
  const workers = config.workers > 0 ? new Workers(config, log) : undefined;
  const kept = workers?.holdBack(opened) ?? opened;
  const storage = announcingUnits(announcingUses(kept, { random, log }), { clock, random, log });
  try {
    const peerOf = workers && forwardedPeer;
    const made = { config, clock, random, log, storage, telemetry };
    const composed = await composeServer({ ...made, limits, peerOf });
    const parts = { ...made, composed, workers };
    return await serve(parts, options.delivery ?? deliveryOf(config));
  } catch (error) {
    await storage.close();
    await telemetry?.stop();
    throw error;
  }
}

/** Without a terminal, standard error is somebody's log, and no key belongs there (K4). */
function deliveryOf({ bootstrapKeyFile, dataDirectory }: Config): KeyDelivery {
  if (bootstrapKeyFile !== undefined) return fileDelivery(bootstrapKeyFile);
  if (process.stderr.isTTY) return terminalDelivery((text) => process.stderr.write(text));
  return fileDelivery(join(dataDirectory, "bootstrap.key"));
}

interface ServeParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly storage: Storage;
  readonly composed: ComposedServer;
  readonly telemetry: Telemetry | undefined;
  /** `undefined` where this process verifies by itself. */
  readonly workers: Workers | undefined;
}

async function serve(parts: ServeParts, delivery: KeyDelivery): Promise<RunningServer> {
  const { config, clock, log, storage, composed, workers } = parts;
  const { server, metricsServer, meter, feed, limiter, webhooks } = composed;
  const url =
    workers === undefined
      ? await listenAt(server, config, { name: "KEYWARD_PORT", port: config.port })
      : await workers.start(server, { ...parts, ...composed });
  let metricsUrl: string | undefined;
  let grpc: AuthorizationServer | undefined;
  try {
    metricsUrl = await listenForMetrics(parts, url);
    grpc = await listenForGrpc(composed.verify, {
      host: config.host,
      port: config.grpcPort,
      setting: "KEYWARD_GRPC_PORT",
      traced: parts.telemetry?.tracedCalls,
    });
    // Only now is it certain that this start succeeds, and a key that it shows is not shown for nothing.
    await handOverFirstKey(parts, delivery, url);
  } catch (error) {
    await grpc?.stop(0);
    await workers?.stop(0);
    await stopListening(server, 0);
    await stopListening(metricsServer, 0);
    throw error;
  }
  await Promise.all(composed.runners.map((runner) => runner.start()));
  await storage.nodes.catchUp();
  composed.finishStart();
  meter.start();
  webhooks.dispatcher.start();
  const tidying = setInterval(() => {
    tidyUp(storage, composed, clock.now()).catch((error: unknown) => log.failed(error));
  }, TIDY_EVERY_MS).unref();

  const stop = async () => {
    composed.beginStop();
    await delay(config.stopDelaySeconds * 1000);
    feed.leave();
    await grpc?.stop(config.drainSeconds * 1000);
    await workers?.stop(config.drainSeconds * 1000);
    await stopListening(server, config.drainSeconds * 1000);
    feed.close();
    await Promise.all(composed.runners.map((runner) => runner.stop()));
    clearInterval(tidying);
    await limiter.close();
    await webhooks.dispatcher.stop();
    await meter.stop();
    await storage.nodes.leave();
    await storage.close();
    await stopListening(metricsServer, 0);
    await parts.telemetry?.stop();
  };
  let stopped: Promise<void> | undefined;
  return { url, metricsUrl, grpcPlace: grpc?.place, stop: () => (stopped ??= stop()) };
}

/** Of nodes that start at once on an empty storage, one makes what there is to be first; the others wait for it. */
async function firstOfAll(storage: Storage, start: () => Promise<boolean>): Promise<boolean> {
  while (await storage.system.isEmpty()) {
    if (await storage.nodes.hasDuty("first start", FIRST_START_SECONDS)) return await start();
    await delay(FIRST_START_LOOK_MS);
  }
  return false;
}

async function handOverFirstKey(
  { clock, random, log, storage, config: { publicUrl } }: ServeParts,
  delivery: KeyDelivery,
  url: string,
): Promise<void> {
  const deliver = (secret: Secret) => delivery.stage(secret);
  const isFirst = await firstOfAll(storage, () => firstStart(storage, { clock, random, deliver }));
  delivery.publish();
  if (isFirst && delivery.showLink !== undefined) {
    delivery.showLink((publicUrl ?? url) + (await firstLink(storage, { clock, random })));
  }
  if (isFirst && delivery.file !== undefined) {
    log.event("first start: this file holds the first management key", { file: delivery.file });
  }
}

/** @throws Error which names the setting that chose the port */
async function listenAt(
  server: Server,
  { host }: Config,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<string> {
  try {
    return await listen(server, host, port);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${name}: cannot listen on port ${port} (${reason})`, { cause });
  }
}

async function tidyUp(
  storage: Storage,
  { checkpointLog, idleKeys, oauth, webhooks }: ComposedServer,
  now: Instant,
): Promise<void> {
  if (!(await storage.nodes.hasDuty("tidying", TIDYING_SECONDS))) return;
  await storage.system.forgetTokens(now);
  await oauth.rotateSigningKeys(now);
  await webhooks.tidy();
  await storage.usage.tidy(now);
  await idleKeys.lookIfDue();
  await checkpointLog.writeIfDue();
  await storage.system.forgetReplies(now);
  await storage.system.forgetCharges(now);
  await storage.system.forgetSessions(now);
  const since = instant(Math.max(0, now - CHANGES_KEPT_SECONDS * 1000));
  await storage.system.trimChanges({ since, countMin: CHANGES_KEPT_MIN });
}

/** A port that nobody asked for may be somebody else's; one that was asked for must be had. */
async function listenForMetrics(
  { config, log, composed }: ServeParts,
  url: string,
): Promise<string | undefined> {
  const { host, metricsPort } = config;
  if (metricsPort === "off") return undefined;
  if (metricsPort !== undefined) {
    const setting = { name: "KEYWARD_METRICS_PORT", port: metricsPort };
    return await listenAt(composed.metricsServer, config, setting);
  }
  const port = Number(new URL(url).port) + 1;
  try {
    return await listen(composed.metricsServer, host, port);
  } catch {
    log.warning("no metrics: the port is taken; set KEYWARD_METRICS_PORT", { port });
    return undefined;
  }
}

/** Runs until it is told to stop, and ends the process with what a supervisor should know. */
export async function run(environment?: Environment): Promise<void> {
  await runProcess(
    () => readConfig(environment),
    async (config, log) => {
      const server = await startServer(config, { log });
      return { ...server, place: server.url, hint: ` (reference: ${server.url}/docs)` };
    },
  );
}

if (import.meta.main) await run();
