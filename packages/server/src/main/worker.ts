// A worker process of `keyward serve --workers N`: verifies from memory, and forwards everything else to the authority.
import { once } from "node:events";
import { systemClock } from "../runtime/clock.ts";
import { createListener } from "../http/listener.ts";
import { LISTENER_LIMITS } from "../http/listener-limits.ts";
import { listen, portOf, stopListening } from "../runtime/listening.ts";
import { createLog } from "../runtime/log.ts";
import { systemRandom } from "../runtime/random.ts";
import { endOnDefects } from "../runtime/shutdown.ts";
import { answerProblem } from "../verification/answer.ts";
import { BodyMessage } from "../verification/body-message.ts";
import { Callers } from "../verification/callers.ts";
import { DpopProofs } from "@keyward/sdk/verifier/dpop-proofs";
import { FailedAttempts } from "../verification/failed-attempts.ts";
import { WorkspaceMeters } from "../verification/meter.ts";
import { createVerifyRoutes } from "../verification/routes.ts";
import { VerdictCounts } from "../verification/verdict-counts.ts";
import { createForward } from "../workers/forward.ts";
import type { Assignment, ToAuthority, ToWorker } from "../workers/messages.ts";
import { WorkerState } from "../workers/worker-state.ts";
import { openTelemetry } from "./open-telemetry.ts";
import { openLeasedLimiter } from "./open-limiter.ts";

const COUNTS_EVERY_MS = 1_000;

function send(message: ToAuthority): void {
  process.send?.(message);
}

const state = new WorkerState({ clock: systemClock, send });
let stop: ((drainMs: number) => Promise<void>) | undefined;

/** @throws Error when the port cannot be had */
async function serve({ config, socketPath }: Assignment): Promise<void> {
  const log = createLog(config.logLevel);
  endOnDefects(log);
  const { verifier } = state;
  const { publicUrl, trustedProxies } = config;
  const telemetry = config.openTelemetry ? await openTelemetry(log) : undefined;
  const counts = telemetry?.verdictCounts ?? new VerdictCounts();
  const limits = openLeasedLimiter({
    clock: systemClock,
    log,
    random: systemRandom,
    source: { lend: (request) => state.borrow(request) },
  });
  const meter = new WorkspaceMeters({
    random: systemRandom,
    count: (scope, batch) => state.reportUses(scope, batch),
    onFailure: (error) => log.failed(error),
  });
  const shared = { random: systemRandom, clock: systemClock, log, publicUrl, trustedProxies };
  const trusted = {
    find: (presented: string) => {
      state.assertTrusted();
      return verifier.find(presented);
    },
  };
  const forward = createForward({
    socketPath,
    carried: telemetry?.carried,
    answerProblem: (request, response, error) =>
      answerProblem(shared, request as BodyMessage, response, error),
  });
  const verify = createVerifyRoutes({
    ...shared,
    callers: new Callers({ ...shared, keys: trusted, verifier }),
    deciders: {
      now: () => {
        state.assertTrusted();
        return verifier;
      },
      ask: () => Promise.reject(new Error("a worker holds every key")),
    },
    meter,
    counts,
    limiter: limits.limiter,
    passOn: (request, response, body) => forward(request, response, body),
    failedAttempts: new FailedAttempts(),
    dpopProofs: new DpopProofs(),
  });
  let isStopping = false;
  const server = createListener({
    ...shared,
    app: { fetch: () => Promise.reject(new Error("everything is forwarded")) },
    hotRoutes: (request, response) => {
      if (!verify(request, response)) forward(request, response);
      return true;
    },
    requestClass: BodyMessage,
    limits: {
      ...LISTENER_LIMITS,
      connectionsMax: Math.ceil(config.connectionsMax / config.workers),
      connectionsPerAddressMax: config.connectionsPerAddressMax,
    },
    traced: telemetry?.traced,
    isStopping: () => isStopping,
    onRefused: () => undefined,
  });
  const url = await listen(server, config.host, config.port);
  meter.start();
  const reportCounts = () => send({ type: "counts", counts: counts.take() });
  const reporting = setInterval(reportCounts, COUNTS_EVERY_MS).unref();
  stop = async (drainMs) => {
    isStopping = true;
    await stopListening(server, drainMs);
    await limits.close();
    await meter.stop();
    clearInterval(reporting);
    reportCounts();
    state.stop();
    await telemetry?.stop();
  };
  send({ type: "listening", url, port: portOf(server) });
}

async function end(drainMs: number): Promise<void> {
  await stop?.(drainMs);
  process.disconnect?.();
  process.exit(0);
}

async function run(): Promise<void> {
  // A terminal sends its signals to all processes; when to stop is the authority's word.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
  // Without an authority there is nobody to say what has been revoked.
  process.on("disconnect", () => process.exit(1));
  process.on("message", (message: ToWorker) => {
    if (message.type === "stop") {
      void end(message.drainMs);
      return;
    }
    state.heard(message);
    if (message.type !== "serve") return;
    serve(message.assignment).catch((error: unknown) => {
      send({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
    });
  });
  state.start();
  send({ type: "started" });
  await once(process, "disconnect");
}

if (import.meta.main) await run();
