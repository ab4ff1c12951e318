// What a process of Keyward tells of itself, whoever collects it. No label names a tenant, a key or an address (T60).

/** One number, read when it is collected. */
export interface Figure {
  /** As Prometheus has it. */
  readonly name: string;
  readonly help: string;
  readonly kind: "counter" | "gauge";
  readonly read: () => number;
}

/** Verdicts since the start, by their code. */
export type VerdictFigures = () => Iterable<readonly [code: string, count: number]>;

export const VERDICTS = {
  name: "keyward_verdicts_total",
  help: "Verdicts since the start, by their code",
} as const;

/** What is told of Redis, where limits are counted in one. */
export interface RedisFigures {
  isUp(): boolean;
  /** How often it has stopped answering since the start. */
  outageCount(): number;
  /** Requests whose limits were judged without it. */
  degradedCount(): number;
}

/** What a server is asked. */
export interface MetricSources {
  keyCount(): number;
  isStorageWritable(): boolean;
  coarsenedCount(): number;
  readonly verdictCounts: VerdictFigures;
  feedStreamCount(): number;
  feedVerifierCount(): number;
  feedLagRevs(): number;
  readonly redis: RedisFigures | undefined;
}

/** What an edge is asked. */
export interface EdgeMetricSources {
  keyCount(): number;
  subjectCount(): number;
  freshCount(): number;
  /** Of the oldest proof, in milliseconds; `undefined` while one is missing. */
  proofAgeMs(): number | undefined;
  readonly verdictCounts: VerdictFigures;
}

export function serverFigures(sources: MetricSources): readonly Figure[] {
  return [
    counter(
      "keyward_usage_coarsened_total",
      "Decisions that were counted without their tag or key, for want of room",
      () => sources.coarsenedCount(),
    ),
    keysInMemory(sources),
    gauge("keyward_feed_streams", "Streams of changes that are open", () =>
      sources.feedStreamCount(),
    ),
    gauge("keyward_feed_verifiers", "Verifiers outside that are known", () =>
      sources.feedVerifierCount(),
    ),
    gauge("keyward_feed_lag_revs", "Changes that the furthest of them has yet to apply", () =>
      sources.feedLagRevs(),
    ),
    gauge("keyward_storage_writable", "1 when storage takes writes, 0 when not", () =>
      sources.isStorageWritable() ? 1 : 0,
    ),
    ...(sources.redis === undefined ? [] : redisFigures(sources.redis)),
  ];
}

export function edgeFigures(sources: EdgeMetricSources): readonly Figure[] {
  return [
    keysInMemory(sources),
    gauge("keyward_edge_subjects", "Feeds that are followed", () => sources.subjectCount()),
    gauge("keyward_edge_subjects_fresh", "Feeds that are proved fresh", () => sources.freshCount()),
    gauge(
      "keyward_edge_proof_age_seconds",
      "Age of the oldest proof; NaN while one is missing",
      () => (sources.proofAgeMs() ?? NaN) / 1000,
    ),
  ];
}

function redisFigures(redis: RedisFigures): readonly Figure[] {
  return [
    gauge("keyward_redis_up", "1 while limits are counted in Redis", () => (redis.isUp() ? 1 : 0)),
    counter("keyward_redis_outages_total", "How often Redis has stopped answering", () =>
      redis.outageCount(),
    ),
    counter(
      "keyward_limits_degraded_total",
      "Requests whose limits were judged without Redis",
      () => redis.degradedCount(),
    ),
  ];
}

function keysInMemory(sources: { keyCount(): number }): Figure {
  return gauge("keyward_keys", "Keys in memory", () => sources.keyCount());
}

function counter(name: string, help: string, read: () => number): Figure {
  return { name, help, kind: "counter", read };
}

function gauge(name: string, help: string, read: () => number): Figure {
  return { name, help, kind: "gauge", read };
}
