import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessAnswer } from "./health.ts";

test("a server takes requests when it is ready or degraded, and none while it starts or stops (F20)", () => {
  const statuses = (["starting", "ready", "degraded", "stopping"] as const).map(
    (readiness) => readinessAnswer(readiness).status,
  );
  assert.deepEqual(statuses, [503, 200, 200, 503]);
});
