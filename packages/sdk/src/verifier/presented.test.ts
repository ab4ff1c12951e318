import assert from "node:assert/strict";
import { test } from "node:test";
import { instant } from "@keyward/core/time";
import { Presented } from "./presented.ts";

const NOW = instant(1_800_000_000_000);
const SAME_SECOND = instant(1_800_000_000_999);
const NEXT_SECOND = instant(1_800_000_001_000);

/** As one that was presented twice is kept. */
function presentedAt(now: typeof NOW, text = "acme_live_one") {
  const presented = new Presented<string>();
  presented.add(text, 1, now, "opened");
  presented.add(text, 1, now, "opened");
  return presented;
}

test("what came once is not kept", () => {
  const presented = new Presented<string>();
  presented.add("acme_live_one", 1, NOW, "opened");
  assert.equal(presented.find("acme_live_one", 1, NOW), undefined);
});

test("what a credential opened is found again within its second, from the second time on", () => {
  const presented = presentedAt(NOW);
  assert.equal(presented.find("acme_live_one", 1, SAME_SECOND), "opened");
});

test("K4: no text of a credential stays beyond the second in which it was presented", () => {
  const presented = presentedAt(NOW);
  assert.equal(presented.find("acme_live_one", 1, NEXT_SECOND), undefined);
  assert.equal(presented.find("acme_live_one", 1, NOW), undefined);
});

test("a clock that was set back finds nothing", () => {
  const presented = presentedAt(NEXT_SECOND);
  assert.equal(presented.find("acme_live_one", 1, NOW), undefined);
});

test("a text that only ends alike is another credential", () => {
  const presented = presentedAt(NOW, "acme_live_000000000000000000000000");
  assert.equal(presented.find("acme_live_100000000000000000000000", 1, NOW), undefined);
  assert.equal(presented.find("acme_live_00000000000000000000000", 1, NOW), undefined);
});

test("K6: what was found in one workspace is not found in another, nor in any", () => {
  const presented = presentedAt(NOW);
  assert.equal(presented.find("acme_live_one", 2, NOW), undefined);
  assert.equal(presented.find("acme_live_one", 0, NOW), undefined);
});

test("everything is forgotten at once", () => {
  const presented = presentedAt(NOW);
  presented.forget();
  assert.equal(presented.find("acme_live_one", 1, NOW), undefined);
});
