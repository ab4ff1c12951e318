import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "./soak.ts";

const SECONDS = 30;
const SEED = Number(process.env["KEYWARD_TEST_SEED"] ?? Date.now() % 2 ** 31);

test("K1, K2, K5, K6: four nodes and eight verifiers, frozen, killed and cut off from their database by chance, lose nothing that was acknowledged, allow nothing that is revoked, and overspend no credits", async (t) => {
  t.diagnostic(`KEYWARD_TEST_SEED=${SEED}`);
  const report = await soak({ seconds: SECONDS, seed: SEED, say: (line) => t.diagnostic(line) });
  t.diagnostic(JSON.stringify(report));
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  // How much of each there was is chance, and a matter of the machine; that there was any is not.
  assert.ok(faults > 0, "faults");
  assert.ok(report.acknowledged > 0, "writes");
  assert.ok(report.revocations > 0, "revocations");
  assert.ok(report.decisions > 0, "decisions");
});
