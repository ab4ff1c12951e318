// The dashboard and the alert rules that we ship ask for figures that are really there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createEdgeMetrics, createMetrics } from "../../packages/server/src/runtime/metrics.ts";
import { DENIALS } from "@keyward/core/verdict/codes";
import { ROOT } from "../repo/sources.ts";

const one = () => 1;
const counts = () => [["allowed", 1] as const];

/** Every series that a server and an edge show, after each has happened once. */
async function shown(): Promise<string> {
  const server = createMetrics({
    keyCount: one,
    isStorageWritable: () => true,
    coarsenedCount: one,
    verdictCounts: counts,
    feedStreamCount: one,
    feedVerifierCount: one,
    feedLagRevs: one,
    redis: { isUp: () => true, outageCount: one, degradedCount: one },
  });
  server.answered("keys.list", 200, 1);
  server.refused("full");
  const edge = createEdgeMetrics({
    keyCount: one,
    subjectCount: one,
    freshCount: one,
    proofAgeMs: one,
    verdictCounts: counts,
  });
  return (await server.collect()).body + (await edge.collect()).body;
}

const read = (file: string) => readFileSync(join(ROOT, "deploy", file), "utf8");

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

function dashboardExpressions(): readonly string[] {
  const { panels } = JSON.parse(read("grafana/keyward.json")) as Dashboard;
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

function alertExpressions(): readonly string[] {
  return [...read("prometheus/alerts.yaml").matchAll(/^ +expr: (.+)$/gm)].map(
    ([, expr = ""]) => expr,
  );
}

const METRIC = /\b(?:keyward|nodejs|process)_[a-z0-9_]+\b/g;

test("every figure that the dashboard and the alerts ask for is one that a server or an edge shows, with those labels", async () => {
  const text = await shown();
  const names = new Set([...text.matchAll(/^([a-z_0-9]+)(?:\{| )/gm)].map(([, name]) => name));
  const expressions = [...dashboardExpressions(), ...alertExpressions()];
  assert.ok(expressions.length >= 24);
  for (const expression of expressions) {
    for (const [name] of expression.matchAll(METRIC)) {
      assert.ok(names.has(name), `${name} in ${expression}`);
    }
  }
  for (const label of ["code", "operation", "status", "reason"]) {
    assert.match(text, new RegExp(`\\{[^}]*\\b${label}="`), label);
  }
});

test("every code that an alert names is a verdict's", () => {
  const known = new Set(["allowed", ...Object.keys(DENIALS)]);
  for (const expression of alertExpressions()) {
    for (const [, codes = ""] of expression.matchAll(/code(?:=~|=|!=)"([^"]+)"/g)) {
      for (const code of codes.split("|")) assert.ok(known.has(code), code);
    }
  }
});

test("every figure of ours is looked at by somebody: on the dashboard, in an alert, or both", async () => {
  const asked = [...dashboardExpressions(), ...alertExpressions()].join(" ");
  const names = [...(await shown()).matchAll(/^# TYPE (keyward_\S+)/gm)].map(
    ([, name = ""]) => name,
  );
  assert.deepEqual(
    names.filter((name) => !asked.includes(name)),
    [],
  );
});

test("every alert says what is the matter", () => {
  const rules = read("prometheus/alerts.yaml")
    .split(/^ +- alert: /m)
    .slice(1);
  assert.ok(rules.length >= 10);
  for (const rule of rules) assert.match(rule, /\n +summary: "/);
});

interface AlertCase {
  /** What is seen each minute, in the notation of promtool. */
  readonly series: Readonly<Record<string, string>>;
  readonly alert: string;
  /** Minutes since the first. */
  readonly quietAt: number;
  readonly firesAt: number;
  readonly severity: "page" | "ticket";
  readonly labels?: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description?: string;
}

const INSTANCE = { instance: "10.0.0.5:4142" };

const ALERT_CASES: readonly AlertCase[] = [
  {
    series: { up: "1 0x10" },
    alert: "KeywardDown",
    quietAt: 1,
    firesAt: 3,
    severity: "page",
    labels: { ...INSTANCE, job: "keyward" },
    summary: "10.0.0.5:4142 does not answer",
    description:
      "Verifiers in other processes go on until their copies are stale; management does not.",
  },
  {
    series: { keyward_storage_writable: "1 0x10" },
    alert: "KeywardStorageNotWritable",
    quietAt: 1,
    firesAt: 3,
    severity: "page",
    labels: { ...INSTANCE, job: "keyward" },
    summary: "10.0.0.5:4142 takes no writes",
    description:
      "Keys verify, and none can be revoked. Look at the disk first; after a failed write a restart is needed.",
  },
  {
    series: { keyward_redis_outages_total: "0x60 0+1x10" },
    alert: "KeywardRedisFlaps",
    quietAt: 60,
    firesAt: 70,
    severity: "ticket",
    labels: { ...INSTANCE, job: "keyward" },
    summary: "10.0.0.5:4142 has lost Redis 9 times within an hour",
  },
  {
    series: { keyward_feed_lag_revs: "0 7x10" },
    alert: "KeywardFeedLags",
    quietAt: 1,
    firesAt: 3,
    severity: "page",
    labels: { ...INSTANCE, job: "keyward" },
    summary: "A verifier of 10.0.0.5:4142 has not applied 7 changes",
    description:
      "It refuses by itself once it is stale; revocations that wait for verifiers name it as pending.",
  },
];

/** A test of rules, as `promtool test rules` reads it; JSON is YAML. */
function ruleTests(cases: readonly AlertCase[]): string {
  const tests = cases.map(({ series, alert, quietAt, firesAt, severity, ...expected }) => {
    const { labels = INSTANCE, summary, description } = expected;
    const annotations = { summary, ...(description !== undefined && { description }) };
    return {
      interval: "1m",
      input_series: Object.entries(series).map(([name, values]) => ({
        series: `${name}{job="keyward",instance="10.0.0.5:4142"}`,
        values,
      })),
      alert_rule_test: [
        { eval_time: `${quietAt}m`, alertname: alert, exp_alerts: [] },
        {
          eval_time: `${firesAt}m`,
          alertname: alert,
          exp_alerts: [{ exp_labels: { ...labels, severity }, exp_annotations: annotations }],
        },
      ],
    };
  });
  return JSON.stringify({ rule_files: [join(ROOT, "deploy/prometheus/alerts.yaml")], tests });
}

function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync("promtool", words, { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
}

test("Prometheus itself takes the alert rules", () => {
  promtool("check", "rules", join(ROOT, "deploy/prometheus/alerts.yaml"));
});

for (const one of ALERT_CASES) {
  test(`Prometheus itself: ${one.alert} is quiet before its time, and then says who and what`, () => {
    const directory = mkdtempSync(join(tmpdir(), "keyward-alerts-"));
    try {
      const file = join(directory, "tests.yaml");
      writeFileSync(file, ruleTests([one]));
      promtool("test", "rules", file);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}
