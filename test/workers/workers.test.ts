// `keyward serve --workers 2`: real processes that share a port, are stopped and killed, while keys are made and revoked.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Shrinking } from "@keyward/sdk/client/operations.generated";
import { until } from "../edge/running-edge.ts";
import { ROOT } from "../gateways/processes.ts";
import type { Body } from "../http/test-server.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const WORKERS = 2;
/** Each on a connection of its own, so that every worker is very likely asked. */
const ASKED_TIMES = 16;

const directory = mkdtempSync(join(tmpdir(), "keyward-workers-"));
let server: ChildProcess;
let url: string;
let managementKey: string;

before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
  server = spawn(
    process.execPath,
    ["--conditions=@keyward/source", join(ROOT, "packages/server/src/main.ts")],
    {
      env: {
        ...Object.fromEntries(inherited),
        // As `npm start` has it: three processes start in half the time.
        NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node"),
        KEYWARD_DATA: join(directory, "data"),
        KEYWARD_PORT: String(port),
        KEYWARD_METRICS_PORT: "off",
        KEYWARD_WORKERS: String(WORKERS),
        KEYWARD_DRAIN_SECONDS: "1",
        KEYWARD_BOOTSTRAP_KEY_FILE: join(directory, "management.key"),
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  await until(async () => (await statusOf("/readyz")) === 200, "the server is ready");
  managementKey = readFileSync(join(directory, "management.key"), "utf8").trim();
  await call("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://acme.test",
    scopes: ["things:read"],
  });
});

after(async () => {
  server.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

async function statusOf(path: string): Promise<number> {
  const headers = { connection: "close" };
  return (await fetch(url + path, { headers }).catch(() => undefined))?.status ?? 0;
}

async function call(path: string, body: object): Promise<Body> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${managementKey}`,
      "content-type": "application/json",
      connection: "close",
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text) as Body;
}

function makeKey(): Promise<Body> {
  return call("/v1/keys", { api: "acme", name: "k", owner: "customer-1" });
}

async function codesOf(credential: string): Promise<readonly string[]> {
  const asked = Array.from({ length: ASKED_TIMES }, () =>
    call("/v1/verify", { credential, api: "acme" }),
  );
  return [...new Set((await Promise.all(asked)).map(({ code }) => code))];
}

/** The children of the server, of which it has no others. */
function workerIds(): readonly number[] {
  const text = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

const isLinux = process.platform === "linux";

test("K2: whoever is told of a key, and of its revocation, finds every worker knowing of it", async () => {
  for (let count = 0; count < 5; count++) {
    const { id, secret } = await makeKey();
    assert.deepEqual(await codesOf(secret), ["allowed"]);
    await call(`/v1/keys/${id}/revoke`, {});
    assert.deepEqual(await codesOf(secret), ["revoked"]);
  }
});

test("what workers allow is told as what the key needed", async () => {
  const body = { api: "acme", name: "k", owner: "customer-1", scopes: ["things:*"] };
  const { id, secret } = await call("/v1/keys", body);
  await call("/v1/verify", { credential: secret, api: "acme", scopes: ["things:read"] });
  const needed = async () => {
    const headers = { authorization: `Bearer ${managementKey}`, connection: "close" };
    const answer = await fetch(`${url}/v1/keys/${id}/least-grants`, { headers });
    return ((await answer.json()) as Shrinking).needed.map(({ any_of: anyOf }) => anyOf);
  };
  await until(async () => (await needed()).length > 0, "the worker reports");
  assert.deepEqual(await needed(), [["things:read"]]);
});

test("what a worker does not answer comes from the authority as it is: pages, problems, and the address that asked", async () => {
  assert.equal(await statusOf("/docs"), 200);
  assert.equal(await statusOf("/v1/keys"), 401);
  const { secret } = await call("/v1/keys", {
    api: "keyward",
    name: "here",
    owner: "ops",
    scopes: ["apis:read"],
    restrictions: { ips: ["127.0.0.1"] },
  });
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`${url}/v1/apis`, { headers: { authorization: `Bearer ${secret}`, ...headers } });
  assert.equal((await ask({})).status, 200);
  // A client's own word about where it is counts for nothing.
  assert.equal((await ask({ "x-keyward-peer": "192.0.2.1" })).status, 200);
});

test(
  "kill -9 of a worker loses nothing that was acknowledged, and another takes its place",
  { skip: !isLinux },
  async () => {
    const { id, secret } = await makeKey();
    const [first = 0] = workerIds();
    const before = workerIds();
    assert.equal(before.length, WORKERS);
    process.kill(first, "SIGKILL");
    // A connection may have been its own: what was not answered is put again.
    await until(async () => {
      const answer = await call(`/v1/keys/${id}/revoke`, {}).catch(() => undefined);
      return answer?.status === "revoked";
    }, "the revocation is answered");
    await until(async () => {
      const now = workerIds();
      return now.length === WORKERS && !now.includes(first);
    }, "another worker is there");
    await until(async () => (await codesOf(secret)).join() === "revoked", "all refuse the key");
    assert.deepEqual(await codesOf((await makeKey()).secret), ["allowed"]);
  },
);

test(
  "F08: a worker that is stopped does not keep a revocation from being answered, nor allow the key when it goes on",
  { skip: !isLinux },
  async () => {
    const { id, secret } = await makeKey();
    const [first = 0] = workerIds();
    process.kill(first, "SIGSTOP");
    // The revocation is answered when the worker is no more: it could not be waited for, so it was ended.
    const revoke = async () => {
      const answer = await fetch(`${url}/v1/keys/${id}/revoke`, {
        method: "POST",
        headers: { authorization: `Bearer ${managementKey}`, connection: "close" },
        signal: AbortSignal.timeout(3_000),
      }).catch(() => undefined);
      return answer?.status === 200;
    };
    // A request may have been taken by the one that is stopped: then it is put again.
    await until(revoke, "the revocation is answered");
    assert.ok(!workerIds().includes(first));
    await until(async () => (await codesOf(secret)).join() === "revoked", "all refuse the key");
  },
);

test("a stop ends the workers and then the server, with exit code 0", async () => {
  const workers = isLinux ? workerIds() : [];
  server.kill("SIGTERM");
  const [code] = (await once(server, "exit")) as [number | null];
  assert.equal(code, 0);
  await delay(100);
  for (const id of workers) assert.throws(() => process.kill(id, 0));
});
