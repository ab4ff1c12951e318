import assert from "node:assert/strict";
import { test } from "node:test";
import { START } from "../testing/fake-clock.ts";
import { ATTEMPTS_MAX, nextAttemptAt } from "./retries.ts";

const random = (byte: number) => ({ bytes: () => new Uint8Array([byte]) });
const waits = (byte: number, retryAfter?: number) =>
  Array.from({ length: ATTEMPTS_MAX }, (_, index) => {
    const next = nextAttemptAt(index + 1, START, random(byte), retryAfter);
    return next === undefined ? undefined : (next - START) / 1000;
  });

test("ten attempts are made within three days, ever further apart; then no more", () => {
  assert.deepEqual(waits(0), [
    5,
    300,
    1_800,
    7_200,
    18_000,
    36_000,
    50_400,
    72_000,
    86_400,
    undefined,
  ]);
});

test("each wait is drawn out by up to a fifth, so that those who failed together do not come back together", () => {
  assert.deepEqual(waits(255), [
    6,
    360,
    2_160,
    8_640,
    21_600,
    43_200,
    60_480,
    86_400,
    103_680,
    undefined,
  ]);
});

test("an endpoint that asks to be left alone is, for at most a day", () => {
  assert.deepEqual(waits(0, 600).slice(0, 3), [600, 600, 1_800]);
  assert.equal(waits(0, 999_999)[0], 86_400);
});
