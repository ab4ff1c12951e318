import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSnapshot } from "../testing/snapshot.ts";
import { instant } from "../time.ts";
import { describeDenial } from "./describe-denial.ts";

const EARLIER = instant(1_767_225_600_000);
const LATER = instant(1_767_225_600_001);

test("a verdict is told with the title of its code", () => {
  assert.equal(describeDenial("unknown", undefined), "There is no such key");
  assert.equal(describeDenial("disabled", undefined), "The key is disabled");
  assert.equal(
    describeDenial("revoked", makeSnapshot({ ownerDisabled: true })),
    "The key has been revoked",
  );
});

test("whether the key is disabled or its owner, the sentence says", () => {
  const ofOwner = makeSnapshot({ ownerDisabled: true });
  assert.equal(describeDenial("disabled", ofOwner), "The key's owner is disabled");
  const both = makeSnapshot({ state: "disabled", ownerDisabled: true });
  assert.equal(describeDenial("disabled", both), "The key is disabled");
});

test("of a secret that ends before its key, the sentence says that it is the secret that has expired", () => {
  const say = (fields: Parameters<typeof makeSnapshot>[0]) =>
    describeDenial("expired", makeSnapshot(fields));
  assert.equal(say({ secretExpiresAt: EARLIER }), "This secret has expired");
  assert.equal(say({ secretExpiresAt: EARLIER, expiresAt: LATER }), "This secret has expired");
  assert.equal(say({ secretExpiresAt: LATER, expiresAt: EARLIER }), "The key has expired");
  assert.equal(say({ secretExpiresAt: EARLIER, expiresAt: EARLIER }), "The key has expired");
  assert.equal(say({ expiresAt: EARLIER }), "The key has expired");
});
