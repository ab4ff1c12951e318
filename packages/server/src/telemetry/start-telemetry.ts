// Starts the SDK of OpenTelemetry, which reads the OTEL_ variables by itself. It is loaded only here: it is optional.
import { diag, DiagLogLevel, trace } from "@opentelemetry/api";
import type * as OpenTelemetrySdk from "@opentelemetry/sdk-node";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError } from "../config.ts";
import type { Log } from "../runtime/log.ts";
import { publishFigures } from "./published-figures.ts";
import type { Telemetry } from "./telemetry.ts";
import { carried } from "./carried.ts";
import { tracedCalls } from "./traced-calls.ts";
import { tracedRequests } from "./traced-requests.ts";
import { tracedStorage } from "./traced-storage.ts";
import { TracedVerdicts } from "./traced-verdicts.ts";

const STOP_MS_MAX = 3_000;
const COMPLAIN_EVERY_MS = 60_000;

type Sdk = Pick<typeof OpenTelemetrySdk, "NodeSDK" | "resources">;

interface TelemetryParts {
  readonly version: string;
  readonly log: Pick<Log, "warning">;
  /** The SDK of OpenTelemetry; the one that is installed if left out. */
  readonly load?: () => Promise<Sdk>;
}

/** @throws ConfigError where the SDK is not installed */
export async function startTelemetry(parts: TelemetryParts): Promise<Telemetry> {
  const { version, log, load = async () => await import("@opentelemetry/sdk-node") } = parts;
  const { NodeSDK, resources } = await load().catch((cause: unknown) => {
    throw new ConfigError([
      "KEYWARD_OPENTELEMETRY needs @opentelemetry/sdk-node: install it beside keyward, as npm install @opentelemetry/sdk-node does",
      ...(cause instanceof Error && !isMissing(cause) ? [cause.message] : []),
    ]);
  });
  complainTo(log);
  const sdk = new NodeSDK({
    resource: resources.defaultResource().merge(
      resources.resourceFromAttributes({
        "service.name": "keyward",
        "service.version": version,
        // Tells processes apart, and says nothing of the machine.
        "service.instance.id": randomUUID(),
      }),
    ),
    // Others would tell of the machine, the command line and who runs it.
    resourceDetectors: [resources.envDetector],
  });
  sdk.start();
  return {
    verdictCounts: new TracedVerdicts(),
    traced: tracedRequests,
    tracedCalls,
    carried,
    tracedStorage,
    answered: (requestId) => trace.getActiveSpan()?.setAttribute("keyward.request.id", requestId),
    publish: publishFigures,
    stop: async () => {
      const sent = sdk.shutdown().catch(() => {});
      await Promise.race([sent, delay(STOP_MS_MAX, undefined, { ref: false })]);
    },
  };
}

function isMissing(error: Error): boolean {
  return "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}

/** A collector that is gone fails every few seconds, and one line a minute says so. */
function complainTo(log: Pick<Log, "warning">): void {
  let complainedMs = -Infinity;
  const silent = () => {};
  const error = () => {
    const nowMs = performance.now();
    if (nowMs - complainedMs < COMPLAIN_EVERY_MS) return;
    complainedMs = nowMs;
    log.warning("OpenTelemetry could not send; OTEL_LOG_LEVEL=debug says why");
  };
  const logger = { error, warn: silent, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true });
}
