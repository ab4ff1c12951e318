import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import { clientIn, createClient, KeywardError, KeywardUnavailable } from "./client.ts";
import type { Client, ClientOptions } from "./client.ts";
import { RESPONSE_BYTES_MAX } from "./limits.ts";

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

type Step = Response | Error | ((seen: Seen) => Response | Promise<Response>);

const TOKEN = `canary${crypto.randomUUID()}`;
const URL_BASE = "http://keyward.test";

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": type, ...headers },
  });
}

/** A client whose fetch plays the steps, and whose waits take no time. */
function play(steps: readonly Step[], options: Partial<ClientOptions> = {}) {
  const seen: Seen[] = [];
  const sleeps: number[] = [];
  const left = [...steps];
  const fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const record = { url: String(url), ...init } as unknown as Seen;
    seen.push(record);
    const step = left.shift();
    assert.ok(step, "one attempt more than expected");
    if (step instanceof Error) throw step;
    return typeof step === "function" ? step(record) : step;
  };
  const client: Client = clientIn(
    { url: URL_BASE, token: TOKEN, ...options },
    {
      fetch,
      random: () => 0.5,
      sleep: (ms) => {
        sleeps.push(ms);
        return Promise.resolve(true);
      },
    },
  );
  return { client, seen, sleeps };
}

const page = (data: unknown[], next: string | null) => json({ data, next_cursor: next });
const busy = (headers = {}) => json({ code: "unavailable", title: "Busy" }, 503, headers);
const network = () => new TypeError("fetch failed");

test("a method, and call with its id, make the same request", async () => {
  const { client, seen } = play([json({ id: "key_1" }), json({ id: "key_1" })]);
  const body = { overlap_seconds: 60 };
  await client.keys.rotate("key_1", body, { idempotencyKey: "once", ifMatch: 7 });
  await client.call("keys.rotate", {
    params: { key: "key_1" },
    body,
    idempotencyKey: "once",
    ifMatch: 7,
  });
  for (const { url, method, headers, body } of seen) {
    assert.equal(method, "POST");
    assert.equal(url, "http://keyward.test/v1/keys/key_1/rotate");
    assert.equal(body, '{"overlap_seconds":60}');
    assert.deepEqual(headers, {
      accept: "application/json, application/problem+json",
      authorization: `Bearer ${TOKEN}`,
      "content-type": "application/json",
      "idempotency-key": "once",
      "if-match": '"7"',
    });
  }
  assert.equal(seen.length, 2);
});

test("nested methods and callable groups come from the table", async () => {
  const verdict = {
    outcome: "denied",
    code: "unknown",
    status: 401,
    detail: "",
    limits: [],
    rev: 1,
  };
  const { client, seen } = play([
    json({ data: [], next_cursor: null }),
    json(verdict),
    json({ data: [verdict] }),
    new Response(null, { status: 204 }),
  ]);
  await client.keys.secrets.list("key_1");
  await client.verify({ credential: "x" });
  await client.verify.batch({ items: [{ credential: "x" }] });
  assert.equal(await client.keys.secrets.remove("key_1", "sec_2"), undefined);
  assert.deepEqual(
    seen.map(({ method, url }) => `${method} ${url.slice(URL_BASE.length)}`),
    [
      "GET /v1/keys/key_1/secrets",
      "POST /v1/verify",
      "POST /v1/verify/batch",
      "DELETE /v1/keys/key_1/secrets/sec_2",
    ],
  );
});

test("the path of the address is kept, parameters are escaped, and the query is written", async () => {
  const { client, seen } = play([page([], null), json({})], { url: "https://x.test/keyward/" });
  await client.keys.list({ q: "a b&c", limit: 5, owner: undefined });
  await client.owners.get("cus/42?");
  assert.deepEqual(
    seen.map(({ url }) => url),
    [
      "https://x.test/keyward/v1/keys?q=a+b%26c&limit=5",
      "https://x.test/keyward/v1/owners/cus%2F42%3F",
    ],
  );
});

for (const dots of ["", ".", ".."]) {
  test(`a name that a URL would resolve away ("${dots}") is refused before anything is sent`, async () => {
    await assert.rejects(play([]).client.apis.get(dots), TypeError);
  });
}

test("T30: what comes back from verify can only be read by its outcome", async () => {
  const principal = { key_id: "key_1" };
  const answer = {
    outcome: "allowed",
    code: "allowed",
    status: 200,
    principal,
    limits: [],
    rev: 1,
  };
  const verdict = await play([json(answer)]).client.verify({ credential: "x" });
  // @ts-expect-error a denied verdict may have no principal
  assert.equal(verdict.principal.key_id, "key_1");
  if (verdict.outcome === "allowed") assert.equal(verdict.principal.key_id, "key_1");
  else assert.fail("allowed");
});

for (const [name, answer] of Object.entries({
  "an empty object": {},
  "valid: true": { valid: true },
  "allowed without a principal": { outcome: "allowed", code: "allowed", status: 200 },
  "allowed with the code of a denial": {
    outcome: "allowed",
    code: "revoked",
    status: 200,
    principal: { key_id: "k" },
  },
  "denied with status 200": { outcome: "denied", code: "revoked", status: 200 },
  null: null,
})) {
  test(`K3: ${name} is no verdict, and counts as no answer`, async () => {
    const { client } = play([json(answer)]);
    await assert.rejects(client.verify({ credential: "x" }), KeywardUnavailable);
  });
}

test("K3: a batch that answers fewer verdicts than were asked for counts as no answer", async () => {
  const { client } = play([json({ data: [] })]);
  const asked = client.verify.batch({ items: [{ credential: "x" }] });
  await assert.rejects(asked, KeywardUnavailable);
});

test("a refusal is a KeywardError with the fields of the problem", async () => {
  const errors = [{ pointer: "/prefix", code: "custom", detail: "is too short" }];
  const problem = {
    type: "/docs/errors#invalid_request",
    title: "The request is not valid",
    status: 400,
    code: "invalid_request",
    detail: "One field",
    request_id: "req_1",
    errors,
  };
  const { client } = play([json(problem, 400)]);
  const error = await client.apis
    .create({ name: "a", prefix: "a", audience: "urn:a" })
    .catch((error: unknown) => error);
  assert.ok(error instanceof KeywardError);
  assert.ok(!(error instanceof KeywardUnavailable));
  const { status, code, title, detail, requestId, message } = error;
  assert.deepEqual(
    { status, code, title, detail, requestId, message, errors: error.errors },
    {
      status: 400,
      code: "invalid_request",
      title: "The request is not valid",
      detail: "One field",
      requestId: "req_1",
      message: "One field",
      errors,
    },
  );
});

test("an outage is a KeywardUnavailable and never a KeywardError", async () => {
  const outcomes: readonly [Step, string][] = [
    [busy(), "busy"],
    [new Response("<html>", { status: 502 }), "busy"],
    [new Response("<html>", { status: 200 }), "unrecognised"],
    [new Response("<html>", { status: 404 }), "unrecognised"],
    [
      new Response(null, { status: 302, headers: { location: "https://evil.test" } }),
      "unrecognised",
    ],
    [json({ nothing: 1 }, 400), "unrecognised"],
    [new Response("{", { headers: { "content-type": "application/json" } }), "unrecognised"],
    [network(), "network"],
  ];
  for (const [step, reason] of outcomes) {
    const { client } = play([step], { retries: 0 });
    const error = await client.keys.get("key_1").catch((error: unknown) => error);
    assert.ok(error instanceof KeywardUnavailable && !(error instanceof KeywardError), reason);
    assert.equal(error.reason, reason);
  }
});

test("a body beyond the limit is given up, not collected", async () => {
  const chunk = new Uint8Array(1_048_576).fill(0x20);
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const { client } = play([
    new Response(body, { headers: { "content-type": "application/json" } }),
  ]);
  await assert.rejects(client.keys.get("key_1"), KeywardUnavailable);
  assert.ok(pulled <= RESPONSE_BYTES_MAX + 3 * chunk.length);
});

test("a GET is repeated after outages, with doubling waits and the server's Retry-After on top", async () => {
  const { client, sleeps } = play([network(), busy({ "retry-after": "1" }), json({ id: "key_1" })]);
  assert.equal((await client.keys.get("key_1")).id, "key_1");
  assert.deepEqual(sleeps, [100, 1200]);
});

test("no more attempts are made than the option says", async () => {
  const { client, seen } = play([network(), network(), network()], { retries: 2 });
  await assert.rejects(client.keys.get("key_1"), KeywardUnavailable);
  assert.equal(seen.length, 3);
});

test("a server that asks for a long wait is not waited for", async () => {
  const { client, sleeps } = play([busy({ "retry-after": "60" })]);
  const error = await client.keys.get("key_1").catch((error: unknown) => error);
  assert.ok(error instanceof KeywardUnavailable);
  assert.equal(error.retryAfterSeconds, 60);
  assert.deepEqual(sleeps, []);
});

test("T14: a repeated write carries the same Idempotency-Key, another write another one", async () => {
  const { client, seen } = play([network(), json({ id: "key_1" }), json({ id: "key_2" })]);
  const body = { api: "acme", name: "n", owner: "o" };
  await client.keys.create(body);
  await client.keys.create(body);
  const [first, second, third] = seen.map(({ headers }) => headers["idempotency-key"]);
  assert.match(first ?? "", /^[0-9a-f]{32}$/);
  assert.equal(first, second);
  assert.notEqual(first, third);
});

test("T14: an outage tells the Idempotency-Key with which the write may be repeated", async () => {
  const { client } = play([network()], { retries: 0 });
  const error = await client.keys
    .create({ api: "acme", name: "n", owner: "o" }, { idempotencyKey: "mine" })
    .catch((error: unknown) => error);
  assert.ok(error instanceof KeywardUnavailable);
  assert.equal(error.idempotencyKey, "mine");
});

test("what has no Idempotency-Key is never repeated: a verification may be charged", async () => {
  for (const act of [
    (client: Client) => client.verify({ credential: "x" }),
    (client: Client) => client.keys.delete("key_1"),
    (client: Client) => client.keys.update("key_1", { name: "n" }),
  ]) {
    const { client, seen } = play([network()]);
    await assert.rejects(act(client), KeywardUnavailable);
    assert.equal(seen.length, 1);
  }
});

test("a refusal is not repeated", async () => {
  const { client, seen } = play([json({ code: "not_found", title: "No" }, 404)]);
  await assert.rejects(client.keys.get("key_1"), KeywardError);
  assert.equal(seen.length, 1);
});

test("F08: a server that accepts and says nothing is given up at the timeout, retries included", async (context) => {
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  context.after(() => server.closeAllConnections());
  context.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}`, token: TOKEN, timeoutMs: 150 });
  const started = performance.now();
  const error = await client.keys.get("key_1").catch((error: unknown) => error);
  assert.ok(error instanceof KeywardUnavailable);
  assert.equal(error.reason, "timeout");
  assert.ok(performance.now() - started < 2_000);
});

test("T29: a redirect is not followed: the token goes to the address that was named, and nowhere else", async (context) => {
  const requested: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requested.push(request.url);
    response.writeHead(307, { location: "/elsewhere" }).end();
  }).listen(0, "127.0.0.1");
  context.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const client = createClient({ url: `http://127.0.0.1:${port}`, token: TOKEN });
  await assert.rejects(client.keys.get("key_1"), KeywardUnavailable);
  assert.deepEqual(requested, ["/v1/keys/key_1"]);
});

test("the caller's own signal ends a call with its own reason", async () => {
  const { client } = play([network()]);
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(client.keys.get("key_1", { signal }), /enough/);
});

test("all items of a list are walked, page by page, the cursor in the query or the body", async () => {
  const query = play([page([{ id: "1" }, { id: "2" }], "c1"), page([{ id: "3" }], null)]);
  const ids: string[] = [];
  for await (const { id } of query.client.iterate("keys.list", { query: { api: "acme" } }))
    ids.push(id);
  assert.deepEqual(ids, ["1", "2", "3"]);
  assert.equal(query.seen[1]?.url, "http://keyward.test/v1/keys?api=acme&cursor=c1");

  const body = play([page([{ id: "1" }], "c1"), page([{ id: "2" }], null)]);
  for await (const { id } of body.client.iterate("keys.search", { body: { q: "x" } })) ids.push(id);
  assert.deepEqual(ids, ["1", "2", "3", "1", "2"]);
  assert.equal(body.seen[1]?.body, '{"q":"x","cursor":"c1"}');
});

test("a page is asked for only when it is wanted", async () => {
  const { client, seen } = play([page([{ id: "1" }], "c1")]);
  for await (const { id } of client.iterate("apis.list")) if (id === "1") break;
  assert.equal(seen.length, 1);
});

test("a list that leads in a circle ends with an error", async () => {
  const { client } = play([page([], "c1"), page([], "c1")]);
  const walk = async () => {
    for await (const { data } of client.pages("apis.list")) assert.deepEqual(data, []);
  };
  await assert.rejects(walk(), KeywardUnavailable);
});

test("a token that is fetched is asked for anew with each call", async () => {
  const tokens = ["first", "second"];
  const { client, seen } = play([json({}), json({})], { token: async () => tokens.shift() ?? "" });
  await client.keys.get("key_1");
  await client.keys.get("key_1");
  assert.deepEqual(
    seen.map(({ headers }) => headers["authorization"]),
    ["Bearer first", "Bearer second"],
  );
});

test("T29: no error shows the token, not even for one that cannot be sent", async () => {
  const errors = [
    await play([network()], { retries: 0 })
      .client.keys.get("k")
      .catch((error: unknown) => error),
    await play([], { token: `${TOKEN}\n` })
      .client.keys.get("k")
      .catch((error: unknown) => error),
    await createClient({ url: "http://127.0.0.1:1", token: TOKEN, retries: 0 })
      .keys.get("k")
      .catch((error: unknown) => error),
  ];
  for (const error of errors) {
    assert.ok(error instanceof Error);
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(TOKEN));
  }
});

for (const options of [
  { url: "ftp://x.test" },
  { url: "nowhere" },
  { url: "http://user:secret@x.test" },
  { timeoutMs: 0 },
  { timeoutMs: Infinity },
  { retries: 6 },
]) {
  test(`${JSON.stringify(options)} is refused when the client is made`, () => {
    assert.throws(() => createClient({ url: URL_BASE, token: TOKEN, ...options }), TypeError);
  });
}
