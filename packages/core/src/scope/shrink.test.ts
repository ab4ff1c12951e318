import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readVectors } from "../testing/read-vectors.ts";
import { compileGrants, covers } from "./scope.ts";
import type { ScopeGrant } from "./scope.ts";
import { grantsLeftOut, shrinkGrants } from "./shrink.ts";
import type { Grants } from "./shrink.ts";

interface Given {
  readonly scopes: readonly ScopeGrant[];
  readonly roles?: Readonly<Record<string, readonly ScopeGrant[]>>;
  readonly needs: readonly (readonly string[])[];
  readonly catalogue: readonly string[];
}

function grantsOf({ scopes, roles = {} }: Pick<Given, "scopes" | "roles">): Grants<string> {
  return { scopes, roles: Object.entries(roles).map(([id, scopes]) => ({ id, scopes })) };
}

for (const { name, given, expect } of readVectors<Given>("shrink.json", [
  "scopes",
  "roles",
  "needs",
  "catalogue",
])) {
  test(`shrink: ${name}`, () => {
    const before = grantsOf(given);
    const after = shrinkGrants(before, given.needs, (scope) => given.catalogue.includes(scope));
    const shown = {
      scopes: after.scopes,
      roles: after.roles.map(({ id }) => id),
      left_out: grantsLeftOut(before, after),
    };
    assert.deepEqual(shown, expect);
  });
}

const SCOPES = ["a", "b", "a:b", "a:c", "a:b:c", "b:c", "d"];
const GRANTS = [...SCOPES, "*", "a:*", "b:*", "a:b:*"] as ScopeGrant[];
const grants = fc.subarray(GRANTS, { maxLength: 5 });
const script = fc.record({
  scopes: grants,
  roles: fc.dictionary(fc.constantFrom("one", "two", "three"), grants),
  needs: fc.array(fc.subarray(SCOPES, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
  catalogue: fc.subarray(SCOPES),
});

function coverOf({ scopes, roles }: Grants<string>) {
  return compileGrants([...scopes, ...roles.flatMap((role) => role.scopes)]);
}

function isMet(need: readonly string[], of: Grants<string>): boolean {
  return need.some((scope) => covers(coverOf(of), scope));
}

test("property: whatever was allowed stays allowed, and nothing is granted that was not", () => {
  fc.assert(
    fc.property(script, ({ needs, catalogue, ...given }) => {
      const before = grantsOf(given);
      const after = shrinkGrants(before, needs, (scope) => catalogue.includes(scope));
      for (const need of needs) assert.equal(isMet(need, after), isMet(need, before), need.join());
      for (const scope of [...SCOPES, "z", "a:z", "b:z", "a:b:z"]) {
        if (covers(coverOf(after), scope)) assert.ok(covers(coverOf(before), scope), scope);
      }
      assert.ok(after.roles.every(({ id }) => id in given.roles));
    }),
    { numRuns: 2_000 },
  );
});

test("property: nothing of a proposal can be left out, and what needs no more is left as it is", () => {
  fc.assert(
    fc.property(script, ({ needs, ...given }) => {
      const before = grantsOf(given);
      const isGrantable = () => true;
      const after = shrinkGrants(before, needs, isGrantable);
      const met = needs.filter((need) => isMet(need, before));
      for (const scope of after.scopes) {
        const less = { ...after, scopes: after.scopes.filter((other) => other !== scope) };
        assert.ok(
          met.some((need) => !isMet(need, less)),
          scope,
        );
      }
      for (const role of after.roles) {
        const less = { ...after, roles: after.roles.filter((other) => other !== role) };
        assert.ok(
          met.some((need) => !isMet(need, less)),
          role.id,
        );
      }
      assert.ok(![...coverOf(after).grants].some((grant) => grant.endsWith("*")));
      assert.deepEqual(shrinkGrants(after, needs, isGrantable), after);
    }),
    { numRuns: 2_000 },
  );
});
