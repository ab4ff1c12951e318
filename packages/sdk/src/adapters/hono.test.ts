import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { fakeKeyward } from "../testing.ts";
import { listen, READ, testAdapter, WRITE } from "./adapter.contract.ts";
import { guardHono, principalOf } from "./hono.ts";
import type { KeywardVariables } from "./hono.ts";

interface Env {
  Variables: KeywardVariables;
}

testAdapter("Hono", ({ authenticator, handle }) => {
  const app = new Hono<Env>();
  const answer = async (context: Context<Env>) => {
    const body = await handle(context.req.path, () => context.var.principal);
    assert.equal(context.var.principal, principalOf(context));
    return context.text(body);
  };
  const read = guardHono(authenticator, READ);
  const write = guardHono(authenticator, WRITE);
  app.get("/read", read, answer);
  app.get("/write", write, answer);
  app.use("/twice", read);
  app.route("/twice", new Hono<Env>().get("/", guardHono(authenticator, READ), answer));
  app.get("/both", read, write, answer);
  app.get("/broken", read, answer);
  app.onError((_error, context) => context.text("", 500));
  return listen(createServer(getRequestListener(app.fetch)));
});

test("on a runtime that does not tell the peer, a key that is bound to addresses works by what the app tells", async () => {
  const keyward = fakeKeyward({ keys: { office: { restrictions: { ips: ["192.0.2.0/24"] } } } });
  const app = new Hono<Env>();
  const peer = (context: Context) => context.req.header("x-real-peer");
  app.get("/told", guardHono(keyward, { peer }), (context) => context.text("in"));
  app.get("/untold", guardHono(keyward), (context) => context.text("in"));
  const headers = { "x-api-key": keyward.key("office"), "x-real-peer": "192.0.2.7" };
  assert.equal((await app.request("/told", { headers })).status, 200);
  assert.equal((await app.request("/untold", { headers })).status, 403);
});
