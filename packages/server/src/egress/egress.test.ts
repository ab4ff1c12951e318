import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { parseCidr } from "@keyward/core/restriction/cidr";
import type { Cidr } from "@keyward/core/restriction/cidr";
import { Egress, EGRESS_ANSWER_BYTES_MAX, EgressFailure } from "./egress.ts";
import type { Address } from "./egress.ts";
import { isReachable } from "./public-address.ts";

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert.ok(parsed.ok);
  return parsed.pattern;
}

const LOOPBACK = [cidr("127.0.0.0/8")];

const NOT_PUBLIC =
  "0.0.0.0 0.255.255.255 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.0.1 " +
  "169.254.169.254 172.16.0.1 172.31.255.254 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 " +
  "192.168.255.254 198.18.0.1 198.19.255.254 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 " +
  "255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 " +
  "64:ff9b:1::1 100::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1 ff02::1 2001::1 2001:0:7f00:1:: 2001:db8::1 " +
  "2002:7f00:1::1 3fff::1 4000::1";

test("T54: no address is reachable that is not of the public internet", () => {
  const reached = NOT_PUBLIC.split(" ").filter((address) => isReachable(address, []));
  assert.deepEqual(reached, []);
});

test("an address of the public internet is reachable, in whatever version", () => {
  const addresses =
    "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 223.255.255.254 2606:4700::1111 2a00::1";
  assert.deepEqual(
    addresses.split(" ").filter((address) => !isReachable(address, [])),
    [],
  );
});

const REFUSED_URLS = [
  ..."http://example.com ftp://example.com file:///etc/passwd javascript:alert(1) example.com //example.com".split(
    " ",
  ),
  ..."https://example.com:22 https://example.com:6379 https://example.com:80".split(" "),
  ..."https://user@example.com https://user:pass@example.com https://example.com@127.0.0.1".split(
    " ",
  ),
  // One address in the spellings that URL parsers fold: octal, hexadecimal, short, one number, full-width, percent-encoded.
  ..."https://127.0.0.1 https://0177.0.0.1 https://0x7f.0.0.1 https://127.1 https://2130706433 https://0x7f000001".split(
    " ",
  ),
  ..."https://017700000001 https://127.0.1 https://127.0.0.1. https://１２７.0.0.1 https://127%2e0.0.1 https://0".split(
    " ",
  ),
  ..."https://[::1] https://[::] https://[::ffff:127.0.0.1] https://[::ffff:7f00:1] https://[0:0:0:0:0:0:0:1]".split(
    " ",
  ),
  ..."https://169.254.169.254/latest/meta-data https://[fd00:ec2::254] https://10.0.0.1 https://192.168.1.1".split(
    " ",
  ),
  ..."https://[64:ff9b::a9fe:a9fe] https://[2002:a9fe:a9fe::] https://3232235521 https://0xa9.0xfe.0xa9.0xfe".split(
    " ",
  ),
];

for (const url of REFUSED_URLS) {
  test(`T54: ${url} is refused before anything is sent`, async () => {
    const egress = new Egress({ allowed: [], resolve: () => assert.fail("nobody is looked up") });
    assert.notEqual(egress.problemOf(url), undefined);
    await assert.rejects(egress.send({ url, method: "GET", headers: {} }), {
      reason: "url_not_allowed",
    });
  });
}

test("a URL of the public internet has no problem, on both ports", () => {
  const egress = new Egress({ allowed: [] });
  for (const url of ["https://example.com/x?y", "https://example.com:8443", "https://1.1.1.1"]) {
    assert.equal(egress.problemOf(url), undefined);
  }
});

async function listen(context: TestContext, listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function urlOf(server: Server, host = "127.0.0.1"): string {
  return `http://${host}:${(server.address() as AddressInfo).port}/hook`;
}

test("an allowed network is asked, and answers with status, headers and body", async (context) => {
  const seen: string[] = [];
  const server = await listen(context, (request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => seen.push(text));
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${String(request.headers["x-name"])}`);
      response.writeHead(201, { "x-answer": "yes" }).end("done");
    });
  });
  const egress = new Egress({ allowed: LOOPBACK });
  const headers = { "x-name": "value" };
  const answer = await egress.send({ url: urlOf(server), method: "POST", headers, body: "é" });
  assert.deepEqual(seen, ["é", "POST /hook value"]);
  assert.deepEqual([answer.status, answer.headers["x-answer"], answer.body], [201, "yes", "done"]);
});

test("T54: a redirect is an answer, and is not followed", async (context) => {
  let count = 0;
  const server = await listen(context, (_request, response) => {
    count += 1;
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  const egress = new Egress({ allowed: LOOPBACK });
  const answer = await egress.send({ url: urlOf(server), method: "GET", headers: {} });
  assert.deepEqual([answer.status, count], [302, 1]);
});

const NAMED: readonly [what: string, addresses: readonly Address[]][] = [
  ["to this machine", [{ address: "127.0.0.1", family: 4 }]],
  ["to the cloud's metadata", [{ address: "169.254.169.254", family: 4 }]],
  ["to a private network in IPv6", [{ address: "fd00::1", family: 6 }]],
  [
    "to a public address, and one that is not",
    [
      { address: "1.1.1.1", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ],
  ],
];

for (const [what, addresses] of NAMED) {
  test(`T54: a name that leads ${what} is not asked`, async () => {
    const egress = new Egress({ allowed: [], resolve: () => Promise.resolve(addresses) });
    const asked = egress.send({ url: "https://evil.example/", method: "GET", headers: {} });
    await assert.rejects(asked, { reason: "address_not_allowed" });
  });
}

test("T54: what was judged is what is connected to: a name that changes its mind is looked up once", async (context) => {
  const server = await listen(context, (request, response) => {
    response.end(request.headers.host);
  });
  let count = 0;
  const resolve = () => {
    count += 1;
    return Promise.resolve([{ address: count === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }]);
  };
  const egress = new Egress({ allowed: [cidr("127.0.0.1")], resolve });
  const url = urlOf(server, "hook.example");
  const answer = await egress.send({ url, method: "GET", headers: {} });
  assert.equal(answer.body, new URL(url).host);
  assert.equal(count, 1);
  await assert.rejects(egress.send({ url, method: "GET", headers: {} }), {
    reason: "address_not_allowed",
  });
});

test("without TLS only what the operator has named is asked, whatever a name leads to", async () => {
  const resolve = () => Promise.resolve([{ address: "1.1.1.1", family: 4 }]);
  const egress = new Egress({ allowed: LOOPBACK, resolve });
  const asked = egress.send({ url: "http://public.example/", method: "GET", headers: {} });
  await assert.rejects(asked, { reason: "address_not_allowed" });
});

test("an answer that is too long, one that never comes and one that breaks off are failures", async (context) => {
  const long = await listen(context, (_request, response) => {
    response.end("x".repeat(EGRESS_ANSWER_BYTES_MAX + 1));
  });
  const cut = await listen(context, (request) => request.socket.destroy());
  const silent = await listen(context, () => {});
  const egress = new Egress({ allowed: LOOPBACK, timeoutMs: 200 });
  const ask = (server: Server) => egress.send({ url: urlOf(server), method: "GET", headers: {} });
  await assert.rejects(ask(long), { reason: "answer_too_large" });
  await assert.rejects(ask(cut), { reason: "connection_failed" });
  await assert.rejects(ask(silent), { reason: "timed_out" });
});

test("F26: a resolver that never answers is waited for no longer than the request may take", async () => {
  const egress = new Egress({ allowed: [], timeoutMs: 50, resolve: () => new Promise(() => {}) });
  const asked = egress.send({ url: "https://slow.example/", method: "GET", headers: {} });
  await assert.rejects(asked, { name: "EgressFailure", reason: "timed_out" });
});

test("F26: a name without an address, and a resolver that fails, are told apart from what is refused", async () => {
  for (const resolve of [() => Promise.resolve([]), () => Promise.reject(new Error("SERVFAIL"))]) {
    const egress = new Egress({ allowed: [], resolve });
    const asked = egress.send({ url: "https://nowhere.example/", method: "GET", headers: {} });
    await assert.rejects(
      asked,
      (error) => error instanceof EgressFailure && error.reason === "not_found",
    );
  }
});
