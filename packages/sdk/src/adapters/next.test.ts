// Next's App Router calls a route handler with a `Request` and a context whose `params` are a promise, and here an HTTP server
// does so. test/examples/next.test.ts starts Next itself.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import type { Principal } from "../client/operations.generated.ts";
import { fakeKeyward } from "../testing.ts";
import { listen, READ, testAdapter, WRITE } from "./adapter.contract.ts";
import { guardNext } from "./next.ts";
import { principalOf } from "./principal-of.ts";

interface RouteContext {
  readonly params: Promise<{ readonly path: string }>;
}
type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

testAdapter("Next", ({ authenticator, handle }) => {
  const answer = async (request: Request, { params }: RouteContext, principal: Principal) => {
    const body = await handle((await params).path, () => principal);
    assert.equal(principal, principalOf(request));
    return new Response(body);
  };
  const peer = () => "127.0.0.1";
  const read = guardNext(authenticator, { ...READ, peer }, answer);
  const write = guardNext(authenticator, { ...WRITE, peer }, answer);
  const routes = new Map<string, RouteHandler>([
    ["/read", read],
    ["/write", write],
    ["/twice", guardNext(authenticator, { ...READ, peer }, read)],
    ["/both", guardNext(authenticator, { ...READ, peer }, write)],
    ["/broken", read],
  ]);
  const listener = getRequestListener(
    async (request) => {
      const path = new URL(request.url).pathname;
      const context = { params: Promise.resolve({ path }) };
      const response = await routes.get(path)?.(request, context);
      return response ?? new Response(null, { status: 404 });
    },
    { errorHandler: () => new Response(null, { status: 500 }) },
  );
  return listen(createServer(listener));
});

test("without being told the peer, a key that is bound to addresses is refused", async () => {
  const keyward = fakeKeyward({ keys: { office: { restrictions: { ips: ["192.0.2.0/24"] } } } });
  const GET = guardNext(keyward, {}, () => assert.fail("let in"));
  const request = new Request("https://app.test/", {
    headers: { "x-api-key": keyward.key("office"), "x-forwarded-for": "192.0.2.7" },
  });
  assert.equal((await GET(request, undefined)).status, 403);
});

test("T38: where telling the peer throws, the answer is 503", async () => {
  const peer = () => {
    throw new Error("broken");
  };
  const GET = guardNext(fakeKeyward({ keys: {} }), { peer }, () => assert.fail("let in"));
  assert.equal((await GET(new Request("https://app.test/"), undefined)).status, 503);
});
