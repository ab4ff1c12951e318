// What is told of needs, whatever the room: enough that nothing that was allowed could be taken away by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { KeyId, SecretId } from "../id.ts";
import { instant } from "../time.ts";
import { UsageMeter } from "./meter.ts";
import { alternativesOf, ANY_SCOPE } from "./need.ts";
import type { AskedScopes } from "./need.ts";

const DAY_MS = 86_400_000;
const SECRET = { keyId: "key_a" as KeyId, secretId: "sec_a" as SecretId };

function needsOf(meter: UsageMeter): readonly string[] {
  const needs: string[] = [];
  for (let usage = meter.take(); usage !== undefined; usage = meter.take()) {
    needs.push(...usage.needs.map(({ day, keyId, need }) => `${day} ${keyId} ${need}`));
  }
  return needs;
}

const scope = fc.constantFrom("a", "b", "c", "a:b", "a:c", "d");
const scopes = fc.array(scope, { maxLength: 4 });
const asked: fc.Arbitrary<AskedScopes | undefined> = fc.oneof(
  fc.constant(undefined),
  scopes,
  scopes.map((all) => ({ all })),
  fc.array(scope, { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
);

/** Whether the needs of a day are such that whoever meets all of them meets the requirement. */
function isTold(needs: ReadonlySet<string>, of: AskedScopes | undefined): boolean {
  if (needs.has(ANY_SCOPE)) return true;
  if (of === undefined) return needs.size > 0;
  if ("any" in of) return [...needs].some((need) => isOnlyOf(need, of.any));
  const all = "all" in of ? of.all : of;
  return all.every((each) => needs.has(each)) && needs.size > 0;
}

function isOnlyOf(need: string, any: readonly string[]): boolean {
  return need !== "" && alternativesOf(need)?.every((each) => any.includes(each)) === true;
}

test("whoever meets what was told of a day would have been allowed all that was, and a need is told once a day", () => {
  const decision = fc.record({
    day: fc.integer({ min: 0, max: 2 }),
    secret: fc.constantFrom("a", "b", "c"),
    asked,
    isRepeat: fc.boolean(),
  });
  const script = fc.array(fc.oneof(decision, fc.constant("take" as const)), { maxLength: 60 });
  fc.assert(
    fc.property(script, (steps) => {
      const meter = new UsageMeter();
      const told: string[] = [];
      const decided = steps.filter((step) => step !== "take");
      // Time passes forwards.
      const days = decided.map(({ day }) => day).toSorted((one, other) => one - other);
      let index = 0;
      for (const step of steps) {
        if (step === "take") {
          told.push(...needsOf(meter));
          continue;
        }
        const now = instant((days[index++] ?? 0) * DAY_MS);
        const secret = { keyId: SECRET.keyId, secretId: `sec_${step.secret}` as SecretId };
        if (step.isRepeat) meter.recordNeed(secret, now, { scopes: step.asked });
        else meter.record(secret, "allowed", now, { scopes: step.asked });
      }
      told.push(...needsOf(meter));
      for (const [at, { asked: of }] of decided.entries()) {
        const prefix = `${days[at]} key_a `;
        const ofDay = told.filter((text) => text.startsWith(prefix));
        assert.ok(isTold(new Set(ofDay.map((text) => text.slice(prefix.length))), of));
      }
    }),
  );
});

test("K8: beyond 64 needs of a secret within a day it is told that anything may have been needed, and the next day begins anew", () => {
  const meter = new UsageMeter();
  for (let number = 0; number < 1_000; number++) {
    meter.record(SECRET, "allowed", instant(0), { scopes: [`things:${number}`] });
  }
  const needs = needsOf(meter);
  assert.equal(needs.length, 65);
  assert.equal(needs.at(-1), "0 key_a *");
  meter.record(SECRET, "allowed", instant(DAY_MS), { scopes: ["things:7"] });
  assert.deepEqual(needsOf(meter), ["1 key_a things:7"]);
});

test("K8: what finds no room is told with the next decision that has it, and never given up", () => {
  const meter = new UsageMeter({ needsHeldMax: 1 });
  const decide = () => meter.record(SECRET, "allowed", instant(0), { scopes: { all: ["a", "b"] } });
  decide();
  assert.deepEqual(needsOf(meter), ["0 key_a a"]);
  decide();
  assert.deepEqual(needsOf(meter), ["0 key_a b"]);
  decide();
  assert.deepEqual(needsOf(meter), []);
});

test("a list that its owner changes afterwards is not taken for what it was", () => {
  const meter = new UsageMeter();
  const any = ["a", "b"];
  meter.record(SECRET, "allowed", instant(0), { scopes: { any } });
  any[0] = "c";
  meter.record(SECRET, "allowed", instant(0), { scopes: { any } });
  assert.deepEqual(needsOf(meter), ["0 key_a a b", "0 key_a b c"]);
});
