import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { LookupAnswer } from "@keyward/core/feed/questions";
import type { VerifiedThing, VerifierChange } from "@keyward/core/feed/verifier-change";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { KeyState } from "@keyward/core/model/key-state";
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
const owner = makeOwner(workspaceId);
const presented = makePresented();
const key = makeKey(api, owner, { secrets: [makeSecret(presented)] });
const subject: FeedSubject = { workspaceId, apiId: api.id, environment: "live" };
const EPOCH = randomBytes(16).toString("hex");

const at = (rev: number, change: VerifiedThing): VerifierChange<VerifiedThing> => ({
  workspaceId,
  rev,
  change,
});
const apiAt = (rev: number) => at(rev, { entity: "api", id: api.id, value: api });
const ownerAt = (rev: number) => at(rev, { entity: "owner", id: owner.id, value: owner });
const keyAt = (rev: number, state: KeyState) =>
  at(rev, { entity: "key", id: key.id, value: { ...key, state } });
const keyGoneAt = (rev: number) => at(rev, { entity: "key", id: key.id, value: null });

/** Stands at rev 10, and knows the api alone. */
function replicaAt10(): Replica {
  const replica = new Replica({ epoch: EPOCH, subject, rev: 10 });
  replica.verifier.apply([apiAt(1)]);
  return replica;
}

function decide(replica: Replica): string {
  return replica.verifier.verify(workspaceId, presented, {}, NOW).code;
}

const batch = (from: number, to: number, ...changes: VerifierChange<VerifiedThing>[]) =>
  ({ type: "batch", from, to, changes }) as const;

test("a batch that begins elsewhere is not applied, and leaves all as it was", () => {
  const replica = replicaAt10();
  for (const [from, to] of [
    [9, 11],
    [11, 12],
    [8, 10],
  ] as const) {
    assert.equal(replica.apply(batch(from, to, ownerAt(to), keyAt(to, "active"))), false);
  }
  assert.deepEqual([replica.applied, decide(replica)], [10, "unknown"]);
  assert.equal(replica.apply(batch(10, 12, ownerAt(11), keyAt(12, "active"))), true);
  assert.deepEqual([replica.applied, decide(replica)], [12, "allowed"]);
});

test("an owner that is older than an earlier deletion comes with the key that refers to it", () => {
  const replica = replicaAt10();
  replica.apply(batch(10, 15, keyGoneAt(15)));
  const young = makeKey(api, owner, { secrets: [makeSecret(presented)] });
  const created = at(16, { entity: "key", id: young.id, value: young });
  replica.apply(batch(15, 16, ownerAt(3), created));
  assert.equal(decide(replica), "allowed");
});

test("a deletion stands behind what the same batch has of others, wherever it is in it", () => {
  const replica = replicaAt10();
  const other = makeKey(api, owner, { secrets: [] });
  const deleted = at(14, { entity: "key", id: other.id, value: null });
  replica.apply(batch(10, 14, deleted, ownerAt(11), keyAt(12, "active")));
  assert.equal(decide(replica), "allowed");
});

test("a fill brings a key that the stream has yet to bring, and does not move what counts as applied", () => {
  const replica = replicaAt10();
  replica.fill({ rev: 13, changes: [apiAt(13), ownerAt(13), keyAt(13, "active")] });
  assert.deepEqual([replica.applied, decide(replica)], [10, "allowed"]);
  replica.apply(batch(10, 12, ownerAt(11), keyAt(12, "disabled")));
  assert.equal(decide(replica), "allowed", "what the fill has read is newer");
  replica.apply(batch(12, 14, keyAt(14, "revoked")));
  assert.equal(decide(replica), "revoked");
});

/** The life of a key at the authority, and what a look-up reads at each point of it. */
const REVS = { created: 12, revoked: 13, deleted: 14 } as const;
function lookUp(rev: number): LookupAnswer {
  if (rev < REVS.created || rev >= REVS.deleted) return { rev, changes: [] };
  const state = rev >= REVS.revoked ? "revoked" : "active";
  return { rev, changes: [apiAt(rev), ownerAt(rev), keyAt(rev, state)] };
}

const STEPS = [
  "create",
  "revoke",
  "delete",
  "apply created",
  "apply revoked",
  "apply deleted",
  "read 1",
  "fill 1",
  "read 2",
  "fill 2",
] as const;
type Step = (typeof STEPS)[number];
const AFTER: Readonly<Partial<Record<Step, readonly Step[]>>> = {
  revoke: ["create"],
  delete: ["revoke"],
  "apply created": ["create"],
  "apply revoked": ["revoke", "apply created"],
  "apply deleted": ["delete", "apply revoked"],
  "fill 1": ["read 1"],
  "fill 2": ["read 2"],
};

const TWO_READERS = STEPS.filter((step) => !step.includes("delete"));
const ONE_READER = STEPS.filter((step) => !step.includes("2"));

for (const [steps, ordersExpected] of [
  [TWO_READERS, 840],
  [ONE_READER, 140],
] as const)
  test(`T21: in every order of ${steps.join(", ")}, no decision after the revocation has arrived allows`, () => {
    let orders = 0;
    const play = (order: readonly Step[]) => {
      const replica = replicaAt10();
      let head = 11;
      replica.apply(batch(10, 11));
      const read = new Map<string, LookupAnswer>();
      let isRevoked = false;
      for (const step of order) {
        const [verb, what = ""] = step.split(" ");
        if (verb === "create") head = REVS.created;
        if (verb === "revoke") head = REVS.revoked;
        if (verb === "delete") head = REVS.deleted;
        if (verb === "read") read.set(what, lookUp(head));
        if (verb === "fill") replica.fill(read.get(what) ?? assert.fail());
        if (step === "apply created")
          replica.apply(batch(11, 12, ownerAt(11), keyAt(12, "active")));
        if (step === "apply revoked") {
          replica.apply(batch(12, 13, keyAt(13, "revoked")));
          isRevoked = true;
        }
        if (step === "apply deleted") replica.apply(batch(13, 14, keyGoneAt(14)));
        const code = decide(replica);
        if (isRevoked) assert.notEqual(code, "allowed", `after ${step}, in ${order.join(", ")}`);
        isRevoked ||= code === "revoked";
      }
      orders++;
    };
    const extend = (order: readonly Step[]) => {
      if (order.length === steps.length) {
        play(order);
        return;
      }
      for (const step of steps) {
        const isFree = (AFTER[step] ?? []).every((earlier) => order.includes(earlier));
        if (isFree && !order.includes(step)) extend([...order, step]);
      }
    };
    extend([]);
    assert.equal(orders, ordersExpected);
  });
