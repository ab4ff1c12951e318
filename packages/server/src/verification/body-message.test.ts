import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { BodyMessage } from "./body-message.ts";
import { exchange, readAnswers } from "./testing/raw-http.ts";

const BYTES_MAX = 1_000;

const server = createServer({ IncomingMessage: BodyMessage }, (request, response) => {
  if (request.url === "/stream") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      response.writeHead(200, ["content-length", String(body.length)]).end(body);
    });
    return;
  }
  request.collect(BYTES_MAX, (body) => {
    const text = body === "too_large" ? "too large" : body;
    const closing = body === "too_large" ? ["connection", "close"] : [];
    response.writeHead(200, [...closing, "content-length", String(text.length)]).end(text);
  });
});

before(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
after(() => {
  server.closeAllConnections();
  server.close();
});

async function bodiesOf(...parts: (string | Buffer)[]): Promise<readonly string[]> {
  const { port } = server.address() as AddressInfo;
  return readAnswers(await exchange(port, parts)).map(({ body }) => body);
}

function post(body: string, path = "/"): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

test("a body is handed over whole, whether it comes at once, in pieces or in chunks", async () => {
  assert.deepEqual(await bodiesOf(post("hello")), ["hello"]);
  assert.deepEqual(await bodiesOf(post("hello").slice(0, -3), "l", "lo"), ["hello"]);
  const chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  assert.deepEqual(await bodiesOf(chunked, "2\r\nhe\r\n", "3\r\nllo\r\n", "0\r\n\r\n"), ["hello"]);
});

test("no body is an empty body", async () => {
  assert.deepEqual(await bodiesOf("POST / HTTP/1.1\r\nHost: x\r\n\r\n"), [""]);
});

test("T28: requests on one connection are answered in order, each with its own body, pipelined or not", async () => {
  assert.deepEqual(await bodiesOf(post("one") + post("two") + post("three")), [
    "one",
    "two",
    "three",
  ]);
  assert.deepEqual(await bodiesOf(post("one"), post("two"), post("three")), [
    "one",
    "two",
    "three",
  ]);
});

test("a request that is read as a stream is what node:http makes of it, also between collected ones", async () => {
  const big = "x".repeat(200_000);
  const bodies = await bodiesOf(post("one"), post(big, "/stream"), post("three"));
  assert.deepEqual(bodies, ["one", big, "three"]);
});

test("100-continue is answered before the body", async () => {
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  assert.deepEqual(await bodiesOf(head, "ok"), ["", "ok"]);
});

test("F12: a body beyond the limit is not kept, and the connection ends after the answer", async () => {
  assert.deepEqual(await bodiesOf(post("x".repeat(BYTES_MAX))), ["x".repeat(BYTES_MAX)]);
  assert.deepEqual(await bodiesOf(post("x".repeat(BYTES_MAX + 1)) + post("two")), ["too large"]);
  const chunk = `${(60_000).toString(16)}\r\n${"x".repeat(60_000)}\r\n`;
  const head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  assert.deepEqual(await bodiesOf(head + chunk.repeat(60)), ["too large"]);
});

test("a caller that goes away in the middle of a body does no harm to the next", async () => {
  await bodiesOf(post("hello").slice(0, -2)).catch(() => []);
  assert.deepEqual(await bodiesOf(post("hello")), ["hello"]);
});
