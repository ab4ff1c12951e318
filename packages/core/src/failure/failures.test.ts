import assert from "node:assert/strict";
import { test } from "node:test";
import { readVectors } from "../testing/read-vectors.ts";
import { FAILURES, OperationError } from "./failures.ts";
import type { FailureCode } from "./failures.ts";

interface Given {
  readonly code: string;
  /** `transport`: refused before there is an operation, by the HTTP server itself. */
  readonly stage?: string;
}

const vectors = readVectors<Given>("problems.json", ["code", "stage"]);
const CODES = Object.keys(FAILURES) as FailureCode[];

test("every code is of the kind that the vectors say, and the vectors know every code", () => {
  const expected = vectors
    .filter(({ given }) => given.stage === undefined)
    .map(({ given, expect }) => [given.code, (expect as { kind: string }).kind] as const);
  const actual = CODES.map((code) => [code, FAILURES[code].kind] as const);
  assert.deepEqual(new Map(actual), new Map(expected));
});

test("a code is a word in snake case, and its title one plain sentence", () => {
  for (const code of CODES) {
    assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
    assert.match(FAILURES[code].title, /^[A-Z][A-Za-z0-9 ,'/-]+[a-zA-Z]$/, code);
  }
});

test("a failure says the title of its code, unless it knows better", () => {
  assert.equal(new OperationError("in_use").message, "It is still in use");
  const detailed = new OperationError("in_use", { detail: "The api still has keys" });
  assert.equal(detailed.message, "The api still has keys");
  assert.equal(detailed.code, "in_use");
  assert.equal(detailed.kind, "conflict");
  assert.deepEqual(detailed.problems, []);
});

test("K4: the cause of a failure is kept for the log and is no part of its message", () => {
  const cause = new Error("disk I/O error");
  const failure = new OperationError("unavailable", { cause });
  assert.equal(failure.cause, cause);
  assert.equal(failure.message, "Keyward cannot answer now");
});
