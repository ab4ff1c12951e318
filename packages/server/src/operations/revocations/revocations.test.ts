import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { formatId, parseId } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import { REVOCATIONS_RUNNING_MAX, STEP_UP_SECONDS } from "../../contract/limits.ts";
import type { ResultOf } from "../../contract/operations.ts";
import { sampleMember, sampleSession } from "../../storage/testing/sample.ts";
import { SeededRandom } from "../../testing/seeded-random.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createManager,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";
import { KEYS_PER_SLICE, revokeSlice } from "./revoke-slice.ts";

type Filter = NonNullable<Wire<"revocations.preview">["body"]>["filter"];

async function openWithApi(t: TestContext): Promise<Workbench> {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return bench;
}

function preview(bench: Workbench, filter: Filter, as = bench.operator) {
  return bench.read(as, "revocations.preview", { body: { filter } });
}

function begin(bench: Workbench, filter: Filter, expected_count: number, as = bench.operator) {
  return bench.write(as, "revocations.create", {
    body: { filter, expected_count, reason: "leaked" },
  });
}

function get(bench: Workbench, revocation: string) {
  return bench.read(bench.operator, "revocations.get", { params: { revocation } });
}

async function nextSlice(bench: Workbench, revocation: string): Promise<boolean> {
  const id = parseId("revocation", revocation);
  assert.ok(id !== undefined);
  const parts = {
    now: bench.clock.now(),
    random: new SeededRandom(`${bench.changes.length}`),
    pause: async () => {},
  };
  const { scope } = bench.operator;
  return await bench.storage.write((writer) => revokeSlice(parts, writer, { scope, id }));
}

async function statesOf(bench: Workbench): Promise<Readonly<Record<string, string>>> {
  const { data } = await bench.read(bench.operator, "keys.list", { query: { api: "acme" } });
  return Object.fromEntries(data.map(({ name, status }) => [name, status]));
}

/** Many keys in one transaction. */
async function createMany(bench: Workbench, count: number): Promise<void> {
  const { id } = await createAcmeKey(bench, { name: "pattern", owner: "many" });
  const keyId = parseId("key", id);
  assert.ok(keyId !== undefined);
  await bench.storage.write(async (writer) => {
    const pattern = await writer.findKey(bench.operator.scope, keyId);
    assert.ok(pattern !== undefined);
    const random = new SeededRandom("many");
    const secret = pattern.value.secrets[0];
    assert.ok(secret !== undefined);
    for (let index = 1; index < count; index++) {
      const newId = formatId("key", bench.clock.now(), random.bytes(10));
      const secrets = [{ ...secret, digest: digestKey(`secret ${index}`) }];
      const value = { ...pattern.value, id: newId, secrets };
      const facts = {
        id: formatId("event", bench.clock.now(), random.bytes(10)),
        at: bench.clock.now(),
        actor: { type: "system", id: "test", ip: null },
        action: "key.created",
        requestId: null,
        detail: {},
      } as const;
      await writer.record(bench.operator.scope, { entity: "key", id: newId, value }, facts);
    }
  });
}

test("what the preview counts is revoked, and nothing else", async (t) => {
  const bench = await openWithApi(t);
  await createAcme(bench, { prefix: "beta" });
  await createAcmeKey(bench, { name: "old", owner: "cus_1" });
  bench.clock.advanceSeconds(60);
  const leakedAt = new Date(bench.clock.now()).toISOString();
  await createAcmeKey(bench, { name: "leaked", owner: "cus_1" });
  await createAcmeKey(bench, { name: "leaked too", owner: "cus_2", environment: "test" });
  await createAcmeKey(bench, { name: "of beta", owner: "cus_1", api: "beta" });
  const gone = await createAcmeKey(bench, { name: "gone", owner: "cus_1" });
  await bench.write(bench.operator, "keys.revoke", { params: { key: gone.id } });

  const filter = { api: "acme", created_after: leakedAt };
  const { matched, sample } = await preview(bench, filter);
  assert.equal(matched, 2);
  assert.deepEqual(sample.map(({ name }) => name).toSorted(), ["leaked", "leaked too"]);
  const begun = await begin(bench, filter, 2);
  assert.equal(begun.status, "running");
  assert.deepEqual([begun.matched, begun.revoked, begun.remaining], [2, 0, 2]);
  bench.clock.advanceSeconds(1);
  await createAcmeKey(bench, { name: "made later" });

  assert.equal(await nextSlice(bench, begun.id), false);
  const ended = await get(bench, begun.id);
  assert.deepEqual([ended.status, ended.revoked, ended.remaining], ["finished", 2, 0]);
  assert.ok(ended.ended_at !== null);
  assert.deepEqual(await statesOf(bench), {
    old: "active",
    leaked: "revoked",
    "leaked too": "revoked",
    gone: "revoked",
    "made later": "active",
  });
});

test("another number of keys than was expected revokes none, and says how many it would be", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench, { name: "a" });
  await createAcmeKey(bench, { name: "b" });
  const changeCount = bench.changes.length;
  for (const expected of [1, 3]) {
    await assertFails(begin(bench, { api: "acme" }, expected), "unexpected_count");
  }
  await assert.rejects(begin(bench, { api: "acme" }, 3), /It would be 2 keys, and you expect 3/);
  assert.equal(bench.changes.length, changeCount);
  assert.deepEqual(await statesOf(bench), { a: "active", b: "active" });
});

test("a filter that names nothing is refused by the contract", async (t) => {
  const bench = await openWithApi(t);
  await assert.rejects(preview(bench, {}), /must name at least one thing/);
});

test("what names no api leaves management keys alone, and the one that asks is never among them", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench, { name: "a" });
  const { key: other } = await createManager(bench, ["keys:read"]);
  bench.clock.advanceSeconds(1);
  const created_before = new Date(bench.clock.now()).toISOString();
  assert.equal((await preview(bench, { created_before })).matched, 1);

  const { matched, sample } = await preview(bench, { api: "keyward" });
  assert.equal(matched, 1);
  assert.deepEqual(
    sample.map(({ id }) => id),
    [other.id],
  );
  const begun = await begin(bench, { api: "keyward" }, 1);
  assert.equal(begun.spared_key, bench.operator.keyId);
  await nextSlice(bench, begun.id);
  const own = { params: { key: bench.operator.keyId ?? "" } };
  assert.equal((await bench.read(bench.operator, "keys.get", own)).status, "active");
});

test("T02: management keys are revoked by a filter only by one that may do everything", async (t) => {
  const bench = await openWithApi(t);
  const { caller } = await createManager(bench, ["keys:*", "revocations:write", "owners:*"]);
  await assertFails(begin(bench, { api: "keyward" }, 1, caller), "exceeds_own_permissions");
  await assertFails(preview(bench, { api: "keyward" }, caller), "exceeds_own_permissions");
});

test("each key has its own rev and audit event, by whoever began it, and the revocation has two", async (t) => {
  const bench = await openWithApi(t);
  for (const name of ["a", "b"]) await createAcmeKey(bench, { name });
  const begun = await begin(bench, { api: "acme" }, 2);
  await nextSlice(bench, begun.id);
  const events = (await bench.auditOf(bench.operator.scope)).slice(-4);
  assert.deepEqual(
    events.map(({ action }) => action),
    ["revocation.started", "key.revoked", "key.revoked", "revocation.finished"],
  );
  assert.deepEqual(
    events.map(({ rev }) => rev - (events[0]?.rev ?? 0)),
    [0, 1, 2, 3],
  );
  const by = { type: "key", id: bench.operator.keyId, ip: "203.0.113.7" };
  for (const { actor, requestId } of events) {
    assert.deepEqual([actor, requestId], [by, events[0]?.requestId]);
  }
  assert.deepEqual(events[1]?.detail, { reason: "leaked", revocation: begun.id });
  assert.deepEqual(events[3]?.detail, { revoked: 2 });
});

test("K2: a key is refused from the commit of its slice on", async (t) => {
  const bench = await openWithApi(t);
  const { secret } = await createAcmeKey(bench);
  const begun = await begin(bench, { api: "acme" }, 1);
  assert.equal(bench.verifier.find(secret)?.state, "active");
  await nextSlice(bench, begun.id);
  assert.equal(bench.verifier.find(secret)?.state, "revoked");
});

test("it goes on slice by slice, each key once, and what is cancelled stays where it is", async (t) => {
  const bench = await openWithApi(t);
  const count = 2 * KEYS_PER_SLICE + 1;
  await createMany(bench, count);
  const whole = await begin(bench, { owner: "many" }, count);
  const progress: ResultOf<"revocations.get">["revoked"][] = [];
  for (let isRunning = true; isRunning;) {
    isRunning = await nextSlice(bench, whole.id);
    progress.push((await get(bench, whole.id)).revoked);
  }
  assert.deepEqual(progress, [KEYS_PER_SLICE, 2 * KEYS_PER_SLICE, count]);
  const revoked = bench.changes.filter(
    ({ change }) => change.entity === "key" && change.value?.state === "revoked",
  );
  assert.equal(new Set(revoked.map(({ change }) => change.id)).size, count);
  assert.equal(revoked.length, count);
  assert.equal(await nextSlice(bench, whole.id), false);
});

test("a cancelled revocation revokes no further key, and cancelling one that has ended changes nothing", async (t) => {
  const bench = await openWithApi(t);
  await createMany(bench, KEYS_PER_SLICE + 1);
  const { id } = await begin(bench, { owner: "many" }, KEYS_PER_SLICE + 1);
  assert.equal(await nextSlice(bench, id), true);
  const cancel = () =>
    bench.write(bench.operator, "revocations.cancel", { params: { revocation: id } });
  const cancelled = await cancel();
  assert.deepEqual(
    [cancelled.status, cancelled.revoked, cancelled.remaining],
    ["cancelled", KEYS_PER_SLICE, 0],
  );
  const changeCount = bench.changes.length;
  assert.equal(await nextSlice(bench, id), false);
  assert.deepEqual(await cancel(), cancelled);
  assert.equal(bench.changes.length, changeCount);
});

test("a key that somebody else has revoked meanwhile is not revoked again", async (t) => {
  const bench = await openWithApi(t);
  const key = await createAcmeKey(bench, { name: "a" });
  await createAcmeKey(bench, { name: "b" });
  const { id } = await begin(bench, { api: "acme" }, 2);
  await bench.write(bench.operator, "keys.revoke", {
    params: { key: key.id },
    body: { reason: "by hand" },
  });
  await nextSlice(bench, id);
  const { status, matched, revoked, remaining } = await get(bench, id);
  assert.deepEqual([status, matched, revoked, remaining], ["finished", 2, 1, 0]);
  const { revoked_reason } = await bench.read(bench.operator, "keys.get", {
    params: { key: key.id },
  });
  assert.equal(revoked_reason, "by hand");
});

test("K6: a workspace counts, revokes and sees its own alone", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench);
  const { caller } = await createTenant(bench);
  const { id } = await begin(bench, { api: "acme" }, 1);
  const created_before = "2100-01-01T00:00:00Z";
  assert.equal((await preview(bench, { created_before }, caller)).matched, 0);
  await assertFails(preview(bench, { api: "acme" }, caller), "not_found");
  assert.deepEqual((await bench.read(caller, "revocations.list")).data, []);
  const wire = { params: { revocation: id } };
  await assertFails(bench.read(caller, "revocations.get", wire), "not_found");
  await assertFails(bench.write(caller, "revocations.cancel", wire), "not_found");
});

test("T52: a member revokes many keys only within ten minutes of having signed in", async (t) => {
  const bench = await openWithApi(t);
  for (const name of ["a", "b"]) await createAcmeKey(bench, { name });
  const signedInAt = bench.clock.now();
  const member = sampleMember(bench.operator.scope);
  const session = sampleSession(member, { signedInAt, provedAt: signedInAt });
  const caller = { ...bench.operator, keyId: undefined, member: { id: member.id, session } };
  bench.clock.advanceSeconds(STEP_UP_SECONDS - 1);
  assert.equal((await begin(bench, { api: "acme" }, 2, caller)).spared_key, null);
  bench.clock.advanceSeconds(1);
  await assertFails(begin(bench, { api: "acme" }, 2, caller), "reauth_required");
  assert.equal((await preview(bench, { api: "acme" }, caller)).matched, 2);
});

test("K8: no more than ten run in a workspace", async (t) => {
  const bench = await openWithApi(t);
  await createAcmeKey(bench);
  for (let count = 0; count < REVOCATIONS_RUNNING_MAX; count++) {
    bench.clock.advanceSeconds(1);
    await begin(bench, { api: "acme" }, 1);
  }
  await assertFails(begin(bench, { api: "acme" }, 1), "too_many");
  const { data } = await bench.read(bench.operator, "revocations.list", { query: { limit: "4" } });
  assert.equal(data.length, 4);
  await nextSlice(bench, data[0]?.id ?? "");
  await createAcmeKey(bench);
  assert.equal((await begin(bench, { api: "acme" }, 1)).status, "running");
});
