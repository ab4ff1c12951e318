// The server as a process: how it starts, what it ends with, and that a stop loses nobody's request.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer, connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";
import { serverProcesses } from "./server-process.ts";

const { freshDirectory, start, started } = serverProcesses();

/** Listens on a port until the test is over. @param wanted 0 for any */
async function takePort(t: TestContext, wanted: number): Promise<number> {
  const taken = createServer();
  t.after(() => taken.close());
  await once(taken.listen(wanted, "127.0.0.1"), "listening");
  return (taken.address() as AddressInfo).port;
}

test("the first start writes the key to a file for its owner alone, and to no log", async () => {
  const data = freshDirectory();
  const { child, key, output, ended } = await started({
    KEYWARD_DATA: data,
    KEYWARD_LOG_LEVEL: "debug",
  });
  assert.match(key, /^keyward_live_[0-9A-Za-z]{49}$/);
  for (const file of ["bootstrap.key", "server.key", "keyward.db"]) {
    assert.equal(statSync(join(data, file)).mode & 0o777, 0o600, file);
  }
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.ok(!output().includes(key.slice(13)));
  const again = await started({ KEYWARD_DATA: data });
  assert.equal(again.key, key);
  assert.ok(!again.output().includes("first start"));
  again.child.kill("SIGTERM");
  assert.equal(await again.ended, 0);
});

test("T29: whatever requests carry, at every level, no key is in the log", async () => {
  const data = freshDirectory();
  const { url, key, child, output, ended } = await started({
    KEYWARD_DATA: data,
    KEYWARD_LOG_LEVEL: "debug",
  });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  await fetch(`${url}/v1/keys?q=${key}`, { headers });
  await fetch(`${url}/v1/owners/${key}`, { headers });
  await fetch(`${url}/${key}?${key}=${key}`, { headers });
  await fetch(`${url}/v1/keys`, {
    headers: { authorization: `Bearer ${key}`, "x-request-id": key.slice(-60) },
  });
  await fetch(`${url}/v1/keys`, { headers: { authorization: `Bearer ${key}x`, "x-api-key": key } });
  await fetch(`${url}/v1/verify`, {
    method: "POST",
    headers,
    body: JSON.stringify({ credential: key }),
  });
  await fetch(`${url}/v1/owners`, {
    method: "POST",
    headers,
    body: JSON.stringify({ [key]: key }),
  });
  await fetch(`${url}/v1/owners`, { method: "POST", headers, body: key });
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.match(output(), /"operation":"keys\.list","status":200/);
  assert.ok(!output().includes(key.slice(13, 40)), output());
});

test("a configuration with mistakes ends with 78 and names them all", async () => {
  const { ended, output } = start({
    KEYWARD_PORT: "x",
    KEYWARD_PROT: "1",
    KEYWARD_DATABASE_URL: "mysql://h/d",
  });
  assert.equal(await ended, 78);
  assert.deepEqual(output().trim().split("\n"), [
    "keyward: KEYWARD_PROT is not a setting",
    "keyward: KEYWARD_PORT must be a whole number from 0 to 65535",
    "keyward: KEYWARD_DATABASE_URL must begin with postgres://",
  ]);
});

test("T28: a careless HTTP parser ends the start with 78", async () => {
  const { ended, output } = start({
    KEYWARD_DATA: freshDirectory(),
    NODE_OPTIONS: "--insecure-http-parser",
  });
  assert.equal(await ended, 78);
  assert.match(output(), /--insecure-http-parser lets requests be smuggled/);
});

test("a second process on the same data directory ends with 75, and the first goes on", async () => {
  const data = freshDirectory();
  const first = await started({ KEYWARD_DATA: data });
  const second = start({ KEYWARD_DATA: data });
  assert.equal(await second.ended, 75);
  assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
  first.child.kill("SIGTERM");
  assert.equal(await first.ended, 0);
});

test("a metrics port that was asked for must be had; one that was not is done without", async (t) => {
  const port = await freePort([1]);
  const metricsPort = await takePort(t, port + 1);
  const asked = start({
    KEYWARD_DATA: freshDirectory(),
    KEYWARD_METRICS_PORT: String(metricsPort),
  });
  assert.equal(await asked.ended, 1);
  assert.match(asked.output(), /KEYWARD_METRICS_PORT: cannot listen on port \d+ .*EADDRINUSE/);
  const data = freshDirectory();
  const defaulted = await started({
    KEYWARD_DATA: data,
    KEYWARD_PORT: String(port),
    KEYWARD_METRICS_PORT: "",
  });
  assert.match(defaulted.output(), /"level":"warn".*no metrics: the port is taken/);
  defaulted.child.kill("SIGTERM");
  assert.equal(await defaulted.ended, 0);
});

test("K4: a start whose port is taken names the setting, and makes and shows no first key", async (t) => {
  const port = await takePort(t, 0);
  for (const setting of ["KEYWARD_PORT", "KEYWARD_METRICS_PORT"]) {
    const data = freshDirectory();
    const { ended, output } = start({ KEYWARD_DATA: data, [setting]: String(port) });
    assert.equal(await ended, 1);
    assert.ok(output().includes(`keyward: cannot start: ${setting}: `), output());
    assert.ok(!existsSync(join(data, "bootstrap.key")));
    const again = await started({ KEYWARD_DATA: data });
    assert.match(again.output(), /first start/);
    again.child.kill("SIGTERM");
    assert.equal(await again.ended, 0);
  }
});

/** A request whose body is still on its way. */
function beginCreate(url: string, key: string, body: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(
    [
      "POST /v1/owners HTTP/1.1",
      "Host: keyward.test",
      `Authorization: Bearer ${key}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "",
      body.slice(0, 5),
    ].join("\r\n"),
  );
  return socket;
}

test("F20: a stop first fails readiness, then finishes what is under way, keeps it, and ends with 0; a second signal changes nothing", async () => {
  const data = freshDirectory();
  const running = await started({ KEYWARD_DATA: data, KEYWARD_STOP_DELAY_SECONDS: "1" });
  const { url, key, child } = running;
  const body = JSON.stringify({ external_id: "made while stopping" });
  const sockets = Array.from({ length: 5 }, () => beginCreate(url, key, body));
  const answers = sockets.map(async (socket) => {
    let received = "";
    socket.on("data", (chunk) => (received += chunk.toString()));
    await once(socket, "close");
    return received;
  });
  await delay(100);
  child.kill("SIGTERM");
  await running.until('"msg":"stopping"');
  const notReady = await fetch(`${url}/readyz`);
  assert.equal(notReady.status, 503);
  assert.deepEqual(await notReady.json(), { status: "stopping" });
  assert.equal((await fetch(`${url}/livez`)).status, 200);
  child.kill("SIGINT");
  child.kill("SIGTERM");
  await delay(1_300);
  await assert.rejects(fetch(`${url}/livez`), "no new connections");
  for (const socket of sockets) socket.write(body.slice(5));
  const finishedMs = performance.now();
  const statuses = (await Promise.all(answers)).map((answer) => answer.slice(0, 12)).sort();
  assert.deepEqual(statuses, ["HTTP/1.1 201", ...Array.from({ length: 4 }, () => "HTTP/1.1 409")]);
  assert.equal(await running.ended, 0);
  assert.ok(performance.now() - finishedMs < 5_000, "ends when the last request does");

  const again = await started({ KEYWARD_DATA: data });
  const headers = { authorization: `Bearer ${key}` };
  const owner = await fetch(`${again.url}/v1/owners/made%20while%20stopping`, { headers });
  assert.equal(owner.status, 200);
  again.child.kill("SIGTERM");
  assert.equal(await again.ended, 0);
});

test("F20: what is not finished within the drain time is cut, and the end is 0 all the same", async () => {
  const data = freshDirectory();
  const { url, key, child, ended } = await started({
    KEYWARD_DATA: data,
    KEYWARD_DRAIN_SECONDS: "1",
  });
  const socket = beginCreate(url, key, JSON.stringify({ external_id: "never finished" }));
  await delay(100);
  const startedMs = performance.now();
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  assert.ok(performance.now() - startedMs < 5_000);
  socket.destroy();
});

test("T60: metrics stand on a port of their own, with labels that name no tenant, key or address", async () => {
  const data = freshDirectory();
  const port = await freePort();
  const { url, key, child, ended } = await started({
    KEYWARD_DATA: data,
    KEYWARD_METRICS_PORT: String(port),
  });
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
  await fetch(`${url}/v1/keys`, { headers: { authorization: `Bearer ${key}` } });
  await fetch(`${url}/no/such/path`);
  const scraped = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  assert.match(
    scraped,
    /keyward_operation_duration_seconds_count\{operation="keys\.list",status="200"\} 1/,
  );
  assert.match(scraped, /keyward_verdicts_total\{code="allowed"\}/);
  const labels = new Set([...scraped.matchAll(/[{,](\w+)="/g)].map(([, name]) => name));
  const own = [...scraped.matchAll(/^keyward_\w+\{(.*)\} /gm)].flatMap(([, list = ""]) =>
    [...list.matchAll(/(\w+)=/g)].map(([, name]) => name),
  );
  assert.deepEqual(new Set(own), new Set(["code", "le", "operation", "status"]));
  for (const name of ["workspace", "tenant", "key", "key_id", "owner", "ip", "path"])
    assert.ok(!labels.has(name));
  assert.ok(scraped.split("\n").length < 2_000);
  assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${port}/v1/keys`)).status, 404);
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});
