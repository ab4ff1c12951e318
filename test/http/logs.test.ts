// What was decided, one by one: through a server, as its users see it.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, test } from "node:test";
import type { LogEntry } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
let key: { readonly id: string; readonly secret: string };

before(async () => {
  server = await startTestServer();
  const api = { name: "Acme", prefix: "acme", audience: "https://a.test", scopes: ["things:read"] };
  await server.call("POST", "/v1/apis", { body: api });
  const body = { api: "acme", name: "Production", owner: "cus_1", scopes: ["things:read"] };
  key = (await server.call("POST", "/v1/keys", { body })).json;
});
after(async () => await server.stop());

interface Page {
  readonly data: readonly LogEntry[];
  readonly next_cursor: string | null;
}

async function logs(query: Readonly<Record<string, string>>): Promise<Page> {
  const { text } = await server.call("GET", `/v1/logs?${new URLSearchParams(query).toString()}`);
  return JSON.parse(text) as Page;
}

/** What was decided is written within a second or so. */
async function logsUntil(filter: string, count: number): Promise<readonly LogEntry[]> {
  for (let tries = 0; tries < 400; tries++) {
    const { data } = await logs({ filter });
    if (data.length >= count) return data;
    await delay(50);
  }
  throw new Error("not written in time");
}

function verify(body: object) {
  return server.call("POST", "/v1/verify", { body: { credential: key.secret, ...body } });
}

async function newKey(scopes: readonly string[]): Promise<{ id: string; secret: string }> {
  const body = { api: "keyward", name: "reader", owner: "ops", scopes };
  return (await server.call("POST", "/v1/keys", { body })).json;
}

test("a refusal is in the log with whose key it was, and the check that failed, and why", async () => {
  const context = {
    ip: "192.0.2.77",
    method: "get",
    path: "/things/1?token=hunter2",
    user_agent: "curl/8.5.0 (x)",
  };
  await verify({ scopes: ["things:write"], tag: "refused", context, cost: 3 });
  const [entry] = await logsUntil("tag:refused", 1);
  assert.ok(entry !== undefined);
  const { id, at, owner_id, api_id, reporter, trace, ...rest } = entry;
  assert.match(id, /^log_/);
  assert.ok(at && owner_id && api_id && reporter);
  assert.deepEqual(rest, {
    outcome: "denied",
    code: "insufficient_scope",
    status: 403,
    key: key.id,
    key_name: "Production",
    owner: "cus_1",
    api: "acme",
    environment: "live",
    brand: null,
    tag: "refused",
    cost: 3,
    method: "GET",
    path: "/things/1",
    network: "192.0.2.0/24",
    agent: "curl/8.5.0",
    more: 0,
  });
  assert.deepEqual(
    trace.slice(0, 3).map(({ check, passed }) => `${check} ${passed}`),
    ["malformed true", "unknown true", "revoked true"],
  );
  assert.deepEqual(trace.at(-1), {
    check: "insufficient_scope",
    passed: false,
    detail: "the key has things:read; the request needs all of things:write",
  });
});

test("K4: neither what was presented nor a key in a path, a query or a tag gets into the log", async () => {
  const canary = key.secret;
  const context = {
    ip: "198.51.100.9",
    path: `/things/${canary}`,
    origin: `https://a.test/?k=${canary}`,
  };
  await verify({ context, scopes: ["things:write"], tag: "canary" });
  await server.call("POST", "/v1/verify", {
    body: { credential: `${canary.slice(0, -1)}!`, tag: "canary-two", context },
  });
  const shown = [...(await logsUntil("tag:canary", 1)), ...(await logsUntil("tag:canary-two", 1))];
  assert.ok(!JSON.stringify(shown).includes(canary.slice(0, -1)));
  assert.ok(!JSON.stringify(shown).includes("198.51.100.9"));
  assert.deepEqual(
    shown.map(({ path }) => path),
    ["/things/[key]", `/things/[key]`],
  );
  assert.deepEqual(
    shown.map(({ code, brand }) => [code, brand]),
    [
      ["insufficient_scope", null],
      ["malformed", "acme"],
    ],
  );
});

test("a filter chooses, pages follow each other, and a cursor is good for its own filter alone", async () => {
  for (let count = 0; count < 4; count++) await verify({ tag: "paged" });
  await logsUntil("tag:paged", 4);
  const filter = "tag:paged outcome:allowed owner:cus_1 api:acme at>-1h";
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Page = await logs({ filter, limit: "3", ...(cursor && { cursor }) });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(ids, ids.toSorted().toReversed());
  const { next_cursor: cursor } = await logs({ filter, limit: "1" });
  const other = await server.call("GET", `/v1/logs?limit=1&filter=tag:paged&cursor=${cursor}`);
  assert.deepEqual([other.status, other.json.code], [400, "invalid_cursor"]);
  assert.deepEqual((await logs({ filter: "owner:nobody" })).data, []);
});

test("a filter that cannot be read is refused where it goes wrong, and never repeated", async () => {
  const { status, json } = await server.call("GET", "/v1/logs?filter=tag:a%20hunter2:x");
  assert.equal(status, 400);
  assert.equal(json.errors[0]?.pointer, "query/filter");
  assert.match(json.detail, /^at character 7: there is no such field; there are outcome, /);
});

test("K6: another workspace sees nothing of it", async () => {
  const founded = await server.call("POST", "/v1/workspaces", { body: { name: "Other" } });
  const other = founded.json.management_key.secret;
  const { json } = await server.call("GET", "/v1/logs", { key: other });
  assert.deepEqual(json.data, []);
});

async function follow(filter: string, token: string) {
  const response = await fetch(
    `${server.url}/v1/logs/tail?${new URLSearchParams({ filter }).toString()}`,
    {
      headers: { authorization: `Bearer ${token}` },
    },
  );
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.ok(response.body !== null);
  return createInterface({ input: Readable.fromWeb(response.body) })[Symbol.asyncIterator]();
}

async function nextEntry(lines: AsyncIterator<string>): Promise<LogEntry | undefined> {
  for (;;) {
    const { done, value } = await lines.next();
    if (done) return undefined;
    if (value.startsWith("data: ")) return JSON.parse(value.slice(6)) as LogEntry;
  }
}

test("T66: a follower sees what passes the filter as it is reported, each once, and nothing once its key is revoked", async () => {
  const reader = await newKey(["logs:read"]);
  const lines = await follow("tag:followed", reader.secret);
  await verify({ tag: "not-followed" });
  await verify({ tag: "followed", cost: 1 });
  const first = await nextEntry(lines);
  await verify({ tag: "followed", cost: 2 });
  const second = await nextEntry(lines);
  assert.deepEqual([first?.cost, second?.cost], [1, 2]);
  assert.notEqual(first?.id, second?.id);
  await server.call("POST", `/v1/keys/${reader.id}/revoke`, { body: {} });
  assert.equal(await nextEntry(lines), undefined);
});

test("T59: of one workspace twenty follow at a time; one more hears 503, until one has left", async () => {
  const controllers: AbortController[] = [];
  const open = async () => {
    const controller = new AbortController();
    const { status } = await fetch(`${server.url}/v1/logs/tail`, {
      headers: { authorization: `Bearer ${server.key}` },
      signal: controller.signal,
    });
    if (status === 200) controllers.push(controller);
    return status;
  };
  for (let count = 0; count < 20; count++) assert.equal(await open(), 200);
  assert.equal(await open(), 503);
  controllers.pop()?.abort();
  while ((await open()) !== 200) await delay(20);
  for (const controller of controllers) controller.abort();
});

test("an edge reports single decisions with the usage that they are in; what it must not tell is taken out again", async () => {
  const feed = await newKey(["feed:*"]);
  const entry = {
    at_ms: server.clock.now(),
    key: key.id,
    code: "expired",
    brand: "",
    tag: "edge",
    cost: 1,
    method: "POST",
    path: `/x/${key.secret}?a=b`,
    network: "192.0.2.0/24",
    agent: null,
    detail: `it ended ${key.secret}`,
    more: 2,
  };
  const body = {
    source: "verifier-of-a-log",
    sequence: 1,
    cells: [],
    uses: [],
    strangers: [],
    log: [entry, { ...entry, key: "key_01kdvdna0004hmasw9nf6yy07z" }],
  };
  const report = () =>
    server.call("POST", "/v1/feed/uses?api=acme&environment=live", { body, key: feed.secret });
  assert.equal((await report()).status, 200);
  assert.equal((await report()).json.outcome, "repeated");
  const { data } = await logs({ filter: "tag:edge" });
  const told = data.map(({ path, trace, more, reporter }) => [
    path,
    trace.at(-1)?.detail,
    more,
    reporter,
  ]);
  const clean = ["/x/[key]", "it ended [key]", 2, "verifier-of-a-log"];
  assert.deepEqual(told, [clean, clean]);
  // Of a key that is none of theirs nothing is believed.
  assert.deepEqual(new Set(data.map((entry) => entry.key)), new Set([key.id, null]));
});
