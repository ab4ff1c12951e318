// The examples for Express, Fastify and Hono, each a process of its own that follows a real Keyward.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

const START_MS_MAX = 20_000;
/** `maxStalenessMs` of the examples, and a second for the machine. */
const UNAVAILABLE_WITHIN_MS = 6_000;

let keyward: TestServer;
let tokenFile: string;
const children: ChildProcess[] = [];

before(async () => {
  keyward = await startTestServer();
  const scopes = ["invoices:read", "invoices:write"];
  const acme = await make("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.test",
    scopes,
  });
  const verifier = await make("/v1/keys", {
    api: "keyward",
    name: "Acme verifier",
    owner: "acme",
    scopes: [`feed:${acme.id}:live`],
  });
  tokenFile = join(keyward.directory, "feed.key");
  writeFileSync(tokenFile, `${verifier.secret}\n`, { mode: 0o600 });
});
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

async function make(path: string, body: object): Promise<Body> {
  const answer = await keyward.call("POST", path, { body });
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

function makeKey(...scopes: readonly string[]): Promise<Body> {
  return make("/v1/keys", { api: "acme", name: "production", owner: "cus_42", scopes });
}

/** Starts an example as its README says; answers the address of its invoices. */
function start(name: string): Promise<string> {
  const program = fileURLToPath(new URL(`../../examples/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@keyward/source", program], {
    env: { ...process.env, KEYWARD_URL: keyward.url, KEYWARD_TOKEN_FILE: tokenFile, PORT: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`no start:\n${log}`)), START_MS_MAX);
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
      const found = /(http:\S+)\n/.exec(log)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once("exit", () => reject(new Error(log)));
  });
}

const urls = new Map<string, string>();

for (const name of ["express", "fastify", "hono"]) {
  test(`the example for ${name} lets in what Keyward allows and refuses what it has revoked`, async () => {
    const url = await start(name);
    urls.set(name, url);
    const [writer, reader] = await Promise.all([
      makeKey("invoices:read", "invoices:write"),
      makeKey("invoices:read"),
    ]);
    const statusOf = async (key: string, method = "GET") =>
      (await fetch(url, { method, headers: { "x-api-key": key } })).status;

    assert.equal((await fetch(url)).status, 401);
    assert.equal(await statusOf(reader.secret), 200);
    assert.equal(await statusOf(reader.secret, "POST"), 403);
    assert.equal(await statusOf(writer.secret, "POST"), 201);
    const headers = { authorization: `api-key ${reader.secret}` };
    const list = (await (await fetch(url, { headers })).json()) as { readonly data: unknown[] };
    assert.equal(list.data.length, 1);

    const barrier = `/v1/keys/${writer.id}/revoke?wait=verifiers&timeout=5`;
    assert.equal((await keyward.call("POST", barrier)).status, 200);
    assert.equal(await statusOf(writer.secret), 401);
  });
}

test("K3: once Keyward is gone for longer than the examples may trust their copies, they answer 503 to good keys", async () => {
  const { secret } = await makeKey("invoices:read");
  const statusOf = async (url: string) =>
    (await fetch(url, { headers: { "x-api-key": secret } })).status;
  for (const url of urls.values()) assert.equal(await statusOf(url), 200);
  await keyward.stop();
  const deadline = performance.now() + UNAVAILABLE_WITHIN_MS;
  for (const url of urls.values()) {
    let status = await statusOf(url);
    while (status === 200 && performance.now() < deadline) {
      await delay(50);
      status = await statusOf(url);
    }
    assert.equal(status, 503);
  }
});
