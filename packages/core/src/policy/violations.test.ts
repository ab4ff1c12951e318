import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ApiId } from "../id.ts";
import type { PolicyRules } from "../model/policy.ts";
import { parseScopeGrant } from "../scope/scope.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import { endsUnder, governs, violationsOf } from "./violations.ts";
import type { Governed } from "./violations.ts";

interface Given {
  readonly rules: PolicyRules;
  readonly credential: Governed;
  readonly now: Instant;
  readonly graceUntil: Instant;
}

const FIELDS = ["rules", "credential", "now", "graceUntil"] as const;

for (const { name, given, expect } of readVectors<Given>("policies.json", FIELDS)) {
  test(`policies.json: ${name}`, () => {
    const { rules, credential, now, graceUntil } = given;
    const found = {
      violations: violationsOf(rules, credential, now).map(({ rule }) => rule),
      ends: endsUnder(rules, credential, { now, graceUntil }),
    };
    assert.deepEqual(found, expect);
  });
}

test("without an api a policy speaks of every api but the built-in one, and without a kind of every kind", () => {
  const [own, other] = ["api_1", "api_2"] as unknown as [ApiId, ApiId];
  const of = { apiId: own, builtIn: false, kind: "pat" } as const;
  assert.ok(governs({ apiId: null, kind: null }, of));
  assert.ok(!governs({ apiId: null, kind: null }, { ...of, builtIn: true }));
  assert.ok(governs({ apiId: own, kind: null }, { ...of, builtIn: true }));
  assert.ok(!governs({ apiId: other, kind: null }, of));
  assert.ok(governs({ apiId: null, kind: "pat" }, of));
  assert.ok(!governs({ apiId: null, kind: "secret" }, of));
});

const anyInstant = fc.integer({ min: 0, max: 100_000 }).map(instant);
const anyEnd = fc.option(anyInstant, { nil: null });
const anyGrants = fc
  .subarray(["a:read", "a:*", "b:write", "*"])
  .map((texts) => texts.flatMap((text) => parseScopeGrant(text) ?? []));
const anyRules: fc.Arbitrary<PolicyRules> = fc.record({
  lifetimeSecondsMax: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
  lifetimeSecondsDefault: fc.constant(null),
  idleSeconds: fc.constant(null),
  requiredRestrictions: fc.subarray(["ips", "routes"] as const),
  forbiddenScopes: anyGrants,
  approval: fc.boolean(),
});
const anyCredential: fc.Arbitrary<Governed> = fc.record({
  scopes: anyGrants,
  restrictions: fc.constantFrom(null, { ips: ["192.0.2.1"] }),
  expiresAt: anyEnd,
  secrets: fc.array(fc.record({ createdAt: anyInstant, expiresAt: anyEnd }), {
    minLength: 1,
    maxLength: 4,
  }),
});

test("an applied policy brings ends nearer and never before the grace, leaves no violation after it, and changes nothing when it is applied again", () => {
  fc.assert(
    fc.property(
      anyRules,
      anyCredential,
      anyInstant,
      fc.integer({ min: 0, max: 50_000 }),
      (rules, credential, now, grace) => {
        const graceUntil = instant(now + grace);
        const ends = endsUnder(rules, credential, { now, graceUntil });
        const after: Governed = {
          ...credential,
          expiresAt: ends.expiresAt,
          secrets: credential.secrets.map((secret, index) => ({
            ...secret,
            expiresAt: ends.secrets[index] ?? null,
          })),
        };
        assert.deepEqual(violationsOf(rules, after, graceUntil), []);
        assert.deepEqual(endsUnder(rules, after, { now, graceUntil }), ends);
        const pairs = [credential, ...credential.secrets].map((before, index) => {
          const end = index === 0 ? ends.expiresAt : (ends.secrets[index - 1] ?? null);
          return [before.expiresAt ?? Infinity, end ?? Infinity] as const;
        });
        for (const [before, end] of pairs) {
          assert.ok(end <= before);
          assert.ok(end === before || end >= graceUntil);
        }
      },
    ),
  );
});
