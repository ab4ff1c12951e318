// Raw bytes against the real listener: what other clients and proxies may send, well-meant or not.
import assert from "node:assert/strict";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
});
after(async () => await server.stop());

/** Sends the bytes and answers with all that came back until the server closed, or fell silent. */
async function exchange(bytes: string | Buffer, to: TestServer = server): Promise<string> {
  const socket = open(to);
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  await Promise.race([closed(socket), silence(socket)]);
  socket.destroy();
  return received;
}

function open(to: TestServer): Socket {
  const { hostname, port } = new URL(to.url);
  return connect(Number(port), hostname);
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function silence(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, 400);
    socket.on("data", () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, 60);
    });
  });
}

function statuses(received: string): readonly number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

const get = (lines: readonly string[], target = "/v1/keys?limit=1") =>
  [`GET ${target} HTTP/1.1`, ...lines, "", ""].join("\r\n");
const post = (lines: readonly string[], body: string) =>
  ["POST /v1/owners HTTP/1.1", ...lines, "", body].join("\r\n");
const bearer = () => `Authorization: Bearer ${server.key}`;
const HOST = "Host: keyward.test";
const JSON_TYPE = "Content-Type: application/json";
const PADDING = (count: number) => Array.from({ length: count }, (_, n) => `X-P${n}: 1`);

/** Threats §3.4. What is refused must be refused without any identity having come out of it. */
const ROWS: readonly [name: string, request: () => string, status: number][] = [
  ["a sound request", () => get([HOST, bearer()]), 200],
  ["two Authorization", () => get([HOST, bearer(), bearer()]), 400],
  [
    "two Authorization, the second good",
    () => get([HOST, "Authorization: Bearer x", bearer()]),
    400,
  ],
  ["two X-API-Key", () => get([HOST, `X-API-Key: ${server.key}`, `x-api-key: ${server.key}`]), 400],
  ["Authorization and X-API-Key", () => get([HOST, bearer(), `X-API-Key: ${server.key}`]), 400],
  ["two keys in one line", () => get([HOST, `X-API-Key: ${server.key}, ${server.key}`]), 400],
  [
    "two X-Forwarded-For",
    () => get([HOST, bearer(), "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2"]),
    200,
  ],
  [
    "X-Forwarded-User in two spellings",
    () => get([HOST, "X-Forwarded-User: good", "X_Forwarded_User: evil"]),
    401,
  ],
  [
    "identity headers of a gateway",
    () => get([HOST, "X-Keyward-Key-Id: key_1", "X-Keyward-Decision: allow"]),
    401,
  ],
  ["a space before the colon", () => get([HOST, `X-Api-Key : ${server.key}`]), 400],
  ["a folded header line", () => get([HOST, "X-Long: a", " b", bearer()]), 400],
  ["bare line feeds", () => get([HOST, bearer()]).replaceAll("\r\n", "\n"), 400],
  [
    "Content-Length and Transfer-Encoding",
    () =>
      post(
        [HOST, bearer(), JSON_TYPE, "Content-Length: 4", "Transfer-Encoding: chunked"],
        "0\r\n\r\n",
      ),
    400,
  ],
  [
    "two different Content-Length",
    () => post([HOST, bearer(), JSON_TYPE, "Content-Length: 2", "Content-Length: 3"], "{}"),
    400,
  ],
  [
    "Content-Length with a sign",
    () => post([HOST, bearer(), JSON_TYPE, "Content-Length: +2"], "{}"),
    400,
  ],
  [
    "a Transfer-Encoding that is none",
    () => post([HOST, bearer(), JSON_TYPE, "Transfer-Encoding: xchunked"], "{}"),
    400,
  ],
  [
    "chunked twice",
    () => post([HOST, bearer(), JSON_TYPE, "Transfer-Encoding: chunked, chunked"], "0\r\n\r\n"),
    400,
  ],
  ["latin-1 within the key", () => get([HOST, `${bearer()}\xe9\xff`]), 401],
  ["a look-alike letter within the key", () => get([HOST, `${bearer()}\xd0\xb0`]), 401],
  ["NUL within the key", () => get([HOST, `${bearer()}\0`]), 400],
  [
    "tabs and blanks round the key",
    () => get([HOST, `Authorization: Bearer \t${server.key}\t  `]),
    200,
  ],
  ["a header named __proto__", () => get([HOST, "__proto__: x", "constructor: y"]), 401],
  [
    "an absolute target of our own",
    () => get([HOST, bearer()], "http://keyward.test/v1/keys?limit=1"),
    200,
  ],
  [
    "an absolute target of another authority",
    () => get([HOST, bearer()], "http://evil.test/v1/keys"),
    400,
  ],
  [
    "an absolute target of another port",
    () => get([HOST, bearer()], "http://keyward.test:81/v1/keys"),
    400,
  ],
  [
    "an absolute target with a user",
    () => get([HOST, bearer()], "http://a@keyward.test/v1/keys"),
    400,
  ],
  ["a target of another scheme", () => get([HOST, bearer()], "file:///etc/passwd"), 400],
  ["a target of two slashes", () => get([HOST, bearer()], "//evil.test/v1/keys"), 404],
  ["a target with a backslash", () => get([HOST, bearer()], "/v1\\keys"), 400],
  ["a target without a slash", () => get([HOST, bearer()], "v1/keys"), 400],
  ["no Host", () => get([bearer()]), 400],
  ["two Host", () => get([HOST, "Host: evil.test", bearer()]), 400],
  ["an empty Host", () => get(["Host:", bearer()]), 200],
  ["a Host that is none", () => get(["Host: a b/c?d", bearer()]), 400],
  ["a Host of somebody else", () => get(["Host: evil.test", bearer()]), 200],
  ["one header of 17 kB", () => get([HOST, `X-Long: ${"x".repeat(17_000)}`]), 431],
  ["a target of 17 kB", () => get([HOST, bearer()], `/${"x".repeat(17_000)}`), 431],
  ["2,100 headers", () => get([HOST, ...PADDING(2_100), bearer()]), 431],
  ["1,100 headers", () => get([HOST, ...PADDING(1_100), bearer()]), 431],
  [
    "900 headers, then the key",
    () => get([HOST, ...PADDING(900), bearer(), "X-Forwarded-For: 1.1.1.1"]),
    200,
  ],
  [
    "Connection names Authorization",
    () => get([HOST, "Connection: close, authorization", bearer()]),
    200,
  ],
  ["a method that is none", () => get([HOST, bearer()]).replace("GET", "GE T"), 400],
  ["a lower-case method", () => get([HOST, bearer()]).replace("GET", "get"), 400],
  ["HTTP/0.9, which has no headers and so no key", () => "GET /v1/keys\r\n\r\n", 401],
  ["HTTP/2 in clear text", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["TLS", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
  ["OPTIONS *", () => get([HOST], "*").replace("GET", "OPTIONS"), 404],
  ["an expectation that is none", () => get([HOST, bearer(), "Expect: magic"]), 417],
];

for (const [name, request, status] of ROWS) {
  test(`T27, T28: ${name} is answered ${status}, once`, async () => {
    const received = await exchange(request());
    assert.deepEqual(statuses(received), [status], received.slice(0, 500));
    if (status >= 400) assert.doesNotMatch(received, /"data"|next_cursor/);
    if (/malformed_request|invalid_header|headers_too_large/.test(received)) {
      assert.match(received, /^connection: close/im);
    }
  });
}

test("T27: for every place that the guard looks at, the hot routes guard alike", async () => {
  const verify = (lines: readonly string[], target = "/v1/verify") =>
    [
      `POST ${target} HTTP/1.1`,
      ...lines,
      JSON_TYPE,
      "Content-Length: 18",
      "",
      '{"credential":"x"}',
    ].join("\r\n");
  const status = async (lines: readonly string[], target?: string) =>
    statuses(await exchange(verify(lines, target)))[0];
  assert.equal(await status([HOST, bearer()]), 200);
  assert.equal(await status([HOST, bearer()], "http://keyward.test/v1/verify"), 200);
  assert.equal(await status([HOST, bearer()], "http://evil.test/v1/verify"), 400);
  assert.equal(await status([HOST, bearer(), bearer()]), 400);
  assert.equal(await status([HOST, HOST, bearer()]), 400);
  assert.equal(await status([HOST, bearer(), `X-API-Key: ${server.key}`]), 400);
  assert.equal(await status([HOST]), 401);
});

test("T28: two pipelined requests get two answers, in their order", async () => {
  const received = await exchange(get([HOST, bearer()]) + get([HOST], "/livez"));
  assert.deepEqual(statuses(received), [200, 200]);
  assert.ok(received.indexOf("next_cursor") < received.indexOf('{"status":"live"}'));
});

test("T28: after a request that was refused as malformed, nothing more of the connection is read", async () => {
  const smuggled = get([HOST, bearer()]);
  const received = await exchange(
    post([HOST, JSON_TYPE, "Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\n") +
      smuggled,
  );
  assert.deepEqual(statuses(received), [400]);
});

test("no Host, another Expect and CONNECT are answered with a problem", async () => {
  for (const [request, status, code] of [
    [get([bearer()]), 400, "invalid_header"],
    [get([bearer()], "/v1/verify").replace("GET", "POST"), 400, "invalid_header"],
    [get([HOST, bearer(), "Expect: magic"]), 417, "expectation_failed"],
    [get([HOST], "keyward.test:443").replace("GET", "CONNECT"), 400, "malformed_request"],
  ] as const) {
    const received = await exchange(request);
    assert.deepEqual(statuses(received), [status], received);
    assert.match(received, /^content-type: application\/problem\+json/m);
    assert.ok(received.includes(`"code":"${code}"`), received);
  }
});

test("what was not understood is answered with a problem all the same", async () => {
  const received = await exchange("nonsense\r\n\r\n");
  assert.match(received, /^content-type: application\/problem\+json/m);
  const body = JSON.parse(received.slice(received.indexOf("\r\n\r\n"))) as { code: string };
  assert.equal(body.code, "malformed_request");
});

test("a method that a public path does not take is answered with those that it does", async () => {
  for (const path of ["/livez", "/readyz", "/openapi.json", "/docs"]) {
    const { status, json, headers } = await server.call("POST", path, { key: null });
    assert.equal(status, 405, path);
    assert.equal(json.code, "method_not_allowed");
    assert.equal(headers.get("allow"), "GET, HEAD");
  }
});

test("F12: a body beyond the limit is refused by its length, before any of it is sent", async () => {
  const received = await exchange(post([HOST, bearer(), JSON_TYPE, "Content-Length: 1048577"], ""));
  assert.deepEqual(statuses(received), [413]);
  assert.match(received, /^connection: close/im);
});

test("F12: a chunked body beyond the limit is refused while it comes, and memory does not grow with it", async () => {
  const socket = open(server);
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  socket.on("error", () => {});
  socket.write(post([HOST, bearer(), JSON_TYPE, "Transfer-Encoding: chunked"], ""));
  const block = Buffer.from(`10000\r\n${" ".repeat(0x10000)}\r\n`);
  const rssBefore = process.memoryUsage().rss;
  let sentBytes = 0;
  while (!socket.destroyed && socket.bytesRead === 0 && sentBytes < 64 * 1_048_576) {
    sentBytes += block.length;
    if (!socket.write(block)) await Promise.race([drained(socket), delay(500)]);
  }
  await Promise.race([closed(socket), delay(2_000)]);
  assert.deepEqual(statuses(received), [413], received);
  assert.ok(sentBytes < 32 * 1_048_576, `took ${sentBytes} bytes`);
  assert.ok(process.memoryUsage().rss - rssBefore < 64 * 1_048_576);
  socket.destroy();
});

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("drain", () => resolve()));
}

test("F11: who sends headers or a body drop by drop is cut off, and others are served meanwhile", async () => {
  const short = await startTestServer({
    limits: { headersTimeoutMs: 300, requestTimeoutMs: 600, checkEveryMs: 50 },
  });
  try {
    const slowHeaders = Array.from({ length: 50 }, () => open(short));
    const slowBodies = Array.from({ length: 50 }, () => open(short));
    const key = `Authorization: Bearer ${short.key}`;
    for (const socket of [...slowHeaders, ...slowBodies]) socket.on("error", () => {}).resume();
    for (const socket of slowHeaders) socket.write("GET /livez HTTP/1.1\r\nHost: a\r\nX-");
    for (const socket of slowBodies) {
      socket.write(post([HOST, key, JSON_TYPE, "Content-Length: 100"], "{"));
    }
    const startedMs = performance.now();
    const drip = setInterval(() => {
      for (const socket of [...slowHeaders, ...slowBodies]) if (socket.writable) socket.write("a");
    }, 40);
    assert.equal((await short.call("GET", "/livez")).status, 200);
    await Promise.all([...slowHeaders, ...slowBodies].map(closed));
    clearInterval(drip);
    assert.ok(performance.now() - startedMs < 3_000);
  } finally {
    await short.stop();
  }
});

test("F11: one address cannot have more connections than its share", async () => {
  const capped = await startTestServer({ limits: { connectionsPerAddressMax: 5 } });
  try {
    const sockets = Array.from({ length: 8 }, () => open(capped));
    for (const socket of sockets) socket.on("error", () => {});
    await delay(200);
    const refused = sockets.filter((socket) => socket.destroyed || socket.readableEnded);
    assert.equal(refused.length, 3);
    for (const socket of sockets) socket.destroy();
    await delay(100);
    assert.equal((await capped.call("GET", "/livez")).status, 200);
  } finally {
    await capped.stop();
  }
});

test("F11: behind a trusted proxy the connections of one address are not counted", async () => {
  const proxied = await startTestServer({
    environment: { KEYWARD_TRUSTED_PROXIES: "127.0.0.0/8" },
    limits: { connectionsPerAddressMax: 2 },
  });
  try {
    const sockets = Array.from({ length: 6 }, () => open(proxied));
    await delay(150);
    assert.ok(sockets.every((socket) => !socket.destroyed && !socket.readableEnded));
    for (const socket of sockets) socket.destroy();
  } finally {
    await proxied.stop();
  }
});

test("K2: a management key that is revoked while its body is still arriving changes nothing", async () => {
  const created = await server.call("POST", "/v1/keys", {
    body: { api: "keyward", name: "leaked", owner: "thief", scopes: ["owners:write"] },
  });
  const body = JSON.stringify({ external_id: "made-too-late" });
  const lines = [HOST, `Authorization: Bearer ${created.json.secret}`, JSON_TYPE];
  const socket = open(server);
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  socket.write(post([...lines, `Content-Length: ${body.length}`], body.slice(0, 5)));
  await delay(100);
  const revoked = await server.call("POST", `/v1/keys/${created.json.id}/revoke`);
  assert.equal(revoked.status, 200);
  socket.write(body.slice(5));
  await Promise.race([closed(socket), silence(socket)]);
  socket.destroy();
  assert.deepEqual(statuses(received), [401], received);
  assert.equal((await server.call("GET", "/v1/owners/made-too-late")).status, 404);
});
