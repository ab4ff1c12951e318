import assert from "node:assert/strict";
import { test } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import { isFailure } from "./problem.ts";

test("T59: a refusal for want of room is no failure for the log, and whatever has a cause or is a defect is one", () => {
  const full = new OperationError("unavailable", { detail: "Too many snapshots are being read" });
  assert.equal(isFailure(full), false);
  assert.equal(isFailure(new OperationError("not_found")), false);
  const cause = new Error("the disk");
  assert.equal(isFailure(new OperationError("unavailable", { cause })), true);
  assert.equal(isFailure(new OperationError("storage_full")), true);
  assert.equal(isFailure(new TypeError("a defect")), true);
});
