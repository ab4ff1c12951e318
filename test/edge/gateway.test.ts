// A real nginx asks an edge over a Unix socket, while the server behind the edge is revoking, stopped and killed.
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { KeywardProcess, ROOT, startNginx, stop } from "../gateways/processes.ts";
import { EdgeProcess } from "./edge-process.ts";
import { until } from "./running-edge.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

/** Verifications under way at the same time, while keys are revoked. */
const ASKING = 8;
const REVOCATIONS = 20;

const folder = mkdtempSync(join(tmpdir(), "keyward-gateway-"));
const application = createServer((_request, response) => {
  response.end("application");
});
let keyward: KeywardProcess;
let edge: EdgeProcess;
let nginx: ChildProcess | undefined;
let port: number;
let reader: string;

before(async () => {
  mkdirSync(join(folder, "data"));
  keyward = new KeywardProcess(join(folder, "data"), await freePort());
  await keyward.start();
  const scopes = ["invoices:read", "invoices:write"];
  const audience = "https://acme.test";
  await keyward.create("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
  reader = (await makeKey()).secret;
  const feedKey = { api: "keyward", name: "edge", owner: "ops", scopes: ["feed:*"] };
  const { secret } = await keyward.create("/v1/keys", feedKey);
  edge = new EdgeProcess(folder, String(secret));
  await edge.start(`http://127.0.0.1:${keyward.port}`);
  await new Promise<void>((resolve) => void application.listen(0, "127.0.0.1", resolve));
  port = await freePort();
  writeRecipe();
  nginx = await startNginx(folder, port);
});

after(async () => {
  if (nginx) await stop(nginx, "SIGTERM");
  await edge?.stop();
  await keyward?.stop();
  application.closeAllConnections();
  application.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeKey(): Promise<{ readonly id: string; readonly secret: string }> {
  const fields = { api: "acme", name: "k", owner: "customer-1", scopes: ["invoices:read"] };
  const { id, secret } = await keyward.create("/v1/keys", fields);
  return { id: String(id), secret: String(secret) };
}

/** The recipe as it is shipped, with what docs/guides/edge.md changes in it. */
function writeRecipe(): void {
  const { port: applicationPort } = application.address() as AddressInfo;
  const recipe = readFileSync(join(ROOT, "deploy/nginx/keyward.conf"), "utf8")
    .replace("server 127.0.0.1:4141;", `server unix:${edge.socketPath};`)
    .replace("server 127.0.0.1:8080;", `server 127.0.0.1:${applicationPort};`)
    .replace("listen 80;", `listen 127.0.0.1:${port};`);
  writeFileSync(join(folder, "keyward.conf"), recipe);
  writeFileSync(join(folder, "keyward-token.conf"), "");
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

async function statusOf(secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  const response = await fetch(`http://127.0.0.1:${port}/invoices`, { headers });
  await response.text();
  return response.status;
}

test("nginx lets a good key in by what an edge says over a Unix socket, and no other", async () => {
  assert.equal(await statusOf(reader), 200);
  assert.equal(await statusOf(`${reader.slice(0, -1)}x`), 401);
  const { id, secret } = await makeKey();
  assert.equal(await statusOf(secret), 200);
  await keyward.create(`/v1/keys/${id}/revoke?wait=verifiers&timeout=20`, {});
  await until(async () => {
    const status = await statusOf(secret);
    assert.notEqual(status, 200);
    return status === 401;
  }, "the revoked key is refused");
});

test("K2: under load, no question that is put after a revocation was answered is allowed at the edge", async (t) => {
  const keys = await Promise.all(Array.from({ length: REVOCATIONS }, makeKey));
  const revokedAt = new Map<string, number>();
  const late: number[] = [];
  let allowed = 0;
  let isOver = false;
  const ask = async (turn: number) => {
    for (let count = turn; !isOver; count++) {
      const key = keys[count % keys.length];
      if (key === undefined) continue;
      const askedMs = performance.now();
      const code = await edge.codeOf(key.secret);
      if (code === "allowed") allowed++;
      if (code === "allowed" && askedMs > (revokedAt.get(key.id) ?? Infinity)) late.push(askedMs);
    }
  };
  const asking = Promise.all(Array.from({ length: ASKING }, (_, turn) => ask(turn)));
  const tookMs: number[] = [];
  for (const { id } of keys) {
    const startedMs = performance.now();
    await keyward.create(`/v1/keys/${id}/revoke?wait=verifiers&timeout=20`, {});
    revokedAt.set(id, performance.now());
    tookMs.push(performance.now() - startedMs);
  }
  isOver = true;
  await asking;
  assert.deepEqual(late, []);
  assert.ok(allowed > 0);
  t.diagnostic(`revocations took ${tookMs.map(Math.round).join(" ")} ms`);
});

test("F08, K3: a server that is stopped, and one that is killed, make the edge say 503, never a verdict, until it is back", async () => {
  const settled = async (status: number) =>
    await until(async () => {
      const now = await statusOf(reader);
      assert.ok(now === 200 || now === 503, `${now}`);
      return now === status;
    }, `nginx answers ${status}`);
  keyward.freeze();
  try {
    await settled(503);
    assert.equal(await edge.status("/readyz"), 503);
  } finally {
    keyward.thaw();
  }
  await settled(200);
  await keyward.stop();
  await settled(503);
  await keyward.start();
  await settled(200);
});

test("F08: an edge that was stopped while a key was revoked does not allow it when it goes on", async () => {
  // A server that has just started knows an edge from its first report on.
  await until(async () => {
    const revoke = `/v1/keys/${(await makeKey()).id}/revoke?wait=verifiers`;
    return Number((await keyward.create(revoke, {}))["acknowledged"]) > 1;
  }, "the server counts the edge");
  const { id, secret } = await makeKey();
  assert.equal(await edge.codeOf(secret), "allowed");
  edge.signal("SIGSTOP");
  const answer = await keyward.create(`/v1/keys/${id}/revoke?wait=verifiers&timeout=20`, {});
  // It is answered when the edge has stopped trusting itself, whoever it is that has not said so.
  assert.equal(answer["pending"], 1);
  const asked = edge.codeOf(secret);
  edge.signal("SIGCONT");
  assert.ok(["revoked", "unavailable"].includes(await asked));
  await until(async () => (await edge.codeOf(secret)) === "revoked", "the edge has caught up");
});

test("an edge that was killed starts again on the socket that it left behind", async () => {
  await edge.stop("SIGKILL");
  assert.equal(await statusOf(reader), 503);
  await edge.start(`http://127.0.0.1:${keyward.port}`);
  await until(async () => (await statusOf(reader)) === 200, "nginx reaches the edge again");
});
