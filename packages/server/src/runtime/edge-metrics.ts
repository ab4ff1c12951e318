// Figures of an edge for Prometheus, named as the server's where they mean the same (T60).
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Metrics } from "./metrics.ts";

/** What is asked when the figures are collected. */
export interface EdgeMetricSources {
  keyCount(): number;
  subjectCount(): number;
  freshCount(): number;
  /** Of the oldest proof, in milliseconds; `undefined` while one is missing. */
  proofAgeMs(): number | undefined;
  verdictCounts(): Iterable<readonly [code: string, count: number]>;
}

export function createEdgeMetrics(
  sources: EdgeMetricSources,
): Pick<Metrics, "refused" | "collect"> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const refusals = new Counter({
    name: "keyward_refused_total",
    help: "Connections and requests that were turned away before they were requests",
    labelNames: ["reason"] as const,
    registers: [registry],
  });
  const verdicts = new Counter({
    name: "keyward_verdicts_total",
    help: "Verdicts since the start, by their code",
    labelNames: ["code"] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [code, count] of sources.verdictCounts()) this.inc({ code }, count);
    },
  });
  const gauges: readonly [name: string, help: string, read: () => number][] = [
    ["keyward_keys", "Keys in memory", () => sources.keyCount()],
    ["keyward_edge_subjects", "Feeds that are followed", () => sources.subjectCount()],
    ["keyward_edge_subjects_fresh", "Feeds that are proved fresh", () => sources.freshCount()],
    [
      "keyward_edge_proof_age_seconds",
      "Age of the oldest proof; NaN while one is missing",
      () => (sources.proofAgeMs() ?? NaN) / 1000,
    ],
  ];
  for (const [name, help, read] of gauges) {
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
  verdicts.reset();
  return {
    refused: (reason) => refusals.inc({ reason }),
    collect: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
