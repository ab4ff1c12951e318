import assert from "node:assert/strict";
import { test } from "node:test";
import { FAILURES, OperationError } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import { KeywardError, KeywardUnavailable } from "@keyward/sdk/client";
import { CommanderError } from "commander";
import { ConfigError } from "../config.ts";
import { CopyRefused } from "../storage/sqlite/copy-refused.ts";
import { StorageOpenError } from "../storage/storage-open-error.ts";
import { STATUS_OF_KIND } from "../http/problem.ts";
import { NotAuthenticated, PartlyDone, UsageError } from "./errors.ts";
import { EXIT_CODES, exitCodeOf } from "./exit-codes.ts";

function refusal(status: number): KeywardError {
  const rest = { type: undefined, detail: undefined, requestId: undefined, errors: [] };
  return new KeywardError({ status, code: "x", title: "x", ...rest });
}

const CASES: readonly (readonly [string, unknown, number])[] = [
  ["a wrong command line", new UsageError("x"), 2],
  ["what commander refuses", new CommanderError(1, "commander.unknownOption", "x"), 2],
  ["help that was asked for", new CommanderError(0, "commander.helpDisplayed", "x"), 0],
  ["no management key", new NotAuthenticated("x"), 4],
  ["a refused management key", refusal(401), 4],
  ["a lack of permission", refusal(403), 5],
  ["an absent thing", refusal(404), 6],
  ["a conflict", refusal(409), 7],
  ["a changed thing", refusal(412), 7],
  ["too many requests", refusal(429), 8],
  ["a full disk", refusal(507), 9],
  ["an outage", new KeywardUnavailable("busy", "x"), 9],
  ["some of several", new PartlyDone("x"), 10],
  ["a damaged database", new StorageOpenError(70, "x"), 70],
  ["a held data directory", new StorageOpenError(75, "x"), 75],
  ["a wrong setting", new ConfigError(["x"]), 78],
  ["a backup in the way", new CopyRefused("file_exists", "x"), 7],
  ["a defect", new TypeError("x"), 1],
];

for (const [name, error, code] of CASES) {
  test(`${name} ends with ${code}`, () => assert.equal(exitCodeOf(error), code));
}

test("a failure ends alike whether it happened here or in the server", () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const status = STATUS_OF_KIND[FAILURES[code].kind];
    const served = status === 503 ? new KeywardUnavailable("busy", "x") : refusal(status);
    assert.equal(exitCodeOf(new OperationError(code)), exitCodeOf(served), code);
  }
});

test("no two outcomes share an exit code", () => {
  const codes = Object.values(EXIT_CODES).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
});
