import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import express from "express";
import type { ErrorRequestHandler, RequestHandler } from "express";
import { fakeKeyward } from "../testing.ts";
import { listen, READ, testAdapter, WRITE } from "./adapter.contract.ts";
import { guardExpress, principalOf } from "./express.ts";

/** Express prints what it answers with 500. */
const quiet: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.sendStatus(500);
};

testAdapter("Express", ({ authenticator, handle }) => {
  const app = express();
  const answer: RequestHandler = async (request, response) => {
    const path = `${request.baseUrl}${request.path}`.replace(/\/$/, "");
    response.send(await handle(path, () => principalOf(request)));
  };
  const read = guardExpress(authenticator, READ);
  app.get("/read", read, answer);
  app.get("/write", guardExpress(authenticator, WRITE), answer);
  app.use("/twice", read);
  app.use("/twice", express.Router().use(guardExpress(authenticator, READ)).get("/", answer));
  app.use("/both", read, express.Router().get("/", guardExpress(authenticator, WRITE), answer));
  app.get("/broken", read, answer);
  app.use(quiet);
  return listen(createServer(app));
});

test("headers that middleware before the guard has set are on its refusals as well", async (context) => {
  const app = express();
  app.use((_request, response, next) => {
    response.set("access-control-allow-origin", "https://shop.test");
    next();
  });
  app.get("/", guardExpress(fakeKeyward({ keys: {} })), () => assert.fail("let in"));
  const { port, close } = await listen(createServer(app));
  context.after(close);
  const { status, headers } = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(status, 401);
  assert.equal(headers.get("access-control-allow-origin"), "https://shop.test");
});

test("T38: where an answer has already begun, a refusal ends the connection and not in the handler", async (context) => {
  const app = express();
  app.use((_request, response, next) => {
    response.write("begun");
    next();
  });
  app.get("/", guardExpress(fakeKeyward({ keys: {} })), () => assert.fail("let in"));
  const { port, close } = await listen(createServer(app));
  context.after(close);
  const response = await fetch(`http://127.0.0.1:${port}/`);
  await assert.rejects(response.text());
});

test("whose key it was can only be asked where a guard has let the request in", () => {
  assert.throws(() => principalOf({}), /no guard of Keyward has allowed this request/);
});
