import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessAnswer } from "./health.ts";

test("a server takes requests when it is ready or degraded, and none while it starts or stops (F20)", () => {
  const statuses = (["starting", "ready", "degraded", "stopping"] as const).map(
    (readiness) => readinessAnswer({ readiness: () => readiness }).status,
  );
  assert.deepEqual(statuses, [503, 200, 200, 503]);
});

test("F09: a degraded server says what it does without, and a ready one nothing", () => {
  const missing = () => ["redis"] as const;
  assert.equal(
    readinessAnswer({ readiness: () => "degraded", missing }).body,
    '{"status":"degraded","degraded":["redis"]}',
  );
  assert.equal(readinessAnswer({ readiness: () => "ready", missing }).body, '{"status":"ready"}');
});
