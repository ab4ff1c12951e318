// The guards themselves are held to adapter.contract.ts; here, that each method is the guard of its framework.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import { test } from "node:test";
import type { TestContext } from "node:test";
import express from "express";
import { fastify } from "fastify";
import { Hono } from "hono";
import { fakeKeyward } from "../testing.ts";
import { listen } from "./adapter.contract.ts";
import { principalOf } from "./principal-of.ts";

const keyward = fakeKeyward<"invoices:read" | "invoices:write">({
  keys: { reader: { owner: "cus_42", scopes: ["invoices:read"] } },
});
const authorization = `Bearer ${keyward.key("reader")}`;
const READ = { scopes: ["invoices:read"] } as const;
const WRITE = { scopes: ["invoices:write"] } as const;

/** The statuses without a key, with one that lacks a scope, and with one that suffices, whose answer names the owner. */
async function probe(send: (path: string, headers: Record<string, string>) => Promise<Response>) {
  const anonymous = await send("/read", {});
  const lacking = await send("/write", { authorization });
  const allowed = await send("/read", { authorization });
  return [anonymous.status, lacking.status, allowed.status, await allowed.text()];
}

const EXPECTED = [401, 403, 200, "cus_42"];

async function probeServer(context: TestContext, server: Server) {
  const { port, close } = await listen(server);
  context.after(close);
  return probe((path, headers) => fetch(`http://127.0.0.1:${port}${path}`, { headers }));
}

test("express() is middleware of Express", async (context) => {
  const app = express();
  app.get("/read", keyward.express(READ), (request, response) => {
    response.send(principalOf(request).owner);
  });
  app.get("/write", keyward.express(WRITE), () => assert.fail("let in"));
  assert.deepEqual(await probeServer(context, createServer(app)), EXPECTED);
});

test("fastify() is a hook of Fastify", async () => {
  const app = fastify();
  app.get("/read", { onRequest: keyward.fastify(READ) }, (request) => principalOf(request).owner);
  app.get("/write", { onRequest: keyward.fastify(WRITE) }, () => assert.fail("let in"));
  const send = async (url: string, headers: Record<string, string>) => {
    const { statusCode: status, body } = await app.inject({
      url,
      headers,
    });
    return new Response(body, { status });
  };
  assert.deepEqual(await probe(send), EXPECTED);
});

test("hono() is middleware of Hono", async () => {
  const app = new Hono();
  app.get("/read", keyward.hono(READ), (context) => context.text(principalOf(context).owner));
  app.get("/write", keyward.hono(WRITE), () => assert.fail("let in"));
  const send = async (path: string, headers: Record<string, string>) =>
    app.request(path, { headers });
  assert.deepEqual(await probe(send), EXPECTED);
});

test("next() wraps a route handler, and fetch() answers about any Request", async () => {
  const routes = {
    "/read": keyward.next(READ, (_request, _context, { owner }) => new Response(owner)),
    "/write": keyward.next(WRITE, () => assert.fail("let in")),
  };
  const send = (path: string, headers: Record<string, string>) =>
    routes[path === "/read" ? "/read" : "/write"](
      new Request(`http://acme.test${path}`, { headers }),
      {},
    );
  assert.deepEqual(await probe(send), EXPECTED);

  const sendByFetch = async (path: string, headers: Record<string, string>) => {
    const needs = path === "/read" ? READ : WRITE;
    const result = await keyward.fetch(new Request("http://acme.test", { headers }), needs);
    return result.outcome === "refused" ? result.response : new Response(result.principal.owner);
  };
  assert.deepEqual(await probe(sendByFetch), EXPECTED);
});

test("node() wraps a handler of node:http, and nest() is a guard of Nest", async (context) => {
  const read = keyward.node(READ, (_request, response: ServerResponse, of) =>
    response.end(of.owner),
  );
  const write = keyward.node(WRITE, () => assert.fail("let in"));
  const server = createServer((request, response) => {
    void (request.url === "/read" ? read : write)(request, response);
  });
  assert.deepEqual(await probeServer(context, server), EXPECTED);

  const request = { rawHeaders: ["Authorization", authorization], method: "GET", url: "/read" };
  const http = { getRequest: () => ({ ...request, socket: {} }), getResponse: () => ({}) };
  const guard = keyward.nest(READ);
  const asked = { getType: () => "http", switchToHttp: () => http };
  assert.equal(await guard.canActivate(asked), true);
});
