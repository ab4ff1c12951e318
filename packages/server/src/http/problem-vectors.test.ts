import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES } from "@keyward/core/failure/failures";
import type { FailureKind } from "@keyward/core/failure/failures";
import { readVectors } from "@keyward/core/testing/read-vectors";
import { STATUS_OF_KIND, TRANSPORT_FAILURES } from "./problem.ts";

interface Given {
  readonly code: string;
  readonly stage?: string;
}

const vectors = readVectors<Given>("problems.json", ["code", "stage"]);

function expectedStatuses(stage: string | undefined): Map<string, number> {
  const ofStage = vectors.filter(({ given }) => given.stage === stage);
  return new Map(
    ofStage.map(({ given, expect }) => [given.code, (expect as { status: number }).status]),
  );
}

test("every code is answered with the status that the vectors say, and the vectors know every code", () => {
  const actual = Object.entries(FAILURES).map(
    ([code, { kind }]) => [code, STATUS_OF_KIND[kind]] as const,
  );
  assert.deepEqual(new Map<string, number>(actual), expectedStatuses(undefined));
});

test("so is every refusal before there is an operation", () => {
  const actual = Object.entries(TRANSPORT_FAILURES).map(
    ([code, { status }]) => [code, status] as const,
  );
  assert.deepEqual(new Map<string, number>(actual), expectedStatuses("transport"));
});

test("there is no kind that no code has", () => {
  const used = new Set<FailureKind>(Object.values(FAILURES).map(({ kind }) => kind));
  assert.deepEqual(used, new Set(Object.keys(STATUS_OF_KIND)));
});
