import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import { addSeconds, instant } from "@keyward/core/time";
import { NOW } from "@keyward/sdk/testing/verifier-fixture";
import { verdictResource } from "../contract/verify.ts";
import { Installation } from "./testing/installation.ts";
import { exchange, readAnswers } from "./testing/raw-http.ts";

const installation = new Installation();
const { own, other, verifier } = installation;
const management = own.issueManagement().presented;
const acme = own.issue({
  scopes: ["invoices:*", "reports:read"],
  metadata: { tier: "gold", ü: "é" },
});

before(() => installation.listen());
after(() => installation.close());
beforeEach(() => {
  installation.now = NOW;
});

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask({ path = "/v1/verify", method = "POST", body, text, headers = {} }: Ask) {
  const url = `http://127.0.0.1:${installation.port}${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${management}`,
      "content-type": "application/json",
      ...headers,
    },
    ...(method === "GET" ? {} : { body: (text as string | undefined) ?? JSON.stringify(body) }),
  });
  const answered = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answered };
}

async function verdict(body: object): Promise<Record<string, unknown>> {
  const answer = await ask({ body });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  verdictResource.parse(answer.body);
  return answer.body;
}

test("an allowed key is answered with whose it is", async () => {
  const asked = { credential: acme.presented, api: "acme", scopes: ["invoices:read"] };
  assert.deepEqual(await verdict(asked), {
    outcome: "allowed",
    code: "allowed",
    status: 200,
    detail: "The key may do this",
    principal: {
      kind: "secret",
      key_id: acme.key.id,
      secret_id: acme.key.secrets[0]?.id,
      api: "acme",
      api_id: own.apiId,
      owner: "customer-1",
      owner_id: own.ownerId,
      environment: "live",
      scopes: ["invoices:*", "reports:read"],
      metadata: { tier: "gold", ü: "é" },
      expires_at: null,
    },
    limits: [],
    rev: verifier.revOf(own.feed.workspaceId),
  });
});

test("the answer is JSON with its length, not to be stored and not to be shown as a page", async () => {
  const { headers } = await ask({ body: { credential: acme.presented } });
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.ok(Number(headers.get("content-length")) > 0);
});

test("a denial says why, with the status for the caller's own answer and the missing scopes", async () => {
  const scopes = ["invoices:read", "users:write"];
  const { principal, ...denied } = await verdict({ credential: acme.presented, scopes });
  assert.ok(principal);
  assert.deepEqual(denied, {
    outcome: "denied",
    code: "insufficient_scope",
    status: 403,
    detail: "The key lacks a scope that the request needs",
    missing_scopes: ["users:write"],
    limits: [],
    rev: verifier.revOf(own.feed.workspaceId),
  });
  const either = await verdict({ credential: acme.presented, scopes: { any: ["a:b", "c:d"] } });
  assert.deepEqual(either["missing_scopes"], ["a:b", "c:d"]);
});

test("K6: another workspace's key is answered like one that nobody has", async () => {
  const foreign = other.issue({ scopes: ["invoices:read"] }).presented;
  const nobodys = acme.presented.replace(/.{5}$/, "");
  const answer = await verdict({ credential: foreign });
  assert.deepEqual(answer, {
    outcome: "denied",
    code: "unknown",
    status: 401,
    detail: "There is no such key",
    limits: [],
    rev: verifier.revOf(own.feed.workspaceId),
  });
  assert.equal((await verdict({ credential: nobodys }))["code"], "malformed");
});

test("K2: a revoked, disabled or expired key is refused at once, and its owner is told only because the secret matched", async () => {
  const { key, presented } = own.issue({ expiresAt: addSeconds(NOW, 60) });
  assert.equal((await verdict({ credential: presented }))["code"], "allowed");
  installation.now = addSeconds(NOW, 60);
  const expired = await verdict({ credential: presented });
  assert.equal(expired["code"], "expired");
  const { expires_at } = expired["principal"] as Record<string, unknown>;
  assert.equal(expires_at, "2026-01-01T00:01:00.000Z");
  installation.now = NOW;
  own.change(key, { state: "disabled" });
  assert.equal((await verdict({ credential: presented }))["code"], "disabled");
  own.change(key, { state: "revoked", revokedAt: NOW });
  assert.equal((await verdict({ credential: presented }))["code"], "revoked");
});

test("the sentence of a denial says what it is about: the key, its owner, or the one secret", async () => {
  const { key, presented } = own.issue({});
  const sayOf = async () => (await verdict({ credential: presented }))["detail"];
  own.change(key, { state: "disabled" });
  assert.equal(await sayOf(), "The key is disabled");
  const secrets = key.secrets.map((secret) => ({ ...secret, expiresAt: NOW }));
  own.change(key, { state: "active", secrets });
  assert.equal(await sayOf(), "This secret has expired");
});

test("T40: the environment and the api are those of the key, or it is refused", async () => {
  const presented = own.issue({ environment: "test" }).presented;
  const codeOf = async (asked: object) =>
    (await verdict({ credential: presented, ...asked }))["code"];
  assert.equal(await codeOf({ environment: "live" }), "wrong_environment");
  assert.equal(await codeOf({ environment: "test", api: "acme" }), "allowed");
  assert.equal(await codeOf({ api: "other" }), "wrong_api");
  assert.equal(await codeOf({ api: "keyward" }), "wrong_api");
});

test("the context decides about restrictions", async () => {
  const { presented } = own.issue({ restrictions: { ips: ["203.0.113.0/24"] } });
  const codeOf = async (context: object) =>
    (await verdict({ credential: presented, context }))["code"];
  assert.equal(await codeOf({ ip: "203.0.113.9" }), "allowed");
  assert.equal(await codeOf({ ip: "198.51.100.9" }), "ip_not_allowed");
  assert.equal(await codeOf({}), "ip_not_allowed");
});

test("dry_run explains and counts nothing", async () => {
  await installation.meter.flush();
  const { presented, key } = own.issue({ scopes: [] });
  const before = installation.counts.of("insufficient_scope");
  const asked = { credential: presented, scopes: ["a:b"], dry_run: true };
  const trace = (await verdict(asked))["trace"] as { check: string; passed: boolean }[];
  assert.deepEqual(trace.at(0)?.check, "malformed");
  assert.deepEqual(trace.at(-1)?.check, "insufficient_scope");
  assert.deepEqual(
    trace.map(({ passed }) => passed),
    [true, true, true, true, true, true, true, true, true, false],
  );
  await installation.meter.flush();
  assert.equal(
    installation.cells.some(({ keyId }) => keyId === key.id),
    false,
  );
  assert.equal(installation.counts.of("insufficient_scope"), before);
});

test("F01: each decision is counted once, the management key's own as well; those about what is no key without a key", async () => {
  await installation.meter.flush();
  installation.cells.length = 0;
  const fresh = own.issueManagement();
  const { presented, key } = own.issue();
  const headers = { authorization: `Bearer ${fresh.presented}` };
  const unknown = installation.counts.of("unknown");
  await ask({ headers, body: { credential: presented } });
  await ask({ headers, body: { credential: presented, scopes: ["a:b"] } });
  await ask({ headers, body: { credential: other.issue().presented } });
  await installation.meter.flush();
  const counted = installation.cells.map((cell) => [cell.keyId, cell.code, cell.count]);
  assert.deepEqual(counted, [
    [null, "unknown", 1],
    [key.id, "allowed", 1],
    [key.id, "insufficient_scope", 1],
    [fresh.key.id, "allowed", 3],
  ]);
  assert.equal(installation.counts.of("unknown"), unknown + 1);
});

test("K3: a rev that this node does not know yet is answered with 503, never with a verdict", async () => {
  const rev = verifier.revOf(own.feed.workspaceId);
  const known = await verdict({ credential: acme.presented, min_rev: rev });
  assert.equal(known["code"], "allowed");
  const answer = await ask({ body: { credential: acme.presented, min_rev: rev + 1 } });
  assert.equal(answer.status, 503);
  assert.equal(answer.body["code"], "unavailable");
  assert.equal(answer.headers.get("retry-after"), "1");
  const items = [{ credential: acme.presented }, { credential: "x", min_rev: rev + 1 }];
  assert.equal((await ask({ path: "/v1/verify/batch", body: { items } })).status, 503);
});

test("a batch answers in order, and unknown keys among good ones disturb nobody", async () => {
  const items = [
    { credential: acme.presented },
    { credential: "nonsense" },
    { credential: other.issue().presented },
    { credential: acme.presented, scopes: ["users:write"] },
    { credential: acme.presented, dry_run: true },
  ];
  const answer = await ask({ path: "/v1/verify/batch", body: { items } });
  assert.equal(answer.status, 200);
  const data = answer.body["data"] as { code: string }[];
  for (const item of data) verdictResource.parse(item);
  assert.deepEqual(
    data.map(({ code }) => code),
    ["allowed", "malformed", "unknown", "insufficient_scope", "allowed"],
  );
});

test("a batch of 256 is answered, one of 257 or of none is not", async () => {
  const batchOf = (count: number) => ({
    path: "/v1/verify/batch",
    body: { items: Array.from({ length: count }, () => ({ credential: acme.presented })) },
  });
  const answer = await ask(batchOf(256));
  assert.equal((answer.body["data"] as unknown[]).length, 256);
  assert.equal((await ask(batchOf(257))).status, 400);
  assert.equal((await ask(batchOf(0))).status, 400);
});

const REFUSED_CALLERS: readonly [
  name: string,
  authorization: () => string,
  status: number,
  code: string,
][] = [
  ["no key", () => "", 401, "unauthenticated"],
  ["another scheme", () => "Digest x", 401, "unauthenticated"],
  ["nonsense", () => "Bearer nonsense", 401, "unauthenticated"],
  ["a key of an ordinary api", () => `Bearer ${acme.presented}`, 401, "unauthenticated"],
  [
    "a management key of the test environment",
    () => `Bearer ${own.issueManagement({ environment: "test" }).presented}`,
    401,
    "unauthenticated",
  ],
  [
    "a revoked management key",
    () => `Bearer ${own.issueManagement({ state: "revoked" }).presented}`,
    401,
    "unauthenticated",
  ],
  [
    "a management key without the permission",
    () => `Bearer ${own.issueManagement({ scopes: ["keys:read"] }).presented}`,
    403,
    "insufficient_permission",
  ],
  [
    "a management key that does not work from here",
    () => `Bearer ${own.issueManagement({ restrictions: { ips: ["198.51.100.1"] } }).presented}`,
    403,
    "management_key_restricted",
  ],
];

for (const [name, authorization, status, code] of REFUSED_CALLERS) {
  test(`a caller with ${name} is refused with ${status} ${code}, alone and for a batch`, async () => {
    for (const path of ["/v1/verify", "/v1/verify/batch"]) {
      const answer = await ask({
        path,
        headers: { authorization: authorization() },
        body: { credential: acme.presented, items: [] },
      });
      assert.equal(answer.status, status);
      assert.equal(answer.body["code"], code);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      assert.equal(
        answer.headers.has("www-authenticate"),
        status === 401 || code === "insufficient_permission",
      );
    }
  });
}

const ok = () => JSON.stringify({ credential: acme.presented });

const BAD_INPUTS: readonly [
  name: string,
  ask: Ask,
  status: number,
  code: string,
  pointer?: string,
][] = [
  ["GET", { method: "GET" }, 405, "method_not_allowed"],
  ["PUT", { method: "PUT", body: {} }, 405, "method_not_allowed"],
  ["a query", { path: "/v1/verify?credential=x", body: {} }, 400, "invalid_request", "query"],
  ["no media type", { headers: { "content-type": "" }, body: {} }, 415, "unsupported_media_type"],
  [
    "a form",
    { headers: { "content-type": "application/x-www-form-urlencoded" }, text: "a=b" },
    415,
    "unsupported_media_type",
  ],
  [
    "another charset",
    { headers: { "content-type": "application/json; charset=latin1" }, body: {} },
    415,
    "unsupported_media_type",
  ],
  [
    "a content encoding",
    { headers: { "content-encoding": "gzip" }, body: {} },
    415,
    "unsupported_media_type",
  ],
  ["nothing", { text: "" }, 400, "invalid_json"],
  ["half of a body", { text: '{"credential":' }, 400, "invalid_json"],
  ["a byte order mark", { text: `\ufeff{}` }, 400, "invalid_json"],
  ["bytes that are not UTF-8", { text: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, "invalid_json"],
  ["a name twice", { text: '{"credential":"a","credential":"b"}' }, 400, "invalid_json"],
  ["__proto__", { text: '{"credential":"a","__proto__":{"dry_run":true}}' }, 400, "invalid_json"],
  ["deep nesting", { text: `${"[".repeat(10_000)}${"]".repeat(10_000)}` }, 400, "invalid_json"],
  ["a list", { body: [] }, 400, "invalid_request", ""],
  ["null", { body: null }, 400, "invalid_request", ""],
  ["no credential", { body: {} }, 400, "invalid_request", "/credential"],
  ["a number as credential", { body: { credential: 1 } }, 400, "invalid_request", "/credential"],
  [
    "a long credential",
    { body: { credential: "a".repeat(4_097) } },
    400,
    "invalid_request",
    "/credential",
  ],
  ["an unknown field", { body: { credential: "a", limit: 1 } }, 400, "invalid_request", "/limit"],
  [
    "a field named toString",
    { body: { credential: "a", toString: 1 } },
    400,
    "invalid_request",
    "/toString",
  ],
  ["an empty api", { body: { credential: "a", api: "" } }, 400, "invalid_request", "/api"],
  [
    "another environment",
    { body: { credential: "a", environment: "prod" } },
    400,
    "invalid_request",
    "/environment",
  ],
  ["a wildcard scope", { body: { credential: "a", scopes: ["a:*"] } }, 400, "invalid_request"],
  ["51 scopes", { body: { credential: "a", scopes: Array(51).fill("a") } }, 400, "invalid_request"],
  [
    "both all and any",
    { body: { credential: "a", scopes: { all: [], any: [] } } },
    400,
    "invalid_request",
  ],
  ["a negative cost", { body: { credential: "a", cost: -1 } }, 400, "invalid_request", "/cost"],
  [
    "dry_run as text",
    { body: { credential: "a", dry_run: "true" } },
    400,
    "invalid_request",
    "/dry_run",
  ],
  [
    "a rev with a fraction",
    { body: { credential: "a", min_rev: 1.5 } },
    400,
    "invalid_request",
    "/min_rev",
  ],
  [
    "an unknown fact",
    { body: { credential: "a", context: { host: "x" } } },
    400,
    "invalid_request",
    "/context/host",
  ],
  [
    "a fact that is no text",
    { body: { credential: "a", context: { ip: 1 } } },
    400,
    "invalid_request",
    "/context/ip",
  ],
  [
    "a batch without items",
    { path: "/v1/verify/batch", body: {} },
    400,
    "invalid_request",
    "/items",
  ],
  [
    "a bad item",
    { path: "/v1/verify/batch", body: { items: [{ credential: "a" }, {}] } },
    400,
    "invalid_request",
    "/items/1/credential",
  ],
  ["65,537 bytes", { text: `"${"a".repeat(65_535)}"` }, 413, "body_too_large"],
  [
    "524,289 bytes in a batch",
    { path: "/v1/verify/batch", text: `"${"a".repeat(524_287)}"` },
    413,
    "body_too_large",
  ],
];

for (const [name, asked, status, code, pointer] of BAD_INPUTS) {
  test(`${name} is refused with ${status} ${code}`, async () => {
    const answer = await ask(asked);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body["code"], code);
    assert.equal(answer.body["status"], status);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.match(String(answer.body["request_id"]), /^req_/);
    if (pointer !== undefined) {
      const [first] = answer.body["errors"] as { pointer: string }[];
      assert.equal(first?.pointer, pointer);
    }
    assert.equal(JSON.stringify(answer.body).includes(acme.presented), false);
  });
}

test("the largest accepted bodies are read, not refused for their size", async () => {
  const answer = await ask({ text: `"${"a".repeat(65_534)}"` });
  assert.equal(answer.body["code"], "invalid_request");
});

/** Head lines beside request line and length. */
async function raw(lines: readonly string[], body: string, target = "/v1/verify") {
  const head = [`POST ${target} HTTP/1.1`, ...lines, `Content-Length: ${body.length}`];
  const text = await exchange(installation.port, [`${head.join("\r\n")}\r\n\r\n${body}`]);
  return readAnswers(text);
}

const json = "Content-Type: application/json";
const auth = () => `Authorization: Bearer ${management}`;

const RAW: readonly [name: string, lines: () => readonly string[], status: number][] = [
  ["one of each header", () => ["Host: x", json, auth()], 200],
  ["the key as X-API-Key", () => ["Host: x", json, `X-API-Key: ${management}`], 200],
  ["the key as api-key", () => ["Host: x", json, `Authorization: api-key ${management}`], 200],
  [
    "the key by Basic",
    () => ["Host: x", json, `Authorization: Basic ${btoa(`${management}:`)}`],
    200,
  ],
  ["blanks round the key", () => ["Host: x", json, `X-API-Key: \t ${management} \t`], 200],
  ["__proto__ as header", () => ["Host: x", json, auth(), "__proto__: x"], 200],
  [
    "900 headers before the key",
    () => ["Host: x", json, ...Array<string>(900).fill("a: b"), auth()],
    200,
  ],
  ["two Authorization", () => ["Host: x", json, auth(), auth()], 400],
  [
    "two X-API-Key",
    () => ["Host: x", json, `X-API-Key: ${management}`, `x-api-key: ${management}`],
    400,
  ],
  ["Authorization and X-API-Key", () => ["Host: x", json, auth(), `X-API-Key: ${management}`], 400],
  ["two Host", () => ["Host: x", "Host: x", json, auth()], 400],
  ["no Host", () => [json, auth()], 400],
  ["two Content-Type", () => ["Host: x", json, "Content-Type: text/plain", auth()], 400],
  ["a blank before the colon", () => ["Host: x", json, `X-API-Key : ${management}`], 400],
  ["a folded line", () => ["Host: x", json, `X-API-Key: a\r\n ${management}`], 400],
  ["a length and chunks", () => ["Host: x", json, auth(), "Transfer-Encoding: chunked"], 400],
  [
    "another transfer encoding",
    () => ["Host: x", json, auth(), "Transfer-Encoding: xchunked"],
    400,
  ],
  [
    "1,100 headers before the key",
    () => ["Host: x", json, ...Array<string>(1_100).fill("a: b"), auth()],
    431,
  ],
];

for (const [name, lines, status] of RAW) {
  test(`T27: a request with ${name} is answered with ${status}, and only 200 has a verdict`, async () => {
    const [answer] = await raw(lines(), ok());
    assert.equal(answer?.status, status);
    assert.equal(answer?.body.includes("allowed"), status === 200);
  });
}

test("T27: an absolute target counts when its authority is that of Host, and is refused otherwise", async () => {
  const lines = ["Host: keyward.example", json, auth()];
  const [same] = await raw(lines, ok(), "http://keyward.example/v1/verify");
  assert.equal(same?.status, 200);
  const [foreign] = await raw(lines, ok(), "http://evil.example/v1/verify");
  assert.equal(foreign?.status, 400);
});

test("K2: a management key that is revoked while its request is being sent is refused", async () => {
  const { key, presented } = own.issueManagement();
  const body = ok();
  const head = ["POST /v1/verify HTTP/1.1", "Host: x", json, `X-API-Key: ${presented}`];
  const text = exchange(installation.port, [
    `${head.join("\r\n")}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    "",
    "",
    body.slice(9),
  ]);
  setTimeout(() => own.change(key, { state: "revoked", revokedAt: NOW }), 15);
  assert.equal(readAnswers(await text)[0]?.status, 401);
});

test("K3: a key that cannot be decided about is answered with 503, never with a verdict", async (t) => {
  t.mock.method(verifier, "verify", () => {
    throw new OperationError("unavailable");
  });
  const answer = await ask({ body: { credential: acme.presented } });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "1");
});

test("K3: a key with a restriction that this version does not know is answered with 503 on every way in", async () => {
  const { key, presented } = own.issue();
  // What a newer node may have written: a field that is not in the type of this version.
  const restrictions = { moon_phases: ["full"] } as Restrictions;
  own.change(key, { restrictions });
  const items = [{ credential: acme.presented }, { credential: presented }];
  const answers = [
    await ask({ body: { credential: presented } }),
    await ask({ body: { credential: presented, dry_run: true } }),
    await ask({ path: "/v1/verify/batch", body: { items } }),
  ];
  for (const answer of answers) {
    assert.equal(answer.status, 503);
    assert.equal(answer.body["code"], "unavailable");
    assert.match(
      String(answer.body["detail"]),
      /^restrictions that cannot be read: \/moon_phases /,
    );
  }
});

test("a defect is answered with 500, tells nothing, and is logged", async (t) => {
  t.mock.method(verifier, "verify", () => {
    throw new Error(`a defect about ${acme.presented}`);
  });
  installation.failures.length = 0;
  const answer = await ask({ body: { credential: acme.presented } });
  assert.equal(answer.status, 500);
  assert.equal(answer.body["detail"], "Keyward failed");
  assert.equal(installation.failures.length, 1);
});

test("other paths are left to others", async () => {
  for (const path of ["/v1/verify/", "/v1/verifyx", "/v1/keys", "/v1/ext-auth/nginxx"]) {
    const response = await fetch(`http://127.0.0.1:${installation.port}${path}`);
    assert.equal(response.status, 404);
  }
});

test("the clock of the installation decides, to the millisecond", async () => {
  const { presented } = own.issue({ expiresAt: instant(NOW + 1) });
  assert.equal((await verdict({ credential: presented }))["code"], "allowed");
  installation.now = instant(NOW + 1);
  assert.equal((await verdict({ credential: presented }))["code"], "expired");
});
