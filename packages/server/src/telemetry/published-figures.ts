import { metrics } from "@opentelemetry/api";
import { VERDICTS } from "../runtime/figures.ts";
import type { Figure, VerdictFigures } from "../runtime/figures.ts";

/** The figures of Prometheus as OpenTelemetry writes names: `keyward_redis_outages_total` is `keyward.redis.outages`. */
export function publishFigures(figures: readonly Figure[], verdictCounts: VerdictFigures): void {
  const meter = metrics.getMeter("keyward");
  for (const { name, help: description, kind, read } of figures) {
    const instrument =
      kind === "gauge"
        ? meter.createObservableGauge(otelName(name), { description })
        : meter.createObservableCounter(otelName(name), { description });
    instrument.addCallback((result) => {
      const value = read();
      if (!Number.isNaN(value)) result.observe(value);
    });
  }
  meter
    .createObservableCounter(otelName(VERDICTS.name), { description: VERDICTS.help })
    .addCallback((result) => {
      for (const [code, count] of verdictCounts()) result.observe(count, { code });
    });
}

function otelName(name: string): string {
  return name.replace(/_total$/, "").replaceAll("_", ".");
}
