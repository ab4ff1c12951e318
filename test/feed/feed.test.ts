// The authority's side of spec/feed.md, on a real server, by verifiers that know nothing but the spec.
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseLookupAnswer, parseHeadAnswer } from "@keyward/core/feed/questions";
import { backupDatabase } from "../../packages/server/src/storage/sqlite/backup.ts";
import { restoreDatabase } from "../../packages/server/src/storage/sqlite/restore.ts";
import { systemClock } from "../../packages/server/src/runtime/clock.ts";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import { startTestServer } from "../http/test-server.ts";
import type { Answer, Body, TestServer } from "../http/test-server.ts";
import { FakeVerifier } from "./fake-verifier.ts";

interface Revoked extends Body {
  readonly acknowledged: number;
  readonly pending: number;
  readonly effective_by: string | null;
  readonly revoked_at: string;
}

let server: TestServer;
let acme: Body;
let other: Body;
let feedKey: Body;
const verifiers: FakeVerifier[] = [];

before(async () => {
  server = await startTestServer();
  acme = await make("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://a.test",
    scopes: ["a:read"],
  });
  other = await make("/v1/apis", { name: "Other", prefix: "other", audience: "https://o.test" });
  feedKey = await makeFeedKey();
});
afterEach(async () => {
  for (const verifier of verifiers.splice(0)) {
    verifier.close();
    // No later barrier is to wait for it.
    if (verifier.epoch !== "") await verifier.head({ leaving: true });
  }
});
after(async () => await server.stop());

async function make(path: string, body: object, key?: string): Promise<Body> {
  const answer = await server.call("POST", path, { body, ...(key && { key }) });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeFeedKey(scopes = [`feed:${acme.id}:live`], more: object = {}): Promise<Body> {
  return make("/v1/keys", { api: "keyward", name: "verifier", owner: "ops", scopes, ...more });
}

function makeKey(fields: object = {}): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "production", owner: "customer-1", ...fields });
}

async function revoke(id: string, query = ""): Promise<Revoked> {
  const answer = await server.call("POST", `/v1/keys/${id}/revoke${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.json as Revoked;
}

function verifier(key = feedKey.secret, more: object = {}): FakeVerifier {
  const made = new FakeVerifier({ server, key, api: acme.id, ...more });
  verifiers.push(made);
  return made;
}

async function connected(): Promise<FakeVerifier> {
  return await (await verifier().load()).follow();
}

function problemOf({ status, json }: Answer): readonly [number, string] {
  return [status, json.code];
}

test("F18: under concurrent writes a stream has no gap, and ends where the snapshot of the end is", async () => {
  await makeKey();
  const watching = await Promise.all([connected(), connected(), connected()]);
  const keys = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      makeKey({ owner: `owner-${index % 7}`, metadata: { index } }),
    ),
  );
  await Promise.all(
    keys.map(async (key, index) => {
      if (index % 3 === 0) await revoke(key.id);
      if (index % 6 === 0) await server.call("DELETE", `/v1/keys/${key.id}`);
      if (index % 3 === 1) await server.call("POST", `/v1/keys/${key.id}/rotate`, { body: {} });
    }),
  );
  const expected = await verifier().load();
  for (const each of watching) {
    await each.until(() => each.applied >= expected.applied, "all changes");
    for (const [id, { change }] of expected.things) {
      assert.deepEqual(each.things.get(id)?.change, change);
    }
    for (const [id, { change }] of each.things) {
      if (change.value !== null) assert.ok(expected.things.has(id), `${id} is not in the snapshot`);
    }
  }
});

test("K6, T17: a feed tells of its own api, environment and workspace alone, and of no name, hint or reason", async () => {
  const tenant = await make("/v1/workspaces", { name: "Beta" });
  const foreignKey = tenant.management_key.secret;
  const beta = { name: "Acme", prefix: "acme", audience: "https://a.test" };
  const foreignApi = await make("/v1/apis", beta, foreignKey);
  const watching = await connected();
  const hidden = [
    await makeKey({ api: "other", owner: "only-other" }),
    await makeKey({ environment: "test", owner: "only-test" }),
    await make("/v1/keys", { api: foreignApi.id, name: "n", owner: "only-beta" }, foreignKey),
    await makeFeedKey(),
  ];
  const named = await makeKey({ name: "a name to keep", owner: "customer-9" });
  await server.call("POST", `/v1/keys/${named.id}/revoke`, { body: { reason: "a secret reason" } });
  for (const each of hidden.slice(0, 2)) await revoke(each.id);
  for (const each of hidden.slice(0, 2)) await server.call("DELETE", `/v1/keys/${each.id}`);
  await make("/v1/roles", { api: "acme", name: "visible", scopes: ["a:read"] });
  await server.call("PATCH", `/v1/owners/${named.owner_id}`, { body: { name: "Ada Lovelace" } });
  const last = await makeKey();
  await watching.until(() => watching.things.has(last.id), "the last key");
  const fresh = await verifier().load();
  for (const seen of [watching, fresh]) {
    const text = JSON.stringify([...seen.things.values(), ...seen.lines]);
    for (const each of hidden) {
      assert.ok(!text.includes(each.id), "the id of a key that is not the subject's");
      assert.ok(!text.includes(each.owner_id) || each === hidden[3], "the owner of one");
    }
    for (const word of ["only-", "a name to keep", "a secret reason", "Ada Lovelace", "visible"]) {
      assert.ok(!text.includes(word), word);
    }
    assert.ok(!text.includes(`"${named.hint}"`), "the hint");
    assert.equal(seen.stateOf(named.id), "revoked");
  }
  const kinds = new Set([...watching.things.values()].map(({ change }) => change.entity));
  assert.ok(kinds.has("owner") && kinds.has("role"));
});

test("T17: a key of one feed opens that feed and nothing else; a wider one opens what it names", async () => {
  const { secret: key } = feedKey;
  for (const [method, path] of [
    ["GET", "/v1/keys"],
    ["GET", "/v1/apis"],
    ["GET", "/v1/audit"],
    ["POST", "/v1/verify"],
    ["GET", `/v1/feed/snapshot?api=${other.id}&environment=live`],
    ["GET", `/v1/feed/snapshot?api=${acme.id}&environment=test`],
    ["GET", "/v1/feed/snapshot?api=keyward&environment=live"],
    ["GET", "/v1/feed/snapshot?api=absent&environment=live"],
  ] as const) {
    const body = method === "POST" ? { body: { credential: "x" } } : {};
    const answer = await server.call(method, path, { key, ...body });
    assert.deepEqual(problemOf(answer), [403, "insufficient_permission"], path);
  }
  const all = await makeFeedKey(["feed:*"]);
  const ofApi = await makeFeedKey([`feed:${acme.id}:*`]);
  for (const [each, api, environment, status] of [
    [all, other.id, "test", 200],
    [all, "keyward", "live", 404],
    [all, "absent", "live", 404],
    [ofApi, "acme", "test", 200],
    [ofApi, "other", "live", 403],
  ] as const) {
    const path = `/v1/feed/snapshot?api=${api}&environment=${environment}`;
    const answer = await server.call("GET", path, { key: each.secret });
    assert.equal(answer.status, status, path);
  }
  const absent = "feed:api_01k0q3v7dmx8f2e5h9jn4rtw6y:live";
  const built = await server.call("GET", "/v1/apis/keyward");
  for (const scope of [absent, `feed:${built.json.id}:live`, "feed:acme:live", `feed:${acme.id}`]) {
    const body = { api: "keyward", name: "n", owner: "o", scopes: [scope] };
    assert.equal((await server.call("POST", "/v1/keys", { body })).status, 400, scope);
  }
});

test("T17: a key is told which subjects it may follow, the built-in api never among them", async () => {
  const subjectsOf = async (key: string) => {
    const { json } = await server.call("GET", "/v1/feed/subjects", { key });
    return json.data.map((subject) => {
      const { prefix, environment } = subject as unknown as Record<string, string>;
      return `${prefix} ${environment}`;
    });
  };
  assert.deepEqual(await subjectsOf(feedKey.secret), ["acme live"]);
  const two = await makeFeedKey([`feed:${acme.id}:live`, `feed:${other.id}:*`]);
  assert.deepEqual((await subjectsOf(two.secret)).toSorted(), [
    "acme live",
    "other live",
    "other test",
  ]);
  const all = await makeFeedKey(["feed:*"]);
  assert.deepEqual((await subjectsOf(all.secret)).toSorted(), [
    "acme live",
    "acme test",
    "other live",
    "other test",
  ]);
  const none = await makeFeedKey(["keys:verify"]);
  const refused = await server.call("GET", "/v1/feed/subjects", { key: none.secret });
  assert.deepEqual(problemOf(refused), [403, "insufficient_permission"]);
});

test("an owner is told with the first key that refers to it, however old it is and whatever was deleted since", async () => {
  await makeKey({ api: "other", owner: "early" });
  const watching = await connected();
  const gone = await makeKey();
  await revoke(gone.id);
  await server.call("DELETE", `/v1/keys/${gone.id}`);
  const key = await makeKey({ owner: "early" });
  await watching.until(() => watching.things.has(key.id), "the key");
  const owner = watching.things.get(key.owner_id);
  assert.ok(owner !== undefined);
  // After a deletion a verifier ignores what is older than it and that it does not know.
  const deletion = watching.things.get(gone.id);
  assert.equal(deletion?.change.value, null);
  assert.ok(owner.rev > deletion.rev);
  await server.call("POST", `/v1/owners/${key.owner_id}/disable`);
  await watching.until(() => {
    const change = watching.things.get(key.owner_id)?.change;
    return change?.entity === "owner" && change.value?.disabled === true;
  }, "the owner is disabled");
});

test("409 resync_required answers another epoch and a rev that there has not been; a poll ends by itself", async () => {
  const { epoch, applied, query } = await verifier().load();
  const { secret: key } = feedKey;
  const changes = (more: string) =>
    server.call("GET", `/v1/feed/changes?${query}&${more}`, { key });
  const foreign = await changes(`epoch=${"f".repeat(32)}&after=0`);
  assert.deepEqual(problemOf(foreign), [409, "resync_required"]);
  const ahead = await changes(`epoch=${epoch}&after=${applied + 1_000}`);
  assert.deepEqual(problemOf(ahead), [409, "resync_required"]);
  await makeKey();
  const poll = await changes(`epoch=${epoch}&after=${applied}&wait=0`);
  const types = poll.text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as Body).type);
  assert.equal(types[0], "hello");
  assert.ok(types.slice(1).every((type) => type === "batch"));
  const digest = hash("sha256", "acme_live_unknown", "hex");
  const body = { epoch: "f".repeat(32), digest };
  const lookup = await server.call("POST", `/v1/feed/keys?${query}`, { key, body });
  assert.deepEqual(problemOf(lookup), [409, "resync_required"]);
});

test("a key is found by its digest a moment after it was made, with all it refers to, and never by a stranger's digest", async () => {
  const { epoch, query } = await verifier().load();
  const key = await makeKey({ owner: "newcomer" });
  const ofOther = await makeKey({ api: "other" });
  const find = async (credential: string) => {
    const body = { epoch, digest: hash("sha256", credential, "hex") };
    const options = { key: feedKey.secret, body };
    return (await server.call("POST", `/v1/feed/keys?${query}`, options)).json;
  };
  const workspaceId = (await server.call("GET", "/v1/workspaces")).json.data.at(-1)?.id;
  const subject = { workspaceId, apiId: acme.id, environment: "live" };
  const answer = parseLookupAnswer(await find(key.secret), subject as never);
  const ids = answer?.changes.map(({ change }) => change.id) ?? [];
  assert.deepEqual([ids[0], ids.at(-2), ids.at(-1)], [acme.id, key.owner_id, key.id]);
  assert.ok((answer?.rev ?? 0) >= key.rev);
  assert.deepEqual(parseLookupAnswer(await find(ofOther.secret), subject as never)?.changes, []);
});

test("Keyward-Rev: what was written is told by the head, the stream and a verification that asks for it", async () => {
  const watching = await connected();
  const answer = await server.call("POST", "/v1/keys", {
    body: { api: "acme", name: "n", owner: "o" },
  });
  const rev = Number(answer.headers.get("keyward-rev"));
  const head = parseHeadAnswer((await watching.head()).json);
  assert.ok(head !== undefined && head.rev >= rev);
  const verify = await server.call("POST", "/v1/verify", {
    body: { credential: answer.json.secret, min_rev: rev },
  });
  assert.equal(verify.json.outcome, "allowed");
  await watching.until(() => watching.applied >= rev, "the write");
  assert.equal(watching.stateOf(answer.json.id), "active");
});

test("T66: a stream ends within two seconds after its key was revoked, disabled or has expired, and tells nothing more", async () => {
  const keys = [await makeFeedKey(), await makeFeedKey(), await makeFeedKey()];
  const inMinute = new Date(server.clock.now() + 60_000).toISOString();
  keys.push(await makeFeedKey([`feed:${acme.id}:live`], { expires_at: inMinute }));
  const opened = await Promise.all(
    keys.map(async ({ secret }) => (await verifier(secret).load()).follow()),
  );
  const [revoked, disabled, narrowed, expired] = keys;
  const startedMs = performance.now();
  await revoke(revoked?.id ?? "");
  await server.call("POST", `/v1/keys/${disabled?.id}/disable`);
  await server.call("PATCH", `/v1/keys/${narrowed?.id}`, { body: { scopes: ["keys:verify"] } });
  server.clock.passSeconds(61);
  assert.ok(expired !== undefined);
  const late = await makeKey();
  for (const each of opened) {
    await each.until(() => each.endedMs !== undefined, "its end", 2_000);
    assert.ok((each.endedMs ?? Infinity) - startedMs < 2_000);
    assert.equal(each.things.has(late.id), false, "nothing of what came after");
    assert.ok(!each.lines.some(({ type }) => type === "goodbye"));
  }
  const again = await opened[0]?.head();
  assert.equal(again?.status, 401);
});

test("F17: a restored backup has another epoch, and a verifier of the one before is told to begin anew", async () => {
  const from = mkdtempSync(join(tmpdir(), "keyward-feed-"));
  const own = await startTestServer({ environment: { KEYWARD_DATA: from } });
  try {
    const call = async (path: string, body: object) =>
      (await own.call("POST", path, { body })).json;
    const api = await call("/v1/apis", { name: "A", prefix: "acme", audience: "https://a.test" });
    const seen = new FakeVerifier({ server: own, key: own.key, api: api.id });
    await seen.load();
    const backup = join(from, "copy.db");
    await backupDatabase({ directory: from, toFile: backup });
    await own.stop();
    const directory = join(from, "restored");
    const options = { acceptResurrection: true, clock: systemClock, random: systemRandom };
    await restoreDatabase({ fromFile: backup, directory, ...options });
    const restored = await startTestServer({ environment: { KEYWARD_DATA: directory } });
    try {
      const { epoch, applied, query } = seen;
      const after = `/v1/feed/changes?${query}&epoch=${epoch}&after=${applied}`;
      const options = { key: own.key };
      assert.deepEqual(problemOf(await restored.call("GET", after, options)), [
        409,
        "resync_required",
      ]);
      const body = { verifier: seen.name, epoch, applied, max_staleness_ms: 5_000 };
      const head = await restored.call("POST", `/v1/feed/head?${query}`, { ...options, body });
      const answer = parseHeadAnswer(head.json);
      assert.ok(answer !== undefined && answer.epoch !== epoch);
    } finally {
      await restored.stop();
    }
  } finally {
    rmSync(from, { recursive: true, force: true });
  }
});

test("a stop says goodbye to every stream, and waits for none", async () => {
  const own = await startTestServer();
  const body = { name: "A", prefix: "acme", audience: "https://a.test" };
  const api = (await own.call("POST", "/v1/apis", { body })).json;
  const seen = new FakeVerifier({ server: own, key: own.key, api: api.id });
  await (await seen.load()).follow();
  await seen.until(() => seen.lines.length > 0, "hello");
  const startedMs = performance.now();
  await own.stop();
  assert.ok(performance.now() - startedMs < 2_000);
  const last = seen.lines.at(-1);
  assert.ok(last?.type === "goodbye" && last.afterMs <= 2_000);
  seen.close();
});

test("a stream that has nothing to tell beats every second", async () => {
  const watching = await connected();
  await delay(2_500);
  const beats = watching.lines.filter(({ type }) => type === "beat");
  assert.ok(beats.length >= 2 && beats.length <= 3, `${beats.length}`);
});

test("T59: two snapshots that nobody reads keep a third from their own workspace, and none from another", async () => {
  const tenant = await make("/v1/workspaces", { name: "Snapshots" });
  const foreignKey = tenant.management_key.secret;
  const body = { name: "Acme", prefix: "snap", audience: "https://s.test" };
  const foreignApi = await make("/v1/apis", body, foreignKey);
  // More than the buffers of both ends of a connection hold.
  const metadata = { filler: "x".repeat(15_000) };
  await Promise.all(Array.from({ length: 600 }, () => makeKey({ metadata })));
  for (let count = 0; count < 2; count++) {
    assert.equal((await verifier().loadWithoutReading()).statusCode, 200);
  }
  const refused = await verifier().loadWithoutReading();
  assert.equal(refused.statusCode, 503);
  await verifier(foreignKey, { api: foreignApi.id }).load();
});

test("K2: the barrier counts the server's own verifier, and with nobody else is at once", async () => {
  const key = await makeKey({ api: "other" });
  const answer = await revoke(key.id, "?wait=verifiers&timeout=5");
  assert.deepEqual([answer.acknowledged, answer.pending, answer.status], [1, 0, "revoked"]);
  const by = Date.parse(answer.effective_by ?? "");
  assert.ok(Math.abs(by - server.clock.now()) < 1_000);
});

test("K2: the barrier waits until every verifier has applied the revocation, and no longer", async () => {
  const watching = await Promise.all([connected(), connected(), connected()]);
  for (const each of watching) await each.head();
  const key = await makeKey();
  const startedMs = performance.now();
  const answering = revoke(key.id, "?wait=verifiers&timeout=5");
  for (const each of watching) {
    await each.until(() => each.stateOf(key.id) === "revoked", "the revocation", 1_000);
    await each.head();
  }
  const answer = await answering;
  assert.deepEqual([answer.acknowledged, answer.pending], [4, 0]);
  assert.ok(performance.now() - startedMs < 1_500);
  // One that is silent is not waited for longer than asked, and one that leaves not at all.
  const [silent, leaving, quick] = watching;
  assert.ok(silent && leaving && quick);
  const second = await makeKey();
  await leaving.head({ leaving: true });
  const waiting = revoke(second.id, "?wait=verifiers&timeout=1");
  await quick.until(() => quick.stateOf(second.id) === "revoked", "the revocation", 1_000);
  await quick.head();
  const partly = await waiting;
  assert.deepEqual([partly.acknowledged, partly.pending], [2, 1]);
  const inMs = Date.parse(partly.effective_by ?? "") - server.clock.now();
  assert.ok(inMs > 1_000 && inMs < 5_010, `${inMs}`);
  const again = await revoke(second.id);
  assert.equal(again.pending, 1, "without wait the numbers are there too");
});

test("F08: a barrier ends when the last silent verifier must have stopped by itself", async () => {
  const silent = await verifier().load();
  await silent.head({ max_staleness_ms: 1_200 });
  const key = await makeKey();
  const startedMs = performance.now();
  const answer = await revoke(key.id, "?wait=verifiers&timeout=10");
  const tookMs = performance.now() - startedMs;
  assert.deepEqual([answer.pending, tookMs > 900 && tookMs < 2_000], [1, true], `${tookMs}`);
  assert.ok(Date.parse(answer.effective_by ?? "") <= server.clock.now());
});

test("one that trusts itself without a bound leaves no instant to promise", async () => {
  const unbounded = await verifier().load();
  await unbounded.head({ max_staleness_ms: null });
  const key = await makeKey();
  const answer = await revoke(key.id, "?wait=verifiers&timeout=0.1");
  assert.deepEqual([answer.pending, answer.effective_by], [1, null]);
});

test("a wait of more than thirty seconds, and for anybody but verifiers, is refused", async () => {
  const key = await makeKey();
  for (const query of ["?timeout=31", "?wait=all", "?timeout=-1", "?wait=verifiers&timeout=x"]) {
    const answer = await server.call("POST", `/v1/keys/${key.id}/revoke${query}`);
    assert.equal(answer.status, 400, query);
  }
});
