import { createServer } from "node:http";
import type { Server } from "node:http";
import { LIVENESS_BODY, readinessAnswer } from "../runtime/health.ts";
import type { Health } from "../runtime/health.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { limitConnections, LISTENER_LIMITS, serverOptions } from "./listener-limits.ts";
import { API_HEADERS } from "./security-headers.ts";

/** One collector and a few probes: more than these are nobody's whom the figures are for. */
const METRICS_LIMITS = { ...LISTENER_LIMITS, connectionsMax: 100 };

/** Metrics and health, on a port of their own that only the operator's network needs to reach. Not listening yet. */
export function createMetricsListener(metrics: Pick<Metrics, "collect">, health: Health): Server {
  const answers: Readonly<Record<string, () => Promise<Answer>>> = {
    "/metrics": async () => ({ status: 200, ...(await metrics.collect()) }),
    "/livez": async () => ({ status: 200, body: LIVENESS_BODY }),
    "/readyz": async () => readinessAnswer(health),
  };
  const server = createServer(serverOptions(METRICS_LIMITS), (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (answer === undefined) {
      response.writeHead(404, API_HEADERS).end();
      return;
    }
    if (request.method !== "GET") {
      response.writeHead(405, { ...API_HEADERS, allow: "GET" }).end();
      return;
    }
    answer().then(
      ({ status, body, contentType = "application/json" }) =>
        response.writeHead(status, { ...API_HEADERS, "content-type": contentType }).end(body),
      () => response.writeHead(500, API_HEADERS).end(),
    );
  });
  limitConnections(server, METRICS_LIMITS);
  return server;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}
