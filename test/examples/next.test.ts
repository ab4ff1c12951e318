// The example for Next, built and started as its README says, in front of a real Keyward.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { exec, ROOT } from "../../tools/exec.ts";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

const execute = promisify(execFile);
const EXAMPLE = join(ROOT, "examples/next");
const NEXT = join(EXAMPLE, "node_modules/next/dist/bin/next");
const START_MS_MAX = 60_000;
/** `maxStalenessMs` of the example, and a second for the machine. */
const UNAVAILABLE_WITHIN_MS = 6_000;

let keyward: TestServer;
let app: ChildProcess | undefined;
let url: string;
let environment: NodeJS.ProcessEnv;

before(async () => {
  await install();
  keyward = await startTestServer();
  const scopes = ["invoices:read", "invoices:write"];
  const audience = "https://api.acme.test";
  const acme = await make("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
  const feed = { api: "keyward", name: "Next", owner: "acme", scopes: [`feed:${acme.id}:live`] };
  const tokenFile = join(keyward.directory, "feed.key");
  writeFileSync(tokenFile, (await make("/v1/keys", feed)).secret, { mode: 0o600 });
  environment = {
    ...process.env,
    NODE_OPTIONS: "",
    NEXT_TELEMETRY_DISABLED: "1",
    KEYWARD_URL: keyward.url,
    KEYWARD_TOKEN_FILE: tokenFile,
  };
  // Keyward is not asked by a build: there it need not be.
  const nowhere = { ...environment, KEYWARD_URL: "http://127.0.0.1:9" };
  await execute(process.execPath, [NEXT, "build"], { cwd: EXAMPLE, env: nowhere });
  url = `${await start()}/invoices`;
});
after(() => app?.kill("SIGKILL"));

/** Next is 340 MB, so it is installed when it is tested, and again when the example's lock file has changed. */
async function install(): Promise<void> {
  assert.equal(await exec(process.execPath, ["tools/build.ts", "build", "core", "sdk"]), 0);
  const stamp = join(EXAMPLE, "node_modules/.installed-from");
  const lock = readFileSync(join(EXAMPLE, "package-lock.json"), "utf8");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    process.stderr.write("keyward: installing Next for the tests\n");
    await execute("npm", ["ci", "--prefer-offline", "--loglevel=error"], { cwd: EXAMPLE });
    writeFileSync(stamp, lock);
  }
  for (const name of ["core", "sdk"]) {
    const target = join(EXAMPLE, "node_modules/@keyward", name);
    rmSync(target, { recursive: true, force: true });
    cpSync(join(ROOT, "build", name), target, { recursive: true });
  }
}

function start(): Promise<string> {
  const child = spawn(process.execPath, [NEXT, "start", "--hostname=127.0.0.1", "--port=0"], {
    cwd: EXAMPLE,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  app = child;
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`no start:\n${log}`)), START_MS_MAX);
    const note = (chunk: Buffer) => {
      log += chunk.toString();
      const found = /Local:\s+(http:\S+)[\s\S]*Ready/.exec(log)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    child.once("exit", () => reject(new Error(log)));
  });
}

async function make(path: string, body: object): Promise<Body> {
  const answer = await keyward.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(...scopes: readonly string[]): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "production", owner: "cus_42", scopes });
}

async function statusOf(key: Body, method = "GET"): Promise<number> {
  return (await fetch(url, { method, headers: { "x-api-key": key.secret } })).status;
}

test("a route of Next is called for those whom Keyward allows, and for nobody else", async () => {
  const [writer, reader] = await Promise.all([
    makeKey("invoices:read", "invoices:write"),
    makeKey("invoices:read"),
  ]);
  const missing = await fetch(url);
  assert.equal(missing.status, 401);
  assert.equal(missing.headers.get("www-authenticate"), 'Bearer realm="acme"');
  assert.equal(await statusOf(reader, "POST"), 403);
  assert.equal(await statusOf(writer, "POST"), 201);
  const list = await fetch(url, { headers: { authorization: `api-key ${reader.secret}` } });
  assert.equal(((await list.json()) as { readonly data: unknown[] }).data.length, 1);

  const barrier = `/v1/keys/${writer.id}/revoke?wait=verifiers&timeout=5`;
  assert.equal((await keyward.call("POST", barrier)).status, 200);
  assert.equal(await statusOf(writer), 401);
});

test("CVE-2025-29927: what tells Next to leave out its middleware does not lead past the guard", async () => {
  const headers = { "x-middleware-subrequest": Array(5).fill("middleware").join(":") };
  assert.equal((await fetch(url, { headers })).status, 401);
});

test("K3: once Keyward is gone for longer than the app may trust its copy, a good key is answered with 503", async () => {
  const key = await makeKey("invoices:read");
  assert.equal(await statusOf(key), 200);
  await keyward.stop();
  const deadline = performance.now() + UNAVAILABLE_WITHIN_MS;
  let status = await statusOf(key);
  while (status === 200 && performance.now() < deadline) {
    await delay(50);
    status = await statusOf(key);
  }
  assert.equal(status, 503);
});
