// Who may do what: every operation of the contract, asked by everybody who could ask.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatId } from "@keyward/core/id";
import type { IdKind } from "@keyward/core/id";
import { formatKey } from "@keyward/core/key/format";
import { systemRandom } from "../../packages/server/src/runtime/random.ts";
import type { Operation } from "../../packages/server/src/contract/operation.ts";
import { OPERATION_IDS, OPERATIONS } from "../../packages/server/src/contract/operations.ts";
import type { OperationId } from "../../packages/server/src/contract/operations.ts";
import {
  ANY_CALLER,
  ANYONE,
  PERMISSIONS,
  PORTAL_VISITOR,
} from "../../packages/server/src/contract/permissions.ts";
import { grantsOfRole } from "../../packages/server/src/contract/member-roles.ts";
import { makeThings, pathOf, REQUESTS } from "./requests.ts";
import type { RequestOf, Things } from "./requests.ts";
import { callAs, ownPage, signedInMember } from "./sign-in.ts";
import { startTestServer } from "./test-server.ts";
import type { Answer, CallOptions, TestServer } from "./test-server.ts";

let server: TestServer;
let otherKey: string;
let owner: string;
let viewer: string;
let otherWorkspace: string;

before(async () => {
  server = await startTestServer();
  const other = await server.call("POST", "/v1/workspaces", { body: { name: "Other" } });
  otherKey = other.json.management_key.secret;
  otherWorkspace = other.json.id;
  owner = (await signedInMember(server, "owner")).cookie;
  viewer = (await signedInMember(server, "viewer")).cookie;
});
after(async () => await server.stop());

async function managementKey(scopes: readonly string[], more: object = {}) {
  const body = { api: "keyward", name: "test", owner: "tester", scopes, ...more };
  const { json, status, text } = await server.call("POST", "/v1/keys", { body });
  assert.equal(status, 201, text);
  return json;
}

function ask(id: OperationId, request: RequestOf, options: CallOptions): Promise<Answer> {
  const { method, path }: Operation = OPERATIONS[id];
  const { body } = request;
  return server.call(method, pathOf(path, request), { ...options, ...(body && { body }) });
}

/** The same from a browser. */
function askAs(id: OperationId, request: RequestOf, cookie: string): Promise<Answer> {
  const { method, path }: Operation = OPERATIONS[id];
  const { body } = request;
  return callAs(server, cookie, method, pathOf(path, request), { ...(body && { body }) });
}

/** Those of OpenID Providers, of which this server has none. */
function isClientless(id: OperationId): boolean {
  return (OPERATIONS[id] as Operation).clientless === true;
}

function isForAnyone(id: OperationId): boolean {
  return (OPERATIONS[id] as Operation).permission === ANYONE;
}

function isForVisitor(id: OperationId): boolean {
  return (OPERATIONS[id] as Operation).permission === PORTAL_VISITOR;
}

/** What no management key does, whatever it is granted. */
function isForMembers(id: OperationId): boolean {
  return (OPERATIONS[id] as Operation).failures.includes("members_only");
}

/** As who may do it: with the first management key, without one from a page of ours, or as a visitor of the portal. */
function asWhoMay(id: OperationId, { portalToken }: Things): CallOptions {
  if (isForVisitor(id)) return { key: portalToken };
  return isForAnyone(id) ? { key: null, headers: ownPage(server) } : {};
}

type Askers = Readonly<Record<string, string | null>>;

/** Who is refused everywhere; `null` sends no key. */
async function strangers(): Promise<Askers> {
  const all = Object.keys(PERMISSIONS);
  const expired = await managementKey(all, { expires_at: inSeconds(60) });
  const disabled = await managementKey(all);
  const revoked = await managementKey(all);
  await server.call("POST", `/v1/keys/${disabled.id}/disable`);
  await server.call("POST", `/v1/keys/${revoked.id}/revoke`);
  server.clock.passSeconds(61);
  return {
    anonymous: null,
    garbage: "not-a-key",
    invented: inventedKey(),
    expired: expired.secret,
    disabled: disabled.secret,
    revoked: revoked.secret,
    elsewhere: (await managementKey(all, { restrictions: { ips: ["192.0.2.1"] } })).secret,
  };
}

/** Whose answer depends on the operation. The one who may do it comes last, because then it is done. */
async function colleagues(id: OperationId, { api, emptyApi }: Things): Promise<Askers> {
  const permission = permissionOf(id, api);
  // Whoever touches a member has to have what that member has.
  const more = permission === "members:write" ? grantsOfRole("viewer") : [];
  const needed = permission === ANY_CALLER ? [] : [permission, ...more];
  const all = [...Object.keys(PERMISSIONS), permissionOf("feed.head", emptyApi)];
  // Any feed is something to list.
  const isOther = (scope: string) =>
    id === "feed.subjects" ? !scope.startsWith("feed:") : scope !== permission;
  return {
    lacking: (await managementKey(all.filter(isOther))).secret,
    other: otherKey,
    only: (await managementKey(needed)).secret,
  };
}

/** What a management key needs where a member may do it to what is their own. */
const OF_OTHERS: Partial<Record<OperationId, string>> = {
  "sessions.list": "members:write",
  "sessions.end": "members:write",
  "tokens.list": "keys:read",
  "tokens.create": "keys:write",
  "tokens.renew": "keys:write",
  "tokens.revoke": "keys:write",
};

/** What it takes to ask about the api, as it is granted. */
function permissionOf(id: OperationId, api: string): string {
  const { permission }: Operation = OPERATIONS[id];
  if (id === "feed.subjects") return "feed:*";
  return (OF_OTHERS[id] ?? permission).replace("{api}", api).replace("{environment}", "live");
}

function inSeconds(seconds: number): string {
  return new Date(server.clock.now() + seconds * 1000).toISOString();
}

function inventedKey(): string {
  const random = systemRandom.bytes(32);
  return formatKey({ brand: "keyward", kind: "secret", environment: "live", random }).reveal();
}

test("T01: whoever asks, each operation answers as test/http/authz-matrix.txt says", async (t) => {
  const lines: string[] = [];
  const refused = await strangers();
  for (const id of OPERATION_IDS) {
    const things = await makeThings(server);
    const request = REQUESTS[id](things);
    const row = [id.padEnd(22)];
    if (isForAnyone(id)) {
      const { status } = await ask(id, request, { key: null, headers: ownPage(server) });
      lines.push([...row, `anyone ${status}`].join("  "));
      continue;
    }
    if (isForVisitor(id)) {
      const askers = { ...refused, only: server.key, other: otherKey, visitor: things.portalToken };
      for (const [name, key] of Object.entries(askers)) {
        row.push(`${name} ${(await ask(id, request, { key })).status}`);
      }
      lines.push(row.join("  "));
      continue;
    }
    assert.equal((await ask(id, request, { key: things.portalToken })).status, 401, id);
    for (const [name, key] of Object.entries({ ...refused, ...(await colleagues(id, things)) })) {
      const answer = await ask(id, request, { key });
      row.push(`${name} ${answer.status}`);
      if (name === "other") assertTellsNothing(id, answer, things);
      if (answer.status === 401)
        assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer realm="keyward"/);
      const isRouted = (OPERATIONS[id] as Operation).permission !== ANY_CALLER;
      if (name === "lacking" && isRouted) assertNamesMissing(permissionOf(id, things.api), answer);
    }
    for (const [name, cookie] of Object.entries({ viewer, owner })) {
      const isDone = name === "owner" && (OPERATIONS[id] as Operation).effect === "write";
      const own = isDone ? REQUESTS[id](await makeThings(server)) : request;
      row.push(`${name} ${(await askAs(id, own, cookie)).status}`);
    }
    lines.push(row.join("  "));
  }
  t.assert.fileSnapshot(`${lines.join("\n")}\n`, `${import.meta.dirname}/authz-matrix.txt`, {
    serializers: [String],
  });
});

/** K6: no id, name or secret of the first workspace is in an answer to the other. */
function assertTellsNothing(id: OperationId, { text }: Answer, things: Things): void {
  for (const [name, value] of Object.entries(things)) {
    // The epoch is the installation's.
    if (name === "mark" || name === "credential" || name === "epoch") continue;
    assert.ok(!text.includes(value), `${id} tells another workspace the ${name}: ${text}`);
  }
}

function assertNamesMissing(permission: string, { status, json, headers }: Answer): void {
  assert.equal(status, 403, permission);
  assert.equal(json.code, "insufficient_permission");
  assert.ok(json.detail.includes(permission), json.detail);
  assert.ok(headers.get("www-authenticate")?.includes(`scope="${permission}"`));
}

test("T01: an invalid body, path or query is not looked at before the caller is known", async () => {
  for (const id of OPERATION_IDS.filter((id) => !isForAnyone(id))) {
    const { method, path }: Operation = OPERATIONS[id];
    const answer = await server.call(method, pathOf(path, {}).replaceAll("//", "/x/") + "?no=1", {
      key: null,
      ...(method === "GET" ? {} : { body: "{" }),
    });
    assert.ok(answer.status === 401 || answer.status === 404, `${id}: ${answer.status}`);
  }
});

const ID_KINDS: Readonly<Record<string, IdKind>> = {
  api: "api",
  role: "role",
  owner: "owner",
  key: "key",
  secret: "secret",
  member: "member",
  token: "key",
  session: "session",
  client: "client",
  workspace: "workspace",
  charge: "charge",
  revocation: "revocation",
};

function absentId(name: string): string {
  const kind = ID_KINDS[name];
  assert.ok(kind, name);
  return formatId(kind, server.clock.now(), systemRandom.bytes(10));
}

test("T04: what is another workspace's is answered, byte for byte, like what is not there", async () => {
  const things = await makeThings(server);
  const ownThings = await makeThings(server, otherKey);
  for (const id of OPERATION_IDS.filter((id) => !isForAnyone(id) && !isForVisitor(id))) {
    const { params } = REQUESTS[id](things);
    if (params === undefined || isForMembers(id)) continue;
    const { body } = REQUESTS[id](ownThings);
    const absent = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        name in ID_KINDS ? absentId(name) : value,
      ]),
    );
    const foreign = await ask(id, { params, ...(body && { body }) }, { key: otherKey });
    const missing = await ask(id, { params: absent, ...(body && { body }) }, { key: otherKey });
    assert.equal(foreign.status, 404, `${id}: ${foreign.text}`);
    assert.deepEqual(comparable(foreign), comparable(missing), id);
  }
});

test("T04: a reference in a body to another workspace's thing is answered like one that is not there", async () => {
  const things = await makeThings(server);
  const bodies = (api: string, owner: string): readonly [OperationId, object][] => [
    ["keys.create", { api, name: "k", owner: "o" }],
    ["keys.create", { api: "keyward", name: "k", owner }],
    ["roles.create", { api, name: "r", scopes: ["a:b"] }],
    ["keys.search", { api }],
    ["keys.search", { owner }],
    ["revocations.preview", { filter: { api } }],
    ["revocations.create", { filter: { owner }, expected_count: 1 }],
  ];
  const foreign = bodies(things.api, things.owner);
  const missing = bodies(absentId("api"), absentId("owner"));
  for (const [index, [id, body]] of foreign.entries()) {
    const request = { body: body as Record<string, unknown> };
    const absent = { body: missing[index]?.[1] as Record<string, unknown> };
    const one = await ask(id, request, { key: otherKey });
    assert.ok(one.status === 404 || one.status === 400, `${id}: ${one.text}`);
    assert.deepEqual(comparable(one), comparable(await ask(id, absent, { key: otherKey })), id);
  }
});

/** Status, headers and body, without what names the request. */
function comparable({ status, headers, text, json }: Answer) {
  const kept = [...headers].filter(([name]) => name !== "keyward-request-id" && name !== "date");
  return { status, headers: kept, text: text.replaceAll(json.request_id ?? "\0", "ID") };
}

/** What a body could try to say about whose or what the thing is. */
const SMUGGLED: Readonly<Record<string, unknown>> = {
  id: "key_01k0q3va5kn9r4t2b7vy6mq8ce",
  workspace: "wsp_01k0q3va5kn9r4t2b7vy6mq8ce",
  workspace_id: "wsp_01k0q3va5kn9r4t2b7vy6mq8ce",
  workspaceId: "wsp_01k0q3va5kn9r4t2b7vy6mq8ce",
  tenant_id: 1,
  user_id: "root",
  owner_id: "own_01k0q3va5kn9r4t2b7vy6mq8ce",
  project_id: 1,
  role: "admin",
  is_admin: true,
  operator: true,
  built_in: true,
  enabled: true,
  state: "active",
  rate_limit: 1_000_000,
  remaining: 1_000_000,
  permissions: ["*"],
  digest: "00",
  hash: "00",
  secret: "mine",
  hint: "mine",
  rev: 0,
  created_at: "2020-01-01T00:00:00Z",
  revoked_at: null,
};

test("T01, T05: a field that an operation does not name is refused, whoever it would have favoured", async () => {
  const things = await makeThings(server);
  for (const id of OPERATION_IDS.filter((id) => !isClientless(id))) {
    const request = REQUESTS[id](things);
    if (request.body === undefined) continue;
    for (const [name, value] of Object.entries(SMUGGLED)) {
      if (name in request.body || isField(id, name)) continue;
      const answer = await ask(
        id,
        { ...request, body: { ...request.body, [name]: value } },
        asWhoMay(id, things),
      );
      assert.equal(answer.status, 400, `${id} ${name}: ${answer.text}`);
      assert.deepEqual(answer.json.errors[0], {
        pointer: `/${name}`,
        code: "unknown_field",
        detail: "is not a field here",
      });
    }
  }
});

/** Where a name of the list is an honest field. */
function isField(id: OperationId, name: string): boolean {
  return name === "role" && (id === "keys.search" || id.startsWith("members."));
}

test("T05, K4: an answer has the fields of its contract and no other, and none that does not reveal holds a key", async () => {
  for (const id of OPERATION_IDS.filter((id) => !isClientless(id))) {
    const { response, reveals, status, streams }: Operation = OPERATIONS[id];
    const things = await makeThings(server);
    const request = REQUESTS[id](things);
    // Which program waits is known to no key: logins.test.ts has it.
    if (isForMembers(id) && request.params !== undefined) continue;
    const answer = isForMembers(id)
      ? await askAs(id, request, owner)
      : await ask(id, request, asWhoMay(id, things));
    assert.equal(answer.status, status, `${id}: ${answer.text}`);
    if (streams !== undefined) assert.equal(answer.headers.get("content-type"), streams);
    else if (response === undefined) assert.equal(answer.text, "");
    else assert.equal(response.safeParse(answer.json).error, undefined, id);
    if (!reveals) assert.doesNotMatch(answer.text, /_(?:live|test)_[0-9A-Za-z]{20}/, id);
  }
});

test("a workspace that is not the operator's sees itself alone, and founds none", async () => {
  const list = await server.call("GET", "/v1/workspaces", { key: otherKey });
  assert.deepEqual(
    list.json.data.map(({ id }) => id),
    [otherWorkspace],
  );
  const founded = await server.call("POST", "/v1/workspaces", {
    key: otherKey,
    body: { name: "Third" },
  });
  assert.equal(founded.status, 403);
  assert.equal(founded.json.code, "operator_only");
});
