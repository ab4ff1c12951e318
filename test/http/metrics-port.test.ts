// The port of metrics and health, asked by whoever can reach it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;
let port: number;

before(async () => {
  server = await startTestServer({ environment: { KEYWARD_METRICS_PORT: "0" } });
  port = Number(new URL(server.metricsUrl ?? "").port);
});
after(async () => await server.stop());

async function exchange(bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(bytes);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return answer.toString("latin1");
}

for (const target of [
  "//",
  "//[",
  "http://[",
  "*",
  "\\\\",
  "/%",
  "?",
  "/__proto__",
  "constructor",
]) {
  test(`T60: the target ${target} is not found on the metrics port, and the process lives on`, async () => {
    const method = target === "*" ? "OPTIONS" : "GET";
    const answer = await exchange(`${method} ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 40[04] /);
    assert.match(await exchange("GET /livez?x HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1\.1 200 /);
  });
}

test("another method on the metrics port is told which there is", async () => {
  const answer = await exchange("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 405 /);
  assert.match(answer, /^allow: GET\r$/m);
});

test("F11: the metrics port takes a hundred connections and no more", async () => {
  const sockets = Array.from({ length: 101 }, () => connect(port, "127.0.0.1"));
  const last = sockets.at(-1);
  assert.ok(last);
  last.resume();
  await once(last, "close");
  for (const socket of sockets) socket.destroy();
});
