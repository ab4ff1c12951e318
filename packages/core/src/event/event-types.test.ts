import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_TYPES, matchesEvent, parseEventPattern } from "./event-types.ts";

test("a type, all of an entity and all are patterns; what no event could match is refused", () => {
  for (const text of ["key.revoked", "key.*", "webhook.*", "*", "key.expiring"]) {
    assert.equal(parseEventPattern(text), text);
  }
  for (const text of [
    "",
    "key",
    "key.",
    "key.revoke",
    "keys.*",
    "*.revoked",
    "**",
    "key.*.x",
    ".*",
  ]) {
    assert.equal(parseEventPattern(text), undefined);
  }
});

test("every type is its own pattern", () => {
  for (const type of EVENT_TYPES) assert.equal(parseEventPattern(type), type);
});

test("an event matches its type, its entity and everything, and nothing else", () => {
  assert.equal(matchesEvent(["key.revoked"], "key.revoked"), true);
  assert.equal(matchesEvent(["key.*"], "key.revoked"), true);
  assert.equal(matchesEvent(["*"], "key.revoked"), true);
  assert.equal(matchesEvent(["owner.*", "key.created"], "key.revoked"), false);
  assert.equal(matchesEvent([], "key.revoked"), false);
});
