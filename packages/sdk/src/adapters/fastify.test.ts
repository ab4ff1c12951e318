import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
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
    handle(request.routeOptions.url ?? "", principalOf(request));
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

test("hooks that run on every answer run on refusals as well", async () => {
  const app = fastify({ forceCloseConnections: true });
  app.addHook("onSend", async (_request, reply) => {
    void reply.header("access-control-allow-origin", "https://shop.test");
  });
  app.get("/", { onRequest: guardFastify(fakeKeyward({ keys: {} })) }, () => assert.fail("let in"));
  const { port, close } = await listening(app);
  const { status, headers } = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(status, 401);
  assert.equal(headers.get("access-control-allow-origin"), "https://shop.test");
  await close();
});

test("a guard of a whole app guards what was declared before it and what does not exist", async () => {
  const app = fastify({ forceCloseConnections: true });
  app.get("/early", () => assert.fail("let in"));
  app.addHook("onRequest", guardFastify(fakeKeyward({ keys: {} })));
  const { port, close } = await listening(app);
  for (const path of ["/early", "/nowhere"]) {
    assert.equal((await fetch(`http://127.0.0.1:${port}${path}`)).status, 401);
  }
  await close();
});
