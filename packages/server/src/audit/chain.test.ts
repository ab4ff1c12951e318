import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as fc from "fast-check";
import type { AuditEvent } from "@keyward/core/audit/event";
import type { EventId, WorkspaceId } from "@keyward/core/id";
import type { JsonValue } from "@keyward/core/model/metadata";
import { readVectors } from "@keyward/core/testing/read-vectors";
import { instant, parseInstant } from "@keyward/core/time";
import { canonicalJson } from "./canonical-json.ts";
import { auditLine, CHAIN_START, linkEvent, verifyChain } from "./chain.ts";

/** An event in the words of the wire. */
interface WireEvent {
  readonly id: string;
  readonly at: string;
  readonly workspace_id: string;
  readonly rev: number;
  readonly actor: AuditEvent["actor"];
  readonly action: AuditEvent["action"];
  readonly entity: AuditEvent["entity"];
  readonly target_id: string;
  readonly request_id: string | null;
  readonly detail: { readonly [name: string]: JsonValue };
  readonly previous_hash: string;
  readonly hash: string;
}

interface Given {
  readonly canonicalize?: JsonValue;
  readonly line_of?: WireEvent;
  readonly hash_of?: WireEvent;
  readonly verify?: readonly WireEvent[];
}

function fromWire(event: WireEvent): AuditEvent {
  return {
    id: event.id as EventId,
    at: parseInstant(event.at) ?? instant(0),
    actor: event.actor,
    action: event.action,
    requestId: event.request_id,
    detail: event.detail,
    workspaceId: event.workspace_id as WorkspaceId,
    rev: event.rev,
    entity: event.entity,
    targetId: event.target_id,
    previousHash: event.previous_hash,
    hash: event.hash,
  };
}

function answer(given: Given): unknown {
  if (given.canonicalize !== undefined) return canonicalJson(given.canonicalize);
  if (given.line_of !== undefined) return auditLine(fromWire(given.line_of));
  if (given.hash_of !== undefined) {
    const event = fromWire(given.hash_of);
    return linkEvent(event.previousHash, event).hash;
  }
  return verifyChain((given.verify ?? []).map(fromWire));
}

suite("spec/vectors/audit.json", () => {
  const fields = ["canonicalize", "line_of", "hash_of", "verify"] as const;
  for (const { name, given, expect } of readVectors<Given>("audit.json", fields)) {
    test(name, () => assert.deepEqual(answer(given), expect));
  }
});

const WORKSPACE = "wsp_01k8q4z0000000000000000000" as WorkspaceId;

function chainOf(details: readonly AuditEvent["detail"][]): readonly AuditEvent[] {
  let previousHash = CHAIN_START;
  return details.map((detail, index) => {
    const event = linkEvent(previousHash, {
      id: `evt_${index}` as EventId,
      at: instant(1_000 + index),
      actor: { type: "system", id: "test", ip: null },
      action: "key.created",
      requestId: null,
      detail,
      workspaceId: WORKSPACE,
      rev: index + 1,
      entity: "key",
      targetId: "key_x",
    });
    previousHash = event.hash;
    return event;
  });
}

const json = fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonValue>;
const chains = fc
  .array(fc.dictionary(fc.string(), json), { minLength: 2, maxLength: 12 })
  .map(chainOf);

test("T62: a chain as it was written verifies, in whole and from any event of it on", () => {
  fc.assert(
    fc.property(chains, fc.nat(), (events, seed) => {
      assert.equal(verifyChain(events).ok, true);
      const index = seed % (events.length - 1);
      const anchor = events[index];
      assert.ok(anchor !== undefined);
      assert.equal(verifyChain(events.slice(index + 1), anchor).ok, true);
    }),
  );
});

test("T62: after any one event is changed, left out, doubled or moved, the first bad one is named", () => {
  fc.assert(
    fc.property(chains, fc.nat(), fc.integer({ min: 0, max: 5 }), (events, seed, kind) => {
      const index = seed % (events.length - 1);
      const event = events[index];
      const next = events[index + 1];
      assert.ok(event !== undefined && next !== undefined);
      const changes: readonly (readonly [readonly AuditEvent[], number, string])[] = [
        [[{ ...event, targetId: "key_y" }, next], event.rev, "hash"],
        [[{ ...event, at: instant(event.at + 1) }, next], event.rev, "hash"],
        [[next], next.rev, "rev"],
        [[event, event, next], event.rev, "rev"],
        [[next, event], next.rev, "rev"],
        [
          [linkEvent(event.previousHash, { ...event, targetId: "key_y" }), next],
          next.rev,
          "previous_hash",
        ],
      ];
      const [replaced, rev, reason] = changes[kind] ?? [[], 0, ""];
      const tampered = [...events.slice(0, index), ...replaced, ...events.slice(index + 2)];
      assert.deepEqual(verifyChain(tampered), { ok: false, rev, reason });
    }),
  );
});

test("one value has one spelling, whatever the order of its names, and it reads back as that value", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).toReversed());
      assert.equal(canonicalJson(shuffled), canonicalJson(value));
      // JSON.stringify first: -0 and the prototype of the dictionary have no spelling.
      assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});
