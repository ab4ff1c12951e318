// What OpenTelemetry's collector is: an HTTP server that takes OTLP in JSON, and keeps it for the test to read.
import { createServer } from "node:http";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

export interface Span {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  readonly status: { readonly code: number };
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly count?: number;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

interface Traces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

interface Metrics {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
}

export async function startCollector() {
  const port = await freePort();
  const bodies = new Map<string, string[]>();
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      bodies.set(path, [...(bodies.get(path) ?? []), body]);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const traces = () => (bodies.get("/v1/traces") ?? []).map((body) => JSON.parse(body) as Traces);
  const metrics = () =>
    (bodies.get("/v1/metrics") ?? []).map((body) => JSON.parse(body) as Metrics);

  async function until<Found>(look: () => Found | undefined, what: string): Promise<Found> {
    for (let step = 0; step < 500; step++) {
      const found = look();
      if (found !== undefined) return found;
      await delay(20);
    }
    throw new Error(`the collector was not sent ${what}`);
  }

  const spans = () =>
    traces().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
  /** The newest of that name. */
  const metric = (name: string) =>
    metrics()
      .flatMap(({ resourceMetrics }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap((scope) => scope.metrics),
        ),
      )
      .findLast((candidate) => candidate.name === name);
  return {
    environment: {
      KEYWARD_OPENTELEMETRY: "1",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
      OTEL_METRIC_EXPORT_TIMEOUT: "150",
    },
    spans,
    metric,
    span: (name: string, traceId?: string) =>
      until(
        () =>
          spans().find(
            (span) => span.name === name && (traceId === undefined || span.traceId === traceId),
          ),
        name,
      ),
    until,
    resource: () =>
      plain(
        traces().flatMap(({ resourceSpans }) =>
          resourceSpans.flatMap((sent) => sent.resource.attributes),
        ),
      ),
    /** All that was sent, as it came. */
    text: () => [...bodies.values()].flat().join("\n"),
    stop: () => server.close(),
  };
}

export function plain(attributes: readonly Attribute[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
