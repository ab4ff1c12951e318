import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { instant } from "../time.ts";
import { nextClientState, nextState, statusOf } from "./key-state.ts";
import type { KeyAction, KeyState, KeyStatus } from "./key-state.ts";

const STATES: readonly KeyState[] = ["active", "disabled", "revoked"];
const ACTIONS: readonly KeyAction[] = ["enable", "disable", "revoke"];
const anyState = fc.constantFrom(...STATES);
const anyActions = fc.array(fc.constantFrom(...ACTIONS), { maxLength: 20 });

const STEPS: readonly (readonly [KeyState, KeyAction, KeyState])[] = [
  ["active", "enable", "active"],
  ["active", "disable", "disabled"],
  ["active", "revoke", "revoked"],
  ["disabled", "enable", "active"],
  ["disabled", "disable", "disabled"],
  ["disabled", "revoke", "revoked"],
  ["revoked", "enable", "revoked"],
  ["revoked", "disable", "revoked"],
  ["revoked", "revoke", "revoked"],
  ["active", "approve", "active"],
  ["disabled", "approve", "disabled"],
  ["revoked", "approve", "revoked"],
  ["pending", "enable", "pending"],
  ["pending", "disable", "pending"],
  ["pending", "revoke", "revoked"],
  ["pending", "approve", "active"],
];
for (const [from, action, to] of STEPS) {
  test(`${action} leads from ${from} to ${to}`, () => assert.equal(nextState(from, action), to));
}

test("T15: any sequence ends as the plain model says: revoked once revoked, else by its last step", () => {
  fc.assert(
    fc.property(anyState, anyActions, (start, actions) => {
      let state = start;
      for (const action of actions) state = nextState(state, action);
      const last = actions.at(-1);
      const isRevoked = start === "revoked" || actions.includes("revoke");
      const byLast = last === undefined ? start : last === "enable" ? "active" : "disabled";
      assert.equal(state, isRevoked ? "revoked" : byLast);
    }),
  );
});

test("what is pending works after nothing but an approval, whatever else is done to it", () => {
  fc.assert(
    fc.property(anyActions, (actions) => {
      let state: KeyState = "pending";
      for (const action of actions) state = nextState(state, action);
      assert.equal(state, actions.includes("revoke") ? "revoked" : "pending");
    }),
  );
});

test("a client goes the way of a key that nobody has to approve", () => {
  for (const state of STATES) {
    for (const action of ACTIONS) {
      if (state === "pending" || action === "approve") continue;
      assert.equal(nextClientState(state, action), nextState(state, action));
    }
  }
});

test("K2, T15: revoked is absorbing under any sequence of steps", () => {
  fc.assert(
    fc.property(anyActions, (actions) => {
      for (const action of actions) assert.equal(nextState("revoked", action), "revoked");
    }),
  );
});

const NOW = 1_767_225_600_000;
const STATUSES: readonly (readonly [KeyState, number | null, KeyStatus])[] = [
  ["active", null, "active"],
  ["active", NOW + 1, "active"],
  ["active", NOW, "expired"],
  ["active", NOW - 1, "expired"],
  ["disabled", null, "disabled"],
  ["disabled", NOW + 1, "disabled"],
  ["disabled", NOW, "expired"],
  ["pending", null, "pending"],
  ["pending", NOW, "expired"],
  ["revoked", null, "revoked"],
  ["revoked", NOW + 1, "revoked"],
  ["revoked", NOW - 1, "revoked"],
];
for (const [state, end, status] of STATUSES) {
  const when = end === null ? "without end" : `that ends ${end - NOW} ms from now`;
  test(`a key ${state} and ${when} is shown as ${status}`, () => {
    assert.equal(statusOf(state, end === null ? null : instant(end), instant(NOW)), status);
  });
}
