import assert from "node:assert/strict";
import { test } from "node:test";
import { usageBatch } from "./usage-batch.ts";

const KEY = "key_01jgf5k0r0000000000000000a";
const BATCH = {
  source: "source-of-a-test",
  sequence: 1,
  cells: [],
  uses: [
    {
      key: KEY,
      secret: "sec_01jgf5k0r0000000000000000a",
      at_ms: 1_767_225_600_000,
      network: null,
      agent: null,
      networks: "",
    },
  ],
  strangers: [],
};

test("of a reporter that tells no needs, each use may have needed anything", () => {
  assert.deepEqual(usageBatch.parse(BATCH).needs, [{ keyId: KEY, day: 20_454, need: "*" }]);
  assert.deepEqual(usageBatch.parse({ ...BATCH, needs: [] }).needs, []);
});

test("a need that is none is refused", () => {
  for (const need of ["b a", "a a", "a:*", "A", " ", "a ".repeat(200)]) {
    const batch = { ...BATCH, needs: [{ day: 1, key: KEY, need }] };
    assert.equal(usageBatch.safeParse(batch).success, false, need);
  }
});
