import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidArgumentError } from "commander";
import { collectLimits } from "./limits.ts";

test("limits are written as a name, a kind, an amount and a time", () => {
  const read = (...texts: readonly string[]) =>
    texts.reduce<ReturnType<typeof collectLimits>>(
      (limits, text) => collectLimits(text, limits),
      [],
    );
  assert.deepEqual(
    read(
      "burst=rate:10/s",
      "calm=rate:5/30s",
      "minute=window:300/1m",
      "monthly=quota:10000/month",
      "at-once=concurrency:5",
      "prepaid=credits:500",
      '{"name":"q","kind":"credits","limit":1,"exhausted_status":403}',
    ),
    [
      { name: "burst", kind: "rate", rate: 10, per_seconds: 1 },
      { name: "calm", kind: "rate", rate: 5, per_seconds: 30 },
      { name: "minute", kind: "window", limit: 300, window_seconds: 60 },
      { name: "monthly", kind: "quota", limit: 10_000, period: "month" },
      { name: "at-once", kind: "concurrency", limit: 5 },
      { name: "prepaid", kind: "credits", limit: 500 },
      { name: "q", kind: "credits", limit: 1, exhausted_status: 403 },
    ],
  );
  assert.deepEqual(read("burst=rate:10/s", "none"), []);
});

test("what cannot be read is answered with how to write it", () => {
  for (const text of [
    "10/s",
    "a=rate:10",
    "a=quota:1/hour",
    "a=credits:5/day",
    "a=lunar:1",
    "A=rate:1/s",
    "{",
  ]) {
    assert.throws(() => collectLimits(text, undefined), InvalidArgumentError, text);
  }
});
