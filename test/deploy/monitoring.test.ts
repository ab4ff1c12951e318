// The dashboard and the alert rules that we ship ask for figures that are really there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createEdgeMetrics } from "../../packages/server/src/runtime/edge-metrics.ts";
import { createMetrics } from "../../packages/server/src/runtime/metrics.ts";
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
