// The endpoint by itself; test/gateways/nginx.test.ts has it behind a real nginx.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import { Installation } from "../testing/installation.ts";
import { exchange, readAnswers } from "../testing/raw-http.ts";

const installation = new Installation();
const { own, other } = installation;
const proxy = own.issueManagement().presented;
const client = own.issue({ scopes: ["invoices:read"] });

before(() => installation.listen());
after(() => installation.close());
beforeEach(() => {
  installation.failures.length = 0;
});

const PROXYS_WORD = ["X-Original-Method: GET", "X-Original-URI: /x", "X-Real-IP: 198.51.100.7"];

interface Ask {
  readonly method?: string;
  readonly target?: string;
  readonly token?: string | undefined;
  readonly lines?: readonly string[];
  readonly word?: readonly string[];
}

async function ask(asked: Ask) {
  const { method = "GET", target = "/v1/ext-auth/nginx?api=acme", lines = [] } = asked;
  const { word = PROXYS_WORD } = asked;
  const token = "token" in asked ? asked.token : proxy;
  const head = [
    `${method} ${target} HTTP/1.1`,
    "Host: keyward",
    ...(token === undefined ? [] : [`X-Keyward-Proxy-Token: ${token}`]),
    ...word,
    ...lines,
  ];
  const text = await exchange(installation.port, [`${head.join("\r\n")}\r\n\r\n`]);
  const [answer, ...more] = readAnswers(text);
  assert.ok(answer);
  assert.equal(more.length, 0);
  assert.equal(answer.headers.get("content-length"), "0");
  assert.equal(answer.body, "");
  return answer;
}

const KEY = `X-API-Key: ${client.presented}`;

test("an allowed request is 200 with every identity header", async () => {
  const answer = await ask({ lines: [KEY] });
  assert.equal(answer.status, 200);
  const identity = [...answer.headers].filter(([name]) => name.startsWith("x-keyward-"));
  assert.deepEqual(identity, [
    ["x-keyward-decision", "allow"],
    ["x-keyward-key-id", client.key.id],
    ["x-keyward-owner", "customer-1"],
    ["x-keyward-owner-id", own.ownerId],
    ["x-keyward-environment", "live"],
    ["x-keyward-scopes", "invoices:read"],
    ["x-keyward-api", "acme"],
  ]);
});

test("a key without any scope still has all the headers", async () => {
  const answer = await ask({ lines: [`X-API-Key: ${own.issue().presented}`] });
  assert.equal(answer.headers.get("x-keyward-scopes"), "");
});

test("T28: two hosts, or a target for another authority, are refused 400 as on every other route", async () => {
  const own = "http://keyward/v1/ext-auth/nginx?api=acme";
  assert.equal((await ask({ target: own, lines: [KEY] })).status, 200);
  for (const asked of [
    { lines: [KEY, "Host: evil.test"] },
    { target: own.replace("keyward", "evil.test"), lines: [KEY] },
  ]) {
    const answer = await ask(asked);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get("x-keyward-code"), "invalid_header");
    assert.equal(answer.headers.has("x-keyward-key-id"), false);
  }
});

test("a header that a client repeats is between it and the API behind the proxy", async () => {
  const lines = [KEY, 'If-Match: "1"', 'If-Match: "2"'];
  assert.equal((await ask({ lines })).status, 200);
});

const NO_PROXIES: readonly [name: string, token: () => string | undefined][] = [
  ["no token", () => undefined],
  ["an empty token", () => ""],
  ["nonsense", () => "nonsense"],
  ["an ordinary key", () => client.presented],
  [
    "a management key without keys:verify",
    () => own.issueManagement({ scopes: ["keys:read"] }).presented,
  ],
  ["a revoked management key", () => own.issueManagement({ state: "revoked" }).presented],
  [
    "a management key that does not work from here",
    () => own.issueManagement({ restrictions: { ips: ["198.51.100.7"] } }).presented,
  ],
];

for (const [name, token] of NO_PROXIES) {
  test(`T26: a proxy with ${name} learns nothing, whatever key the client has`, async () => {
    for (const lines of [[KEY], [], ["X-Keyward-Key-Id: key_1"]]) {
      const answer = await ask({ token: token(), lines });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers.get("x-keyward-code"), "proxy_unauthenticated");
      assert.equal(answer.headers.has("www-authenticate"), false);
      assert.equal(answer.headers.has("x-keyward-key-id"), false);
    }
  });
}

test("T26: two tokens are none", async () => {
  const answer = await ask({ lines: [KEY, `X-Keyward-Proxy-Token: ${proxy}`] });
  assert.equal(answer.headers.get("x-keyward-code"), "proxy_unauthenticated");
});

test("K6: the token decides the workspace, and another workspace's key is unknown there", async () => {
  const answer = await ask({ lines: [`X-API-Key: ${other.issue().presented}`] });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get("x-keyward-code"), "unknown");
});

for (const name of [
  "X-Keyward-Key-Id",
  "x_keyward_key_id",
  "X-Keyward_Owner",
  "x.keyward.scopes",
  "X_Keyward_Proxy_Token",
]) {
  test(`T26: ${name} from a client is refused, carried as 403`, async () => {
    const answer = await ask({ lines: [KEY, `${name}: x`] });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("x-keyward-status"), "400");
    assert.equal(answer.headers.get("x-keyward-code"), "reserved_header");
  });
}

const DENIED: readonly [name: string, ask: Ask, status: number, code: string, carried: string][] = [
  ["no key", {}, 401, "missing_credential", "401"],
  ["a malformed key", { lines: ["X-API-Key: a b"] }, 401, "malformed", "401"],
  [
    "two places",
    { lines: [KEY, `Authorization: Bearer ${client.presented}`] },
    403,
    "ambiguous_credentials",
    "400",
  ],
  ["two lines", { lines: [KEY, KEY] }, 403, "ambiguous_credentials", "400"],
  [
    "a missing scope",
    { target: "/v1/ext-auth/nginx?api=acme&scopes=invoices:write", lines: [KEY] },
    403,
    "insufficient_scope",
    "403",
  ],
  [
    "another api",
    { target: "/v1/ext-auth/nginx?api=other", lines: [KEY] },
    403,
    "wrong_api",
    "403",
  ],
  [
    "the other environment",
    { target: "/v1/ext-auth/nginx?api=acme&environment=test", lines: [KEY] },
    403,
    "wrong_environment",
    "403",
  ],
  [
    "a browser",
    { lines: [KEY, "Origin: https://evil.example"] },
    403,
    "secret_key_in_browser",
    "403",
  ],
];

for (const [name, asked, status, code, carried] of DENIED) {
  test(`a request with ${name} is denied as ${code}, with ${status} and the true status beside it`, async () => {
    const answer = await ask(asked);
    assert.equal(answer.status, status);
    assert.equal(answer.headers.get("x-keyward-decision"), "deny");
    assert.equal(answer.headers.get("x-keyward-code"), code);
    assert.equal(answer.headers.get("x-keyward-status"), carried);
    const isChallenged = status === 401 || code === "insufficient_scope";
    assert.equal(answer.headers.has("www-authenticate"), isChallenged);
  });
}

test("the challenge names the api, and the scopes that the request needs", async () => {
  const target = "/v1/ext-auth/nginx?api=acme&scopes=invoices:read,invoices:write";
  const answer = await ask({ target, lines: [KEY] });
  assert.equal(
    answer.headers.get("www-authenticate"),
    'Bearer realm="acme", error="insufficient_scope", scope="invoices:read invoices:write"',
  );
});

test("the context is the proxy's word, and of apps and pages the client's", async () => {
  const { presented } = own.issue({
    restrictions: {
      ips: ["198.51.100.7"],
      routes: [{ methods: ["GET"], path: "/x" }],
      android_apps: [{ package_name: "com.acme", sha1_cert_fingerprint: "AA".repeat(20) }],
      origins: ["https://app.acme.example"],
    },
  });
  const lines = [
    `X-API-Key: ${presented}`,
    "Origin: https://app.acme.example",
    "X-Android-Package: com.acme",
    `X-Android-Cert: ${"aa".repeat(20)}`,
  ];
  assert.equal((await ask({ lines })).status, 200);
  const elsewhere = [...PROXYS_WORD.slice(0, 2), "X-Real-IP: 198.51.100.8"];
  assert.equal(
    (await ask({ lines, word: elsewhere })).headers.get("x-keyward-code"),
    "ip_not_allowed",
  );
  const repeated = [...lines, "X-Android-Package: com.acme"];
  assert.equal((await ask({ lines: repeated })).headers.get("x-keyward-code"), "app_not_allowed");
});

const MISCONFIGURED: readonly [name: string, ask: Ask][] = [
  ["no policy", { target: "/v1/ext-auth/nginx" }],
  ["an unknown parameter", { target: "/v1/ext-auth/nginx?api=acme&scope=a:b" }],
  ["no X-Real-IP", { word: PROXYS_WORD.slice(0, 2) }],
  ["no X-Original-URI", { word: [PROXYS_WORD[0] ?? "", PROXYS_WORD[2] ?? ""] }],
  ["no X-Original-Method", { word: PROXYS_WORD.slice(1) }],
  ["X-Real-IP twice", { word: [...PROXYS_WORD, "X-Real-IP: 198.51.100.7"] }],
];

for (const [name, asked] of MISCONFIGURED) {
  test(`K3: a recipe with ${name} lets nothing pass, and blames no key`, async () => {
    const answer = await ask({ ...asked, lines: [KEY] });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("x-keyward-code"), "invalid_request");
    assert.ok(answer.headers.has("x-keyward-detail"));
    assert.equal(answer.headers.get("retry-after"), "1");
  });
}

test("K3: what cannot be decided is 503, and a defect is as well, told to nobody but the log", async (t) => {
  const thrown: unknown[] = [
    new OperationError("unavailable"),
    new Error(`about ${client.presented}`),
  ];
  t.mock.method(installation.verifier, "verify", () => {
    throw thrown.shift();
  });
  assert.equal((await ask({ lines: [KEY] })).headers.get("x-keyward-code"), "unavailable");
  assert.equal(installation.failures.length, 0);
  const answer = await ask({ lines: [KEY] });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("x-keyward-code"), "internal");
  assert.equal(JSON.stringify([...answer.headers]).includes(client.presented), false);
  assert.equal(installation.failures.length, 1);
});

test("F01: a use is counted for the client's key and for the proxy's, and without a key for one that nobody has", async () => {
  await installation.meter.flush();
  installation.cells.length = 0;
  await ask({ lines: [KEY] });
  await ask({ lines: [`X-API-Key: ${other.issue().presented}`] });
  await installation.meter.flush();
  const counted = installation.cells.map((cell) => [cell.keyId === null, cell.code, cell.count]);
  assert.deepEqual(counted, [
    [true, "unknown", 1],
    [false, "allowed", 2],
    [false, "allowed", 1],
  ]);
});
