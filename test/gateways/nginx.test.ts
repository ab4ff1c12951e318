// What `keyward recipes nginx` prints, in a real nginx before a real Keyward. Rows of threat T26.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { exchange, readAnswers } from "../../packages/server/src/verification/testing/raw-http.ts";
import type { RawAnswer } from "../../packages/server/src/verification/testing/raw-http.ts";
import { writeRecipe } from "./gateway.contract.ts";
import { KeywardProcess, ROOT, startNginx, stop } from "./processes.ts";
import { Tap } from "./tap.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

interface Received {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

const folder = mkdtempSync(join(tmpdir(), "keyward-nginx-"));
const received: Received[] = [];
const application = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method = "", url = "", rawHeaders } = request;
    received.push({ method, url, rawHeaders, body: Buffer.concat(chunks) });
    const status = url.startsWith("/fails") ? 500 : 200;
    response.writeHead(status, { "content-length": 11 }).end("application");
  });
});

let keyward: KeywardProcess;
let tap: Tap;
let nginx: ChildProcess | undefined;
let port: number;
let reader: Record<string, unknown>;
let writer: Record<string, unknown>;
let restricted: Record<string, unknown>;
let foreign: Record<string, unknown>;
let token: string;

before(async () => {
  mkdirSync(join(folder, "data"));
  keyward = new KeywardProcess(join(folder, "data"), await freePort());
  await keyward.start();
  await issueKeys();
  tap = new Tap(keyward.port);
  await tap.listen();
  await new Promise<void>((resolve) => void application.listen(0, "127.0.0.1", resolve));
  port = await freePort();
  writeNginxFiles();
  nginx = await startNginx(folder, port);
});

after(async () => {
  if (nginx) await stop(nginx, "SIGTERM");
  tap?.close();
  await keyward?.stop();
  application.closeAllConnections();
  application.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  received.length = 0;
  tap.takeSaid();
});

async function issueKeys(): Promise<void> {
  const scopes = ["invoices:read", "invoices:write"];
  await keyward.create("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.example",
    scopes,
  });
  await keyward.create("/v1/apis", {
    name: "Other",
    prefix: "other",
    audience: "https://other.example",
    scopes,
  });
  const issue = (fields: object) =>
    keyward.create("/v1/keys", {
      api: "acme",
      name: "k",
      owner: "Müller & Söhne",
      environment: "live",
      ...fields,
    });
  reader = await issue({ scopes: ["invoices:read"] });
  writer = await issue({ scopes });
  restricted = await issue({
    scopes,
    restrictions: { routes: [{ methods: ["GET"], path: "/public/**" }], ips: ["127.0.0.1"] },
  });
  foreign = await issue({ api: "other", scopes });
  const proxy = await issue({ api: "keyward", scopes: ["keys:verify"], owner: "gateway" });
  token = String(proxy["secret"]);
}

function writeNginxFiles(): void {
  const { port: applicationPort } = application.address() as AddressInfo;
  writeRecipe("nginx", { folder, keywardPort: tap.port, applicationPort, port }, ["--kong"]);
  const file = join(folder, "keyward.conf");
  let recipe = readFileSync(file, "utf8");
  const location = "location / {\n";
  assert.equal(recipe.split(location).length, 2, "the recipe has one place for the preflight");
  recipe = recipe.replace(location, () => location + preflightLines());
  writeFileSync(file, recipe);
  writeToken(token);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;" : ""}
     daemon off; worker_processes 1; pid nginx.pid; error_log error.log info;
     events { worker_connections 256; }
     http { access_log off; ${temporary.join(" ")} include keyward.conf; }`,
  );
}

/** What docs/guides/nginx.md adds for browsers. */
function preflightLines(): string {
  const guide = readFileSync(join(ROOT, "docs/guides/nginx.md"), "utf8");
  const lines = /^```nginx\n(if \(\$request_method = OPTIONS\)[^`]+)^```$/m.exec(guide)?.[1];
  assert.ok(lines, "the guide has the lines for a preflight");
  return lines;
}

function writeToken(text: string): void {
  const line = `proxy_set_header X-Keyward-Proxy-Token "${text}";\n`;
  writeFileSync(join(folder, "keyward-token.conf"), line, { mode: 0o600 });
}

interface Ask {
  readonly method?: string;
  readonly target?: string;
  readonly lines?: readonly string[];
  readonly body?: string;
}

async function ask({
  method = "GET",
  target = "/invoices",
  lines = [],
  body,
}: Ask): Promise<RawAnswer> {
  const host = lines.some((line) => /^host:/i.test(line)) ? [] : ["Host: api.acme.example"];
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  const head = [`${method} ${target} HTTP/1.1`, ...host, ...lines, ...length, "Connection: close"];
  const [answer] = readAnswers(await exchange(port, [`${head.join("\r\n")}\r\n\r\n${body ?? ""}`]));
  assert.ok(answer);
  return answer;
}

function bearer(key: Record<string, unknown>): string {
  return `Authorization: Bearer ${String(key["secret"])}`;
}

function valuesOf({ rawHeaders }: Received, lowerName: string): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === lowerName,
  );
}

const CARRIERS: readonly [name: string, line: (secret: string) => string][] = [
  ["Authorization: Bearer", (secret) => `Authorization: Bearer ${secret}`],
  ["Authorization: api-key", (secret) => `Authorization: api-key ${secret}`],
  ["Authorization: Basic", (secret) => `Authorization: Basic ${btoa(`${secret}:`)}`],
  ["X-API-Key", (secret) => `X-API-Key: ${secret}`],
];

test("a preflight is answered by nginx as the guide says, without a key; nobody else sees it", async () => {
  const lines = ["Origin: https://app.example.com", "Access-Control-Request-Method: POST"];
  const answer = await ask({ method: "OPTIONS", lines });
  assert.equal(answer.status, 204);
  assert.deepEqual(
    ["allow-origin", "allow-methods", "allow-headers", "max-age"].map((name) =>
      answer.headers.get(`access-control-${name}`),
    ),
    ["https://app.example.com", "GET, POST", "Authorization, Content-Type", "600"],
  );
  assert.deepEqual(received, []);
  assert.equal(tap.takeSaid().length, 0);
  const asked = await ask({ lines });
  assert.equal(asked.status, 401);
  assert.equal(asked.headers.has("access-control-allow-origin"), false);
});

for (const [name, line] of CARRIERS) {
  test(`a key in ${name} passes; the application sees who called, and never the key`, async () => {
    const secret = String(reader["secret"]);
    const answer = await ask({ lines: [line(secret)] });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, "application");
    const [seen] = received;
    assert.ok(seen);
    const identity = Object.fromEntries(
      ["decision", "key-id", "owner", "owner-id", "environment", "scopes", "api"].map((field) => [
        field,
        valuesOf(seen, `x-keyward-${field}`).join("|"),
      ]),
    );
    assert.deepEqual(identity, {
      decision: "allow",
      "key-id": reader["id"],
      owner: "M%C3%BCller%20&%20S%C3%B6hne",
      "owner-id": reader["owner_id"],
      environment: "live",
      scopes: "invoices:read",
      api: "acme",
    });
    assert.equal(decodeURIComponent(identity["owner"] ?? ""), "Müller & Söhne");
    assert.equal(
      seen.rawHeaders.some((text) => text.includes(secret.slice(-20))),
      false,
    );
    assert.deepEqual(valuesOf(seen, "authorization"), []);
    assert.deepEqual(valuesOf(seen, "x-api-key"), []);
    assert.deepEqual(valuesOf(seen, "x-keyward-proxy-token"), []);
  });
}

const REFUSED: readonly [
  name: string,
  ask: () => Ask,
  status: number,
  code: string,
  challenge?: RegExp,
][] = [
  ["no key", () => ({}), 401, "missing_credential", /^Bearer realm="acme"$/],
  [
    "nonsense",
    () => ({ lines: ["X-API-Key: nonsense"] }),
    401,
    "malformed",
    /error="invalid_token"/,
  ],
  ["a key of another api", () => ({ lines: [bearer(foreign)] }), 403, "wrong_api"],
  ["the management key", () => ({ lines: [`X-API-Key: ${token}`] }), 403, "wrong_api"],
  [
    "a key without the scope of the method",
    () => ({ method: "POST", body: "x", lines: [bearer(reader)] }),
    403,
    "insufficient_scope",
    /error="insufficient_scope", scope="invoices:write"/,
  ],
  [
    "Authorization and X-API-Key",
    () => ({ lines: [bearer(reader), `X-API-Key: ${String(reader["secret"])}`] }),
    400,
    "ambiguous_credentials",
  ],
  [
    "two X-API-Key",
    () => ({
      lines: [`X-API-Key: ${String(reader["secret"])}`, `x-api-key: ${String(writer["secret"])}`],
    }),
    400,
    "ambiguous_credentials",
  ],
  [
    "a key off its routes",
    () => ({ target: "/private/x", lines: [bearer(restricted)] }),
    403,
    "route_not_allowed",
  ],
];

for (const [name, asked, status, code, challenge] of REFUSED) {
  test(`${name} is refused with ${status} ${code}, and the application hears nothing of it`, async () => {
    const answer = await ask(asked());
    assert.equal(answer.status, status);
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    assert.equal(body["code"], code);
    assert.equal(body["status"], status);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    if (challenge) assert.match(answer.headers.get("www-authenticate") ?? "", challenge);
    assert.equal(answer.headers.has("www-authenticate"), challenge !== undefined);
    assert.equal(received.length, 0);
  });
}

test("T26: two Authorization are refused with 400", async () => {
  const answer = await ask({ lines: [bearer(reader), bearer(writer)] });
  assert.equal(answer.status, 400);
  assert.equal(received.length, 0);
});

const SPELLINGS = [
  "X-Keyward-Key-Id",
  "x-keyward-key-id",
  "X_Keyward_Key_Id",
  "X-Keyward_Key-Id",
  "X-KEYWARD-KEY-ID",
  "X-Keyward-Owner",
  "X-Keyward-Owner-Id",
  "X-Keyward-Scopes",
  "X-Keyward-Environment",
  "X-Keyward-Decision",
  "X-Keyward-Proxy-Token",
  "X.Keyward.Key.Id",
] as const;

for (const spelling of SPELLINGS) {
  test(`T26: what a client says in ${spelling} never reaches the application`, async () => {
    for (const lines of [[bearer(reader), `${spelling}: evil`], [`${spelling}: evil`]]) {
      const answer = await ask({ lines });
      assert.notEqual(answer.status, 503);
      assert.equal(answer.status === 200 && lines.length === 1, false);
    }
    assert.equal(
      JSON.stringify(received.map(({ rawHeaders }) => rawHeaders)).includes("evil"),
      false,
    );
  });
}

test("T26: a reserved header is refused even with a good key", async () => {
  const answer = await ask({ lines: [bearer(reader), "X-Keyward-Key-Id: key_1"] });
  assert.equal(answer.status, 400);
  assert.match(answer.body, /"code":"reserved_header"/);
  assert.equal(received.length, 0);
});

test("T25, T26: a client's X-Original-URI, X-Original-Method, X-Real-IP and X-Forwarded-For decide nothing", async () => {
  const spoofs = [
    "X-Original-URI: /public/x",
    "X-Original-Method: GET",
    "X-Real-IP: 127.0.0.1",
    "X_Original_URI: /public/x",
  ];
  const route = await ask({ target: "/private", lines: [bearer(restricted), ...spoofs] });
  assert.equal(route.status, 403);
  const method = await ask({
    method: "DELETE",
    target: "/public/x",
    lines: [bearer(restricted), ...spoofs],
  });
  assert.equal(method.status, 403);
  const scope = await ask({
    method: "POST",
    body: "",
    lines: [bearer(reader), "X-HTTP-Method-Override: GET", ...spoofs],
  });
  assert.equal(scope.status, 403);
  assert.equal(received.length, 0);
  const elsewhere = ["X-Real-IP: 198.51.100.1", "X-Forwarded-For: 198.51.100.1"];
  const address = await ask({ target: "/public/x", lines: [bearer(restricted), ...elsewhere] });
  assert.equal(address.status, 200);
  assert.deepEqual(
    received.flatMap((seen) => valuesOf(seen, "x-forwarded-for")),
    ["127.0.0.1"],
  );
});

test("T26: a policy in the client's own query changes nothing", async () => {
  const answer = await ask({ target: "/x?api=other&scopes=", lines: [bearer(foreign)] });
  assert.equal(answer.status, 403);
});

test("T26: a key that is named in Connection is still looked at, and never reaches the application", async () => {
  const line = `X-API-Key: ${String(reader["secret"])}`;
  const head = ["GET /invoices HTTP/1.1", "Host: x", line, "Connection: close, X-API-Key"];
  const [answer] = readAnswers(await exchange(port, [`${head.join("\r\n")}\r\n\r\n`]));
  assert.equal(answer?.status, 200);
  assert.deepEqual(
    received.flatMap((seen) => valuesOf(seen, "x-api-key")),
    [],
  );
});

for (const target of [
  "/a/../b?x=1",
  "/a/./b",
  "/a//b",
  "/a%2fb",
  "/a%2e%2e/b",
  "/a;x/b",
  "/a\\b",
  "/a%5cb",
  "/..",
]) {
  test(`T26: ${target}, which can be read in two ways, is refused with 400`, async () => {
    const answer = await ask({ target, lines: [bearer(writer)] });
    assert.equal(answer.status, 400);
    assert.equal(received.length, 0);
  });
}

test("a key that has had its share is refused with 429, and the client learns how long to wait", async () => {
  const limits = [{ name: "hourly", kind: "window", limit: 1, window_seconds: 3600 }];
  const fields = { api: "acme", name: "k", owner: "o", scopes: ["invoices:read"], limits };
  const limited = await keyward.create("/v1/keys", fields);
  const first = await ask({ lines: [bearer(limited)] });
  assert.deepEqual([first.status, received.length], [200, 1]);
  assert.match(first.headers.get("ratelimit") ?? "", /^"hourly";r=0;t=\d+$/);
  const answer = await ask({ lines: [bearer(limited)] });
  assert.deepEqual([answer.status, received.length], [429, 1]);
  assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/);
  assert.match(answer.headers.get("ratelimit-policy") ?? "", /^"hourly";q=1;w=3600$/);
  assert.match(answer.body, /"status":429,"code":"rate_limited"/);
});

test("Kong's names say the same as Keyward's, over whatever a client sends under them", async () => {
  const spoofs = ["X-Consumer-ID", "X-Consumer-Username", "X-Credential-Identifier"];
  const lines = [...spoofs, "X-Anonymous-Consumer"].map((name) => `${name}: evil`);
  await ask({ lines: [bearer(reader), ...lines] });
  const [seen] = received;
  assert.ok(seen);
  assert.deepEqual(
    [...spoofs, "X-Anonymous-Consumer"].map((name) => valuesOf(seen, name.toLowerCase())),
    [[reader["owner_id"]], ["M%C3%BCller%20&%20S%C3%B6hne"], [reader["id"]], []],
  );
});

test("an ordinary target reaches the application as it was sent", async () => {
  const target = "/invoices/a%20b..c?next=/../x&y=%2e;z";
  assert.equal((await ask({ target, lines: [bearer(reader)] })).status, 200);
  assert.equal(received[0]?.url, target);
});

test("the body goes to the application whole, and not to Keyward", async () => {
  const body = "0123456789".repeat(30_000);
  const answer = await ask({ method: "POST", lines: [bearer(writer)], body });
  assert.equal(answer.status, 200);
  assert.equal(received[0]?.body.toString(), body);
  const said = tap.takeSaid();
  assert.match(
    said,
    /^GET \/v1\/ext-auth\/nginx\?api=acme&environment=live&scopes=invoices:write HTTP\/1.1\r\n/,
  );
  assert.match(said, /\r\nX-Original-Method: POST\r\n/);
  assert.equal(said.includes("0123456789"), false);
  assert.equal(/content-length|transfer-encoding/i.test(said), false);
});

test("the application's own failure stays its own", async () => {
  const answer = await ask({ target: "/fails", lines: [bearer(reader)] });
  assert.deepEqual([answer.status, answer.body], [500, "application"]);
});

test("T27: 1,100 headers are refused, also with a good key at the end", async () => {
  const lines = [...Array<string>(1_100).fill("a: b"), bearer(reader)];
  const answer = await ask({ lines });
  assert.ok([400, 431, 503].includes(answer.status), String(answer.status));
  assert.equal(received.length, 0);
});

test("T27: two Host are refused", async () => {
  const answer = await ask({ lines: ["Host: a.example", "Host: b.example", bearer(reader)] });
  assert.equal(answer.status, 400);
  assert.equal(received.length, 0);
});

test("one connection to Keyward serves many checks, allowed or not", async () => {
  await ask({ lines: [bearer(reader)] });
  const before = tap.connectionCount;
  for (let count = 0; count < 40; count++) {
    await ask({ lines: count % 2 === 0 ? [bearer(reader)] : [] });
  }
  assert.equal(tap.connectionCount, before);
});

test("the path below the endpoint, and any method, are the same question", async () => {
  const headers = {
    "x-keyward-proxy-token": token,
    "x-original-method": "GET",
    "x-original-uri": "/x",
    "x-real-ip": "198.51.100.7",
    "x-api-key": String(reader["secret"]),
  };
  const base = `http://127.0.0.1:${keyward.port}/v1/ext-auth/nginx`;
  for (const [method, path] of [
    ["GET", ""],
    ["HEAD", "/"],
    ["POST", "/a/b"],
    ["DELETE", "/x"],
  ] as const) {
    const answer = await fetch(`${base}${path}?api=acme`, { method, headers });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-length"), "0");
  }
});

test("K3: while Keyward hangs, nothing passes, and nobody is told that a key is bad", async () => {
  keyward.freeze();
  try {
    for (const lines of [[bearer(reader)], []]) {
      const answer = await ask({ lines });
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get("retry-after"), "1");
      assert.match(answer.body, /"code":"unavailable"/);
    }
    assert.equal(received.length, 0);
  } finally {
    keyward.thaw();
  }
  assert.equal((await ask({ lines: [bearer(reader)] })).status, 200);
});

test("K3: while Keyward is down, nothing passes; once it is back, everything does", async () => {
  await keyward.stop();
  try {
    for (const lines of [[bearer(reader)], []]) {
      assert.equal((await ask({ lines })).status, 503);
    }
    assert.equal(received.length, 0);
  } finally {
    await keyward.start();
  }
  assert.equal((await ask({ lines: [bearer(reader)] })).status, 200);
});

test("K2: a revoked key is refused by the very next request", async () => {
  const key = await keyward.create("/v1/keys", {
    api: "acme",
    name: "k",
    owner: "c",
    environment: "live",
    scopes: ["invoices:read"],
  });
  assert.equal((await ask({ lines: [bearer(key)] })).status, 200);
  await keyward.create(`/v1/keys/${String(key["id"])}/revoke`, {});
  const answer = await ask({ lines: [bearer(key)] });
  assert.equal(answer.status, 401);
  assert.match(answer.body, /"code":"revoked"/);
});

test("K3: a token that Keyward does not accept is answered with 503, not as if the client's key were bad", async () => {
  writeToken(`${token.slice(0, -1)}_`);
  const ownPort = await freePort();
  const recipe = readFileSync(join(folder, "keyward.conf"), "utf8");
  writeFileSync(join(folder, "keyward.conf"), recipe.replaceAll(`:${port};`, `:${ownPort};`));
  if (nginx) await stop(nginx, "SIGTERM");
  port = ownPort;
  nginx = await startNginx(folder, port);
  const answer = await ask({ lines: [bearer(reader)] });
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.has("www-authenticate"), false);
  assert.equal(received.length, 0);
});
