import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readVectors } from "../testing/read-vectors.ts";
import {
  compileGrants,
  covers,
  coversAll,
  firstUncovered,
  intersectGrants,
  isPublishable,
  isWithin,
  meetsRequirement,
  missingScopes,
  parseScope,
  parseScopeGrant,
} from "./scope.ts";
import type { ScopeGrant, ScopeRequirement } from "./scope.ts";

interface Given {
  readonly parse?: string;
  readonly grants?: readonly string[];
  readonly required?: string;
  readonly requirement?: ScopeRequirement;
  readonly child?: readonly ScopeGrant[];
  readonly parent?: readonly string[];
  readonly grant?: ScopeGrant;
  readonly both?: readonly string[];
}

function answer(given: Given): Readonly<Record<string, unknown>> {
  const set = compileGrants(given.grants ?? given.parent ?? []);
  if (given.parse !== undefined) return { is: kindOf(given.parse) };
  if (given.both !== undefined) {
    return { both: [...intersectGrants(set, compileGrants(given.both)).grants] };
  }
  if (given.required !== undefined) return { covered: covers(set, given.required) };
  if (given.requirement !== undefined) return { met: meetsRequirement(set, given.requirement) };
  if (given.child !== undefined) return { within: isWithin(given.child, set) };
  assert.ok(given.grant !== undefined);
  return { publishable: isPublishable(given.grant) };
}

function kindOf(text: string): string {
  if (parseScope(text) === text) return parseScopeGrant(text) === text ? "scope" : "no grant";
  return parseScopeGrant(text) === text ? "grant" : "neither";
}

const vectors = readVectors<Given>("scopes.json", [
  "parse",
  "grants",
  "required",
  "requirement",
  "child",
  "parent",
  "grant",
  "both",
]);
for (const { name, given, expect } of vectors) {
  test(name, () => assert.deepEqual(answer(given), expect));
}

// The naive reference: split, compare segment by segment, no sets and no regular expression.
const FIRST = "abcdefghijklmnopqrstuvwxyz0123456789";

function segmentsOf(text: string): readonly string[] | undefined {
  const segments = text.split(":");
  const valid = segments.every(
    (segment) =>
      segment.length >= 1 &&
      segment.length <= 63 &&
      FIRST.includes(segment.charAt(0)) &&
      Array.from(segment).every((character) => `${FIRST}_.-`.includes(character)),
  );
  return valid && segments.length <= 8 && text.length <= 128 ? segments : undefined;
}

function naiveCovers(grants: readonly string[], required: string): boolean {
  const wanted = segmentsOf(required);
  if (wanted === undefined) return false;
  return grants.some((grant) => {
    if (grant === "*") return true;
    if (!grant.endsWith(":*")) return segmentsOf(grant) !== undefined && grant === required;
    const prefix = segmentsOf(grant.slice(0, -2));
    if (prefix === undefined || prefix.length > 7 || grant.length > 128) return false;
    return (
      wanted.length > prefix.length && prefix.every((segment, index) => segment === wanted[index])
    );
  });
}

function readScopeGrant(text: string): ScopeGrant {
  const grant = parseScopeGrant(text);
  assert.ok(grant !== undefined);
  return grant;
}

// Few letters, so that scopes, their prefixes and near misses meet often.
const nearScope = fc
  .array(fc.constantFrom("a", "b", "ab", "a.b", "*", "", "A", "a*", "a b"), {
    minLength: 1,
    maxLength: 9,
  })
  .map((segments) => segments.join(":"));
const anyScope = fc
  .array(fc.constantFrom("a", "b", "ab"), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join(":"));
const anyGrant = fc
  .oneof(
    anyScope,
    anyScope.map((scope) => `${scope}:*`),
    fc.constant("*"),
  )
  .map(readScopeGrant);
const mixedText = fc.oneof(nearScope, anyScope, anyGrant, fc.string());

test("T10: what a set covers equals a naive reference", () => {
  fc.assert(
    fc.property(fc.array(mixedText, { maxLength: 6 }), mixedText, (grants, required) => {
      assert.equal(covers(compileGrants(grants), required), naiveCovers(grants, required));
    }),
    { numRuns: 20_000 },
  );
});

test("T10: a set within another covers nothing that the other does not", () => {
  fc.assert(
    fc.property(fc.array(anyGrant), fc.array(anyGrant), anyScope, (child, parent, required) => {
      const parentSet = compileGrants(parent);
      fc.pre(isWithin(child, parentSet) && covers(compileGrants(child), required));
      assert.ok(covers(parentSet, required));
    }),
  );
});

test("a set is within another exactly when each grant is, shown by a scope that only it covers", () => {
  fc.assert(
    fc.property(anyGrant, fc.array(anyGrant), (grant, parent) => {
      // No parent names the segment zz, so a wildcard is within it only by a wildcard.
      const witness = grant.replace(/\*$/, "zz");
      const set = compileGrants(parent);
      assert.equal(isWithin([grant], set), naiveCovers(parent, witness));
    }),
    { numRuns: 5_000 },
  );
});

test("another grant never takes away a scope", () => {
  fc.assert(
    fc.property(fc.array(mixedText), mixedText, anyScope, (grants, more, required) => {
      fc.pre(covers(compileGrants(grants), required));
      assert.ok(covers(compileGrants([...grants, more]), required));
    }),
  );
});

test("the first uncovered scope is named, and there is none exactly when all are covered", () => {
  const set = compileGrants(["a:*"]);
  assert.equal(firstUncovered(set, ["a:b", "b", "c"]), "b");
  assert.equal(firstUncovered(set, ["a:b"]), undefined);
  assert.equal(coversAll(set, ["a:b", "b"]), false);
  assert.equal(coversAll(set, ["a:b", "a:c"]), true);
});

test("what is missing is what the grants lack of a whole, and all that would do where one suffices", () => {
  const set = compileGrants(["a:*"]);
  assert.deepEqual(missingScopes(set, { all: ["a:b", "b", "c"] }), ["b", "c"]);
  assert.deepEqual(missingScopes(set, { any: ["b", "c"] }), ["b", "c"]);
  assert.deepEqual(missingScopes(set, { all: ["a:b"] }), []);
});

test("a compiled set lists its grants without the entries that are none", () => {
  assert.deepEqual(compileGrants(["a:*", "B", "c"]).grants, ["a:*", "c"]);
});

const GRANTS = ["a", "b", "a:b", "a:b:c", "a:d", "*", "a:*", "a:b:*", "b:*"];
const NEEDS = ["a", "b", "c", "a:b", "a:d", "a:b:c", "a:b:d", "b:c"];
const grantLists = fc.uniqueArray(fc.constantFrom(...GRANTS), { maxLength: 5 });

test("property: what two sets both include covers exactly what each of them covers, in either order", () => {
  fc.assert(
    fc.property(grantLists, grantLists, (one, other) => {
      const [first, second] = [compileGrants(one), compileGrants(other)];
      for (const both of [intersectGrants(first, second), intersectGrants(second, first)]) {
        for (const need of NEEDS) {
          assert.equal(covers(both, need), covers(first, need) && covers(second, need), need);
        }
      }
    }),
  );
});

test("what a principal tells of its grants cannot be changed by whoever is told", () => {
  const { grants } = compileGrants(["invoices:read"]);
  assert.throws(() => (grants as unknown as string[]).push("invoices:write"), TypeError);
  assert.deepEqual(grants, ["invoices:read"]);
});
