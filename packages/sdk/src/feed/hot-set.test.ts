import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { VerifiedThing, VerifierChange } from "@keyward/core/feed/verifier-change";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Key } from "@keyward/core/model/records";
import { readVectors } from "@keyward/core/testing/read-vectors";
import * as fc from "fast-check";
import {
  NOW,
  makeApi,
  makeId,
  makeKey,
  makeOwner,
  makePresented,
  makeSecret,
} from "../testing/verifier-fixture.ts";
import { Replica } from "./replica.ts";

const workspaceId = makeId("workspace");
const api = makeApi(workspaceId);
const subject: FeedSubject = { workspaceId, apiId: api.id, environment: "live" };

class OneKey {
  readonly owner = makeOwner(workspaceId);
  readonly presented = makePresented();
  readonly key: Key = makeKey(api, this.owner, { secrets: [makeSecret(this.presented)] });

  /** What a look-up says: the key, and all that it refers to. */
  answer(rev: number, state: KeyState) {
    const { owner } = this;
    const changes = [
      at(rev, { entity: "api", id: api.id, value: api }),
      at(rev, { entity: "owner", id: owner.id, value: owner }),
      this.item(rev, state),
    ];
    return { rev, changes };
  }

  item(rev: number, state: KeyState | null) {
    const { id } = this.key;
    const value = state === null ? null : { ...this.key, state };
    return at(rev, { entity: "key", id, value });
  }

  stateIn({ verifier }: Replica): KeyState | undefined {
    return verifier.findIn(workspaceId, this.presented)?.state;
  }
}

function at(rev: number, change: VerifiedThing): VerifierChange<VerifiedThing> {
  return { workspaceId, rev, change };
}

function partialAt(rev: number, keysMax: number): Replica {
  const epoch = randomBytes(16).toString("hex");
  const replica = new Replica({ epoch, subject, rev }, keysMax);
  replica.verifier.apply([at(1, { entity: "api", id: api.id, value: api })]);
  return replica;
}

interface Given {
  readonly rev: number;
  readonly steps: readonly {
    readonly batch?: {
      readonly from: number;
      readonly to: number;
      readonly items: readonly { readonly rev: number; readonly state: KeyState | null }[];
    };
    readonly answer?: { readonly rev: number; readonly state: KeyState };
    readonly given_up?: true;
  }[];
}

for (const { name, given, expect } of readVectors<Given>("fills.json", ["rev", "steps"])) {
  test(`T21: ${name}`, () => {
    const one = new OneKey();
    const replica = partialAt(given.rev, 1);
    for (const { batch, answer, given_up: isGivenUp } of given.steps) {
      if (batch !== undefined) {
        const changes = batch.items.map(({ rev, state }) => one.item(rev, state));
        assert.ok(replica.apply({ type: "batch", ...batch, changes }));
      }
      if (answer !== undefined) replica.fill(one.answer(answer.rev, answer.state));
      // The second makes room for itself where there is room for one.
      if (isGivenUp === true) {
        for (const other of [new OneKey(), new OneKey()])
          replica.fill(other.answer(replica.applied, "active"));
      }
    }
    const { state } = expect as { readonly state: KeyState | null };
    assert.equal(one.stateIn(replica), state ?? undefined);
  });
}

test("K8: whatever is looked up, no more keys and owners are held than there is room for", () => {
  const replica = partialAt(10, 5);
  const keys = Array.from({ length: 100 }, () => new OneKey());
  for (const key of keys) {
    replica.fill(key.answer(10, "active"));
    assert.equal(key.stateIn(replica), "active");
    const { keys: held, owners, secrets } = replica.verifier.counts;
    assert.ok(held <= 5 && owners <= 5 && secrets <= 5, `${held} ${owners} ${secrets}`);
  }
});

test("what is decided about again and again stays, whoever else comes", () => {
  const replica = partialAt(10, 3);
  const hot = new OneKey();
  replica.fill(hot.answer(10, "active"));
  for (let count = 0; count < 50; count++) {
    assert.equal(
      replica.verifier.verify(workspaceId, hot.presented, {}, NOW).code,
      "allowed",
      `${count}`,
    );
    replica.fill(new OneKey().answer(10, "active"));
  }
});

test("a change of the owner reaches a key that is held, and one that moves brings its new owner along", () => {
  const replica = partialAt(10, 3);
  const one = new OneKey();
  replica.fill(one.answer(10, "active"));
  const code = () => replica.verifier.verify(workspaceId, one.presented, {}, NOW).code;
  const next = makeOwner(workspaceId);
  const moved = { ...one.key, ownerId: next.id };
  const changes = [
    at(11, { entity: "owner", id: next.id, value: next }),
    at(11, { entity: "key", id: moved.id, value: moved }),
  ];
  replica.apply({ type: "batch", from: 10, to: 11, changes });
  assert.equal(code(), "allowed");
  const disabled = { ...next, disabled: true };
  const change = at(12, { entity: "owner", id: next.id, value: disabled });
  replica.apply({ type: "batch", from: 11, to: 12, changes: [change] });
  assert.equal(code(), "disabled");
  assert.equal(replica.verifier.counts.owners, 1);
});

/** Revoked is for ever, and only what has been revoked can be deleted. */
function after(before: KeyState | null, what: string, state: KeyState): KeyState | null {
  if (what === "delete") return before === "revoked" ? null : before;
  return what === "elsewhere" || before === null || before === "revoked" ? before : state;
}

/** Each is a change of one of four keys, or a look-up that was answered so many revs ago, or one that is ahead. */
const step = fc.record({
  at: fc.nat({ max: 3 }),
  what: fc.constantFrom("change", "delete", "elsewhere", "answer"),
  state: fc.constantFrom<KeyState>("active", "disabled", "revoked"),
  lag: fc.integer({ min: -3, max: 4 }),
});

test("T21: whatever is looked up and however late it comes, a key that is held is what it was at what was applied, or later", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      (steps, room) => {
        const keys = Array.from({ length: 4 }, () => new OneKey());
        // Of each rev from 10 on, what each key was after it.
        const history: (KeyState | null)[][] = [keys.map(() => "active")];
        const head = () => 9 + history.length;
        const replica = partialAt(10, room);
        const events: [number, number, KeyState | null][] = [];
        for (const { at: place, what, state } of steps) {
          if (what === "answer") continue;
          const last = history.at(-1) ?? [];
          const changed = after(last[place] ?? null, what, state);
          history.push(last.map((each, other) => (other === place ? changed : each)));
          events.push([head(), place, changed]);
        }
        let told = 0;
        for (const { at: place, what, lag } of steps) {
          if (what === "answer") {
            const rev = Math.min(head(), Math.max(10, replica.applied - lag));
            const was = history[rev - 10]?.[place] ?? null;
            if (was !== null) replica.fill(keys[place]?.answer(rev, was) ?? assert.fail());
          } else {
            const event = events[told++];
            if (event === undefined) continue;
            const [rev, changed, now] = event;
            const changes = [keys[changed]?.item(rev, now) ?? assert.fail()];
            assert.ok(replica.apply({ type: "batch", from: rev - 1, to: rev, changes }));
          }
          assert.ok(replica.verifier.keyCount <= room);
          for (const [other, key] of keys.entries()) {
            const known = key.stateIn(replica);
            if (known === undefined) continue;
            const possible = history.slice(replica.applied - 10).map((states) => states[other]);
            assert.ok(
              possible.includes(known),
              `${known} at ${replica.applied}: ${possible.join()}`,
            );
          }
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
