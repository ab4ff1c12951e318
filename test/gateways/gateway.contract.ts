// What every gateway with the shipped recipe does, asked over real sockets with a real Keyward behind it. Rows of threat T26.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { exchange, readAnswers } from "../../packages/server/src/verification/testing/raw-http.ts";
import type { RawAnswer } from "../../packages/server/src/verification/testing/raw-http.ts";
import { KeywardProcess, ROOT, stop } from "./processes.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

export interface GatewaySetting {
  /** Of the gateway's own, for its files. */
  readonly folder: string;
  readonly keywardPort: number;
  /** Of Keyward, for questions over gRPC. */
  readonly grpcPort: number;
  readonly applicationPort: number;
  /** Where the gateway is to listen. */
  readonly port: number;
  /** The gateway's management key. */
  readonly token: string;
}

interface Received {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Some try again for seconds before they give up. */
const ANSWER_MS_MAX = 10_000;

type Key = Readonly<Record<string, unknown>>;

/** The files that `keyward recipes` writes for this setting, into its folder. */
export function writeRecipe(
  name: string,
  { folder, keywardPort, applicationPort, port }: Omit<GatewaySetting, "token" | "grpcPort">,
  options: readonly string[] = [],
): void {
  const places = {
    keyward: `127.0.0.1:${keywardPort}`,
    application: `127.0.0.1:${applicationPort}`,
    listen: `127.0.0.1:${port}`,
    out: folder,
  };
  const flags = Object.entries(places).flatMap(([flag, place]) => [`--${flag}`, place]);
  const program = join(ROOT, "packages/server/bin/keyward.mjs");
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, "recipes", name, ...flags, ...options],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
}

export function gatewayContract(
  name: string,
  start: (setting: GatewaySetting) => Promise<ChildProcess>,
): void {
  const folder = mkdtempSync(join(tmpdir(), `keyward-${name}-`));
  const received: Received[] = [];
  const application = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", rawHeaders } = request;
      received.push({ method, url, rawHeaders, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { "content-length": 11 }).end("application");
    });
  });
  let keyward: KeywardProcess;
  let gateway: ChildProcess | undefined;
  let port: number;
  let reader: Key;
  let writer: Key;
  let restricted: Key;
  let foreign: Key;
  let limited: Key;

  const issue = (fields: object) =>
    keyward.create("/v1/keys", { api: "acme", name: "k", owner: "Müller & Söhne", ...fields });

  before(async () => {
    mkdirSync(join(folder, "data"));
    const grpcPort = await freePort();
    keyward = new KeywardProcess(join(folder, "data"), await freePort(), {
      KEYWARD_GRPC_PORT: String(grpcPort),
    });
    await keyward.start();
    const scopes = ["invoices:read", "invoices:write"];
    for (const prefix of ["acme", "other"]) {
      const audience = `https://${prefix}.example`;
      await keyward.create("/v1/apis", { name: prefix, prefix, audience, scopes });
    }
    reader = await issue({ scopes: ["invoices:read"] });
    writer = await issue({ scopes });
    restricted = await issue({
      scopes,
      restrictions: { routes: [{ methods: ["GET"], path: "/public/**" }], ips: ["127.0.0.1"] },
    });
    foreign = await issue({ api: "other", scopes });
    const limits = [{ name: "hourly", kind: "window", limit: 1, window_seconds: 3600 }];
    limited = await issue({ scopes, limits });
    const proxy = await issue({ api: "keyward", scopes: ["keys:verify"], owner: name });
    await new Promise<void>((resolve) => void application.listen(0, "127.0.0.1", resolve));
    port = await freePort();
    gateway = await start({
      folder,
      keywardPort: keyward.port,
      grpcPort,
      applicationPort: (application.address() as AddressInfo).port,
      port,
      token: String(proxy["secret"]),
    });
  });

  after(async () => {
    // Apache's children outlive a SIGKILL.
    if (gateway) await stop(gateway, "SIGTERM");
    await keyward?.stop();
    application.closeAllConnections();
    application.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    received.length = 0;
  });

  async function ask(asked: {
    readonly method?: string;
    readonly target?: string;
    readonly lines?: readonly string[];
    readonly body?: string;
  }): Promise<RawAnswer> {
    const { method = "GET", target = "/invoices", lines = [], body } = asked;
    const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
    const head = [
      `${method} ${target} HTTP/1.1`,
      "Host: acme.example",
      ...lines,
      ...length,
      "Connection: close",
    ];
    const sent = `${head.join("\r\n")}\r\n\r\n${body ?? ""}`;
    const text = await exchange(port, [sent], ANSWER_MS_MAX);
    const [answer] = readAnswers(text);
    assert.ok(answer, text);
    return answer;
  }

  const carriers: readonly [name: string, line: (secret: string) => string][] = [
    ["Authorization: Bearer", (secret) => `Authorization: Bearer ${secret}`],
    ["Authorization: api-key", (secret) => `Authorization: api-key ${secret}`],
    ["Authorization: Basic", (secret) => `Authorization: Basic ${btoa(`${secret}:`)}`],
    ["X-API-Key", (secret) => `X-API-Key: ${secret}`],
  ];
  for (const [carrier, line] of carriers) {
    test(`${name}: a key in ${carrier} passes; the application sees who called, and never the key`, async () => {
      const secret = String(reader["secret"]);
      const answer = await ask({ target: "/invoices?page=2&next=/../x", lines: [line(secret)] });
      assert.deepEqual([answer.status, answer.body], [200, "application"]);
      const [seen] = received;
      assert.ok(seen);
      assert.deepEqual([seen.method, seen.url], ["GET", "/invoices?page=2&next=/../x"]);
      const identity = ["decision", "key-id", "owner", "owner-id", "environment", "scopes", "api"];
      assert.deepEqual(
        identity.map((field) => valuesOf(seen, `x-keyward-${field}`)),
        [
          ["allow"],
          [reader["id"]],
          ["M%C3%BCller%20&%20S%C3%B6hne"],
          [reader["owner_id"]],
          ["live"],
          ["invoices:read"],
          ["acme"],
        ],
      );
      assert.equal(JSON.stringify(seen.rawHeaders).includes(secret.slice(-20)), false);
      assert.deepEqual(valuesOf(seen, "x-keyward-proxy-token"), []);
    });
  }

  const refused: readonly {
    readonly what: string;
    readonly asked: () => Parameters<typeof ask>[0];
    readonly status: number;
    readonly code: string;
    readonly challenge?: RegExp;
  }[] = [
    {
      what: "no key",
      asked: () => ({}),
      status: 401,
      code: "missing_credential",
      challenge: /^Bearer realm="acme"$/,
    },
    {
      what: "nonsense",
      asked: () => ({ lines: ["X-API-Key: nonsense"] }),
      status: 401,
      code: "malformed",
      challenge: /error="invalid_token"/,
    },
    {
      what: "a key of another api",
      asked: () => ({ lines: [bearer(foreign)] }),
      status: 403,
      code: "wrong_api",
    },
    {
      what: "a key without the scope of the method",
      asked: () => ({ method: "POST", body: "x", lines: [bearer(reader)] }),
      status: 403,
      code: "insufficient_scope",
      challenge: /error="insufficient_scope", scope="invoices:write"/,
    },
    {
      what: "Authorization and X-API-Key",
      asked: () => ({ lines: [bearer(reader), `X-API-Key: ${String(reader["secret"])}`] }),
      status: 400,
      code: "ambiguous_credentials",
    },
    {
      what: "two X-API-Key",
      asked: () => ({
        lines: [`X-API-Key: ${String(reader["secret"])}`, `x-api-key: ${String(writer["secret"])}`],
      }),
      status: 400,
      code: "ambiguous_credentials",
    },
    {
      what: "a key off its routes",
      asked: () => ({ target: "/private/x", lines: [bearer(restricted)] }),
      status: 403,
      code: "route_not_allowed",
    },
    {
      what: "a policy in the client's own query",
      asked: () => ({ target: "/x?api=other&scopes=", lines: [bearer(foreign)] }),
      status: 403,
      code: "wrong_api",
    },
  ];
  for (const { what, asked, status, code, challenge } of refused) {
    test(`${name}: ${what} is refused with ${status} ${code}, and the application hears nothing of it`, async () => {
      const answer = await ask(asked());
      assert.equal(answer.status, status);
      const problem = JSON.parse(answer.body) as Record<string, unknown>;
      assert.deepEqual([problem["status"], problem["code"]], [status, code]);
      assert.equal(answer.headers.get("content-type"), "application/problem+json");
      if (challenge) assert.match(answer.headers.get("www-authenticate") ?? "", challenge);
      assert.equal(answer.headers.has("www-authenticate"), challenge !== undefined);
      assert.equal(received.length, 0);
    });
  }

  for (const spelling of ["X-Keyward-Key-Id", "x-KEYWARD-owner", "X-Keyward-Decision"]) {
    test(`${name}: T26: what a client says in ${spelling} never reaches the application`, async () => {
      for (const lines of [[bearer(reader), `${spelling}: evil`], [`${spelling}: evil`]]) {
        assert.notEqual((await ask({ lines })).status, 503);
      }
      assert.equal(JSON.stringify(received).includes("evil"), false);
    });
  }

  test(`${name}: T25, T26: a client's word about its method, path and address decides nothing`, async () => {
    const spoofs = ["Original", "Forwarded"].flatMap((kind) => [
      `X-${kind}-URI: /public/x`,
      `X-${kind}-Method: GET`,
    ]);
    const lines = [bearer(restricted), "X-Real-IP: 127.0.0.1", ...spoofs];
    assert.equal((await ask({ target: "/private", lines })).status, 403);
    assert.equal((await ask({ method: "DELETE", target: "/public/x", lines })).status, 403);
    const elsewhere = ["X-Real-IP: 198.51.100.1", "X-Forwarded-For: 198.51.100.1"];
    const answer = await ask({ target: "/public/x", lines: [bearer(restricted), ...elsewhere] });
    assert.equal(answer.status, 200);
    assert.equal(received.length, 1);
  });

  for (const target of ["/a/../b", "/a//b", "/a%2fb", "/a%2e%2e/b", "/a;x/b", "/a%5cb", "/.."]) {
    test(`${name}: T26: ${target}, which can be read in two ways, is refused with 400`, async () => {
      assert.equal((await ask({ target, lines: [bearer(writer)] })).status, 400);
      assert.equal(received.length, 0);
    });
  }

  test(`${name}: a key that has had its share is refused with 429, and the client learns how long to wait`, async () => {
    assert.equal((await ask({ lines: [bearer(limited)] })).status, 200);
    const answer = await ask({ lines: [bearer(limited)] });
    assert.equal(answer.status, 429);
    assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/);
    assert.match(answer.headers.get("ratelimit") ?? "", /^"hourly";r=0;t=\d+$/);
    assert.equal(received.length, 1);
  });

  test(`${name}: T26: what a client says in Kong's headers never reaches the application`, async () => {
    const spoofs = ["X-Consumer-ID", "X-Consumer-Username", "x-credential-identifier"];
    const lines = [...spoofs, "X-Anonymous-Consumer", "X-Consumer-Groups"].map(
      (each) => `${each}: evil`,
    );
    assert.equal((await ask({ lines: [bearer(reader), ...lines] })).status, 200);
    assert.equal(JSON.stringify(received).includes("evil"), false);
    const [seen] = received;
    assert.ok(seen);
    const told = [
      "x-consumer-id",
      "x-consumer-custom-id",
      "x-consumer-username",
      "x-credential-identifier",
    ];
    assert.deepEqual(
      told.map((field) => valuesOf(seen, field)),
      [
        [reader["owner_id"]],
        ["M%C3%BCller%20&%20S%C3%B6hne"],
        ["M%C3%BCller%20&%20S%C3%B6hne"],
        [reader["id"]],
      ],
    );
  });

  test(`${name}: the body goes to the application whole`, async () => {
    const body = "0123456789".repeat(30_000);
    const answer = await ask({ method: "POST", lines: [bearer(writer)], body });
    assert.equal(answer.status, 200);
    assert.equal(received[0]?.body, body);
  });

  test(`${name}: K2: a revoked key is refused by the very next request`, async () => {
    const key = await issue({ scopes: ["invoices:read"] });
    assert.equal((await ask({ lines: [bearer(key)] })).status, 200);
    await keyward.create(`/v1/keys/${String(key["id"])}/revoke`, {});
    const answer = await ask({ lines: [bearer(key)] });
    assert.equal(answer.status, 401);
    assert.match(answer.body, /"code":"revoked"/);
  });

  test(`${name}: K3: while Keyward hangs, nothing passes, and nobody is told that a key is bad`, async () => {
    keyward.freeze();
    try {
      for (const lines of [[bearer(reader)], []]) assertUnavailable(await ask({ lines }));
      assert.equal(received.length, 0);
    } finally {
      keyward.thaw();
    }
    assert.equal((await ask({ lines: [bearer(reader)] })).status, 200);
  });

  test(`${name}: K3: while Keyward is down, nothing passes; once it is back, everything does`, async () => {
    await keyward.stop();
    try {
      for (const lines of [[bearer(reader)], []]) assertUnavailable(await ask({ lines }));
      assert.equal(received.length, 0);
    } finally {
      await keyward.start();
    }
    assert.equal((await ask({ lines: [bearer(reader)] })).status, 200);
  });
}

function assertUnavailable(answer: RawAnswer): void {
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("retry-after"), "1");
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.match(answer.body, /"code":"unavailable"/);
}

function bearer(key: Key): string {
  return `Authorization: Bearer ${String(key["secret"])}`;
}

function valuesOf({ rawHeaders }: Received, lowerName: string): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === lowerName,
  );
}
