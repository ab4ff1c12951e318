// A server that may open no more files and connections sheds what comes, and goes on.
import assert from "node:assert/strict";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { serverProcesses } from "./server-process.ts";

const { freshDirectory, started } = serverProcesses();

/** Enough to start with, and for some connections. */
const DESCRIPTORS = 96;
const CONNECTIONS = 200;

test("F24: without a descriptor left a server ends nothing that it has begun, and is as before when there are some again", async () => {
  const server = await started({ KEYWARD_DATA: freshDirectory() }, `ulimit -n ${DESCRIPTORS};`);
  const headers = { authorization: `Bearer ${server.key}`, "content-type": "application/json" };
  const verify = async () => {
    const body = JSON.stringify({ credential: server.key, api: "keyward" });
    const answer = await fetch(`${server.url}/v1/verify`, { method: "POST", headers, body });
    return ((await answer.json()) as { readonly code: string }).code;
  };
  // Of a connection that stays, so that no other has to be accepted.
  assert.equal(await verify(), "allowed");
  const port = Number(new URL(server.url).port);
  const sockets: Socket[] = [];
  for (let count = 0; count < CONNECTIONS; count++) {
    const socket = connect({ port, host: "127.0.0.1" }).on("error", () => {});
    sockets.push(socket);
  }
  await delay(200);
  for (let count = 0; count < 20; count++) {
    assert.ok(["allowed", "unavailable"].includes(await verify().catch(() => "unavailable")));
  }
  assert.equal(server.child.exitCode, null);
  for (const socket of sockets) socket.destroy();
  const deadlineMs = performance.now() + 10_000;
  while ((await verify().catch(() => "no answer")) !== "allowed") {
    assert.ok(performance.now() < deadlineMs, server.output());
    await delay(20);
  }
  assert.equal(server.child.exitCode, null);
  server.child.kill("SIGTERM");
  assert.equal(await server.ended, 0);
});
