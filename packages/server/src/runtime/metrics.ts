// Figures for Prometheus. No label names a tenant, a key or an address: they are seen by whoever can reach the port (T60).
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What is told of Redis, where limits are counted in one. */
export interface RedisFigures {
  isUp(): boolean;
  /** How often it has stopped answering since the start. */
  outageCount(): number;
  /** Requests whose limits were judged without it. */
  degradedCount(): number;
}

/** What is asked when the figures are collected. */
export interface MetricSources {
  keyCount(): number;
  isStorageWritable(): boolean;
  coarsenedCount(): number;
  /** Verdicts since the start, by their code. */
  verdictCounts(): Iterable<readonly [code: string, count: number]>;
  feedStreamCount(): number;
  feedVerifierCount(): number;
  feedLagRevs(): number;
  readonly redis: RedisFigures | undefined;
}

export interface Metrics {
  answered(operation: string, status: number, durationMs: number): void;
  refused(reason: string): void;
  /** The text that Prometheus reads, and its media type. */
  collect(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "keyward_operation_duration_seconds",
    help: "Time to answer an operation of the management API",
    labelNames: ["operation", "status"] as const,
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const refusals = new Counter({
    name: "keyward_refused_total",
    help: "Connections and requests that were turned away before they were requests",
    labelNames: ["reason"] as const,
    registers,
  });
  const verdicts = new Counter({
    name: "keyward_verdicts_total",
    help: "Verdicts since the start, by their code",
    labelNames: ["code"] as const,
    registers: [],
    collect() {
      this.reset();
      for (const [code, count] of sources.verdictCounts()) this.inc({ code }, count);
    },
  });
  registry.registerMetric(verdicts);
  counter(
    "keyward_usage_coarsened_total",
    "Decisions that were counted without their tag or key, for want of room",
    () => sources.coarsenedCount(),
  );
  gauge("keyward_keys", "Keys in memory", () => sources.keyCount());
  gauge("keyward_feed_streams", "Streams of changes that are open", () =>
    sources.feedStreamCount(),
  );
  gauge("keyward_feed_verifiers", "Verifiers outside that are known", () =>
    sources.feedVerifierCount(),
  );
  gauge("keyward_feed_lag_revs", "Changes that the furthest of them has yet to apply", () =>
    sources.feedLagRevs(),
  );
  gauge("keyward_storage_writable", "1 when storage takes writes, 0 when not", () =>
    sources.isStorageWritable() ? 1 : 0,
  );

  const { redis } = sources;
  if (redis !== undefined) {
    gauge("keyward_redis_up", "1 while limits are counted in Redis", () => (redis.isUp() ? 1 : 0));
    counter("keyward_redis_outages_total", "How often Redis has stopped answering", () =>
      redis.outageCount(),
    );
    counter(
      "keyward_limits_degraded_total",
      "Requests whose limits were judged without Redis",
      () => redis.degradedCount(),
    );
  }

  function counter(name: string, help: string, read: () => number): void {
    registry.registerMetric(
      new Counter({
        name,
        help,
        registers: [],
        collect() {
          this.reset();
          this.inc(read());
        },
      }),
    );
  }

  function gauge(name: string, help: string, read: () => number): void {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  }

  return {
    answered: (operation, status, durationMs) =>
      durations.observe({ operation, status }, durationMs / 1000),
    refused: (reason) => refusals.inc({ reason }),
    collect: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
