// Figures for Prometheus.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { edgeFigures, serverFigures, VERDICTS } from "./figures.ts";
import type { EdgeMetricSources, Figure, MetricSources, VerdictFigures } from "./figures.ts";

export interface EdgeMetrics {
  refused(reason: string): void;
  /** The text that Prometheus reads, and its media type. */
  collect(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface Metrics extends EdgeMetrics {
  answered(operation: string, status: number, durationMs: number): void;
}

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const durations = new Histogram({
    name: "keyward_operation_duration_seconds",
    help: "Time to answer an operation of the management API",
    labelNames: ["operation", "status"] as const,
    buckets: SECONDS_BUCKETS,
    registers: [registry],
  });
  return {
    ...metricsOf(registry, serverFigures(sources), sources.verdictCounts),
    answered: (operation, status, durationMs) =>
      durations.observe({ operation, status }, durationMs / 1000),
  };
}

/** Named as the server's where they mean the same. */
export function createEdgeMetrics(sources: EdgeMetricSources): EdgeMetrics {
  return metricsOf(new Registry(), edgeFigures(sources), sources.verdictCounts);
}

function metricsOf(
  registry: Registry,
  figures: readonly Figure[],
  verdictCounts: VerdictFigures,
): EdgeMetrics {
  collectDefaultMetrics({ register: registry });
  const refusals = new Counter({
    name: "keyward_refused_total",
    help: "Connections and requests that were turned away before they were requests",
    labelNames: ["reason"] as const,
    registers: [registry],
  });
  const verdicts = new Counter({
    ...VERDICTS,
    labelNames: ["code"] as const,
    registers: [],
    collect() {
      this.reset();
      for (const [code, count] of verdictCounts()) this.inc({ code }, count);
    },
  });
  registry.registerMetric(verdicts);
  for (const figure of figures) registry.registerMetric(metricOf(figure));
  return {
    refused: (reason) => refusals.inc({ reason }),
    collect: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function metricOf({ name, help, kind, read }: Figure): Counter | Gauge {
  if (kind === "gauge") {
    return new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
  }
  return new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}
