// `keyward doctor` before a real nginx: with the recipe as it is printed, and with mistakes that people make in it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { writeRecipe } from "./gateway.contract.ts";
import { KeywardProcess, ROOT, startNginx, stop } from "./processes.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const folder = mkdtempSync(join(tmpdir(), "keyward-doctor-"));
const API = ["--api", "acme", "--scope", "invoices:read", "--scope", "invoices:write"];
let keyward: KeywardProcess;
let applicationPort: number;
let port: number;
let recipe: string;

before(async () => {
  mkdirSync(join(folder, "data"));
  keyward = new KeywardProcess(join(folder, "data"), await freePort());
  await keyward.start();
  const scopes = ["invoices:read", "invoices:write"];
  const api = { name: "Acme", prefix: "acme", audience: "https://acme.example", scopes };
  await keyward.create("/v1/apis", api);
  const fields = { api: "keyward", name: "nginx", owner: "gateway", scopes: ["keys:verify"] };
  const { secret } = await keyward.create("/v1/keys", fields);
  const client = await keyward.create("/v1/keys", { api: "acme", name: "k", owner: "o", scopes });
  writeFileSync(join(folder, "client.key"), String(client["secret"]), { mode: 0o600 });
  const line = `proxy_set_header X-Keyward-Proxy-Token "${String(secret)}";\n`;
  writeFileSync(join(folder, "keyward-token.conf"), line);
  port = await freePort();
  applicationPort = await freePort();
  writeRecipe("nginx", { folder, keywardPort: keyward.port, applicationPort, port });
  recipe = readFileSync(join(folder, "keyward.conf"), "utf8");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    join(folder, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;" : ""}
     daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
     events { worker_connections 256; }
     http { access_log off; ${temporary.join(" ")} include keyward.conf; }`,
  );
});

after(async () => {
  await keyward?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Examined {
  readonly check: string;
  readonly result: "ok" | "failed" | "left_out";
  readonly detail: string | null;
}

interface Examination {
  readonly examined: readonly Examined[];
  readonly code: number | null;
  readonly json: string;
}

async function examine(options: readonly string[]): Promise<Examination> {
  const program = join(ROOT, "packages/server/bin/keyward.mjs");
  const bootstrap = join(folder, "data/bootstrap.key");
  chmodSync(bootstrap, 0o600);
  const url = `http://127.0.0.1:${keyward.port}`;
  const global = ["--json", "--url", url, "--token-file", bootstrap];
  const place = ["--proxy", `http://127.0.0.1:${port}/invoices`];
  const child = spawn(process.execPath, [program, ...global, "doctor", ...place, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [json, complaint] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  assert.notEqual(json, "", complaint);
  const { data } = JSON.parse(json) as { readonly data: readonly Examined[] };
  return { examined: data, code: child.exitCode, json };
}

async function withNginx<Result>(
  edit: (shipped: string) => string,
  work: () => Promise<Result>,
): Promise<Result> {
  const edited = edit(recipe);
  writeFileSync(join(folder, "keyward.conf"), edited);
  const nginx: ChildProcess = await startNginx(folder, port);
  try {
    return await work();
  } finally {
    await stop(nginx, "SIGTERM");
  }
}

function unchanged(shipped: string): string {
  return shipped;
}

const STAND_IN = () => ["--upstream", `127.0.0.1:${applicationPort}`];

test("the recipe as it is printed passes every check, and no key of the examination is left behind", async () => {
  const { examined, code, json } = await withNginx(unchanged, () =>
    examine([...API, ...STAND_IN()]),
  );
  assert.deepEqual(
    examined.filter(({ result }) => result !== "ok"),
    [],
  );
  assert.deepEqual([examined.length, code], [13, 0]);
  assert.doesNotMatch(json, /acme_live_/);
  const left = await keyward.read<{ data: readonly { name: string }[] }>(
    "/v1/keys?owner=keyward%20doctor&status=active",
  );
  assert.deepEqual(left.data, []);
});

test("what cannot be looked at is left out, and says what it needs", async () => {
  const { examined, code } = await withNginx(unchanged, () => examine([]));
  assert.equal(code, 0);
  assert.deepEqual(
    examined.map(({ result }) => result),
    [...Array<string>(4).fill("ok"), ...Array<string>(9).fill("left_out")],
  );
  assert.match(examined[4]?.detail ?? "", /--key-file FILE/);
});

const MISTAKES: readonly [
  what: string,
  shipped: string,
  own: string,
  check: RegExp,
  detail: RegExp,
][] = [
  [
    "the check is a static 200",
    "location = /_keyward {\n        internal;",
    "location = /_keyward {\n        return 200;",
    /without a key is refused/,
    /it passes, with 200: nobody is asked for a key/,
  ],
  [
    "no check at all",
    "auth_request /_keyward;",
    "",
    /that nobody has is refused/,
    /it passes, with 200/,
  ],
  [
    "the key is not taken away",
    'proxy_set_header Authorization         "";',
    "",
    /never sees the key/,
    /it sees it in Authorization/,
  ],
  [
    "the carried status is not put back",
    "if ($keyward_status = 429) {",
    'if ($keyward_status = "never") {',
    /had its share/,
    /it is answered with 403, and should be with 429/,
  ],
  [
    "the body is dropped",
    "proxy_pass http://application;",
    'proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_pass http://application;',
    /a body reaches/,
    /of 300000 characters 0 arrived/,
  ],
  [
    "ambiguous paths pass",
    "if ($keyward_ambiguous_path) {",
    'if ($keyward_ambiguous_path = "never") {',
    /read in two ways/,
    /\/a\/\.\.\/b: it is answered with 200/,
  ],
  [
    "identity is not told",
    "proxy_set_header X-Keyward-Owner       $keyward_owner;",
    "",
    /told who called/,
    /X-Keyward-… once each: owner$/,
  ],
];

for (const [what, shipped, own, check, detail] of MISTAKES) {
  test(`T26: a mistake is found: ${what}`, async () => {
    assert.equal(recipe.split(shipped).length, 2, `the recipe has ${shipped} once`);
    const edit = (text: string) => text.replace(shipped, () => own);
    const { examined, code } = await withNginx(edit, () => examine([...API, ...STAND_IN()]));
    const found = examined.find((each) => check.test(each.check));
    assert.equal(found?.result, "failed");
    assert.match(found?.detail ?? "", detail);
    assert.equal(code, 12);
  });
}

test("T26: what a client says of who it is is found where a gateway lets it through", async () => {
  // The check hears nothing of the client's headers, and the application all of them.
  const edit = (text: string) =>
    text
      .replace(/^ +proxy_set_header X-Keyward-(?:Decision|Key-Id|Owner|Owner-Id) .*\n/gm, "")
      .replace(
        "include keyward-token.conf;",
        "include keyward-token.conf; proxy_set_header X-Keyward-Key-Id '';",
      );
  const { examined } = await withNginx(edit, () =>
    examine(["--key-file", join(folder, "client.key"), ...STAND_IN()]),
  );
  const found = examined.find(({ check }) => check.startsWith("what a client says of who it is"));
  assert.equal(found?.detail, "it sees what a client wrote into X-Keyward-Key-Id");
});

test("K3: with Keyward stopped, the recipe answers 503, and a gateway that fails open is found", async () => {
  const key = ["--key-file", join(folder, "client.key"), "--down"];
  await keyward.stop();
  try {
    const right = await withNginx(unchanged, () => examine(key));
    assert.deepEqual([right.examined.map(({ result }) => result), right.code], [["ok"], 0]);
    const open = (text: string) =>
      text.replace(
        'return 503 \'{"status":503,"code":"unavailable","title":"The API keys cannot be checked now"}\';\n    }\n}',
        "return 200;\n    }\n}",
      );
    assert.notEqual(open(recipe), recipe);
    const wrong = await withNginx(open, () => examine(key));
    assert.match(wrong.examined[0]?.detail ?? "", /it passes, with 200: the gateway fails open/);
    assert.equal(wrong.code, 12);
  } finally {
    await keyward.start();
  }
});
