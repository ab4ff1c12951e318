import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { openWorkbench } from "../testing/workbench.ts";
import { SigningKeys } from "./signing-keys.ts";

const DAY_SECONDS = 86_400;

async function openSigningKeys(t: TestContext) {
  const bench = await openWorkbench(t);
  const issuer = { workspaceId: bench.operator.scope, environment: "live" } as const;
  const open = (sealingKey = createSecretKey(randomBytes(32))) => {
    const keys = new SigningKeys({ storage: bench.storage, random: bench.random, sealingKey });
    keys.observe(bench.changes);
    bench.storage.subscribe((changes) => keys.observe(changes));
    return keys;
  };
  const kidOf = async (keys: SigningKeys) => {
    const token = await keys.sign(issuer, "ES256", {}, bench.clock.now());
    const [header = ""] = token.split(".");
    return (JSON.parse(Buffer.from(header, "base64url").toString()) as { kid: string }).kid;
  };
  const published = (keys: SigningKeys) =>
    keys.publicKeys(issuer).map((key) => (key as { kid: string }).kid);
  return { bench, open, kidOf, published };
}

test("the next signing key is published a day before it signs, and the last for as long as its tokens live", async (t) => {
  const { bench, open, kidOf, published } = await openSigningKeys(t);
  const keys = open();
  const first = await kidOf(keys);
  const rotate = () => keys.rotate(bench.clock.now());
  await rotate();
  assert.deepEqual(published(keys), [first]);
  bench.clock.advanceSeconds(89 * DAY_SECONDS);
  await rotate();
  await rotate();
  const [, next = assert.fail()] = published(keys);
  assert.equal(published(keys).length, 2);
  assert.equal(await kidOf(keys), first);
  bench.clock.advanceSeconds(DAY_SECONDS);
  await rotate();
  assert.equal(await kidOf(keys), next);
  assert.deepEqual(published(keys), [first, next]);
  bench.clock.advanceSeconds(3_600 + 660);
  await rotate();
  assert.deepEqual(published(keys), [next]);
});

test("of many who need the first signing key at once, one makes it", async (t) => {
  const { open, kidOf, published } = await openSigningKeys(t);
  const keys = open();
  const kids = await Promise.all(Array.from({ length: 10 }, () => kidOf(keys)));
  assert.equal(new Set(kids).size, 1);
  assert.deepEqual(published(keys), [kids[0]]);
});

test("after the server key was lost another key signs, and what was signed before stays good", async (t) => {
  const { open, kidOf, published } = await openSigningKeys(t);
  const first = await kidOf(open());
  const keys = open();
  const next = await kidOf(keys);
  assert.notEqual(next, first);
  assert.equal(await kidOf(keys), next);
  assert.deepEqual(published(keys), [first, next]);
});
