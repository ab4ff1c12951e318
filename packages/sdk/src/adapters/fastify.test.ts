import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fastify } from "fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { fakeKeyward } from "../testing.ts";
import { READ, testAdapter, WRITE } from "./adapter.contract.ts";
import type { ServedApp } from "./adapter.contract.ts";
import { guardFastify, principalOf } from "./fastify.ts";

async function listening(app: FastifyInstance): Promise<ServedApp> {
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { port, close: () => app.close() };
}

testAdapter("Fastify", async ({ authenticator, handle }) => {
  const app = fastify({ forceCloseConnections: true });
  const read = guardFastify(authenticator, READ);
  const write = guardFastify(authenticator, WRITE);
  const answer = (request: FastifyRequest) =>
    handle(request.routeOptions.url ?? "", () => principalOf(request));
  app.get("/read", { onRequest: read }, answer);
  app.get("/write", { onRequest: write }, answer);
  app.get("/broken", { onRequest: read }, answer);
  await app.register(async (scope) => {
    scope.get("/twice", { onRequest: guardFastify(authenticator, READ) }, answer);
    scope.get("/both", { onRequest: write }, answer);
    scope.addHook("onRequest", read);
  });
  return listening(app);
});

test("hooks that run on every answer run on refusals as well, and the handler does not while they do", async (context) => {
  const app = fastify({ forceCloseConnections: true });
  let isCalled = false;
  app.addHook("onSend", async (_request, reply) => {
    await delay(10);
    void reply.header("access-control-allow-origin", "https://shop.test");
  });
  app.get("/", { onRequest: guardFastify(fakeKeyward({ keys: {} })) }, () => {
    isCalled = true;
  });
  const { port, close } = await listening(app);
  context.after(close);
  const { status, headers } = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(status, 401);
  assert.equal(headers.get("access-control-allow-origin"), "https://shop.test");
  assert.equal(isCalled, false);
});

test("a guard of a whole app guards what was declared before it and what does not exist", async (context) => {
  const app = fastify({ forceCloseConnections: true });
  app.get("/early", () => assert.fail("let in"));
  app.addHook("onRequest", guardFastify(fakeKeyward({ keys: {} })));
  const { port, close } = await listening(app);
  context.after(close);
  for (const path of ["/early", "/nowhere"]) {
    assert.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 401);
  }
});
