import assert from "node:assert/strict";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { listen, READ, testAdapter, WRITE } from "./adapter.contract.ts";
import { guardWith } from "./fetch.ts";

const NEEDS = new Map([
  ["/read", [READ]],
  ["/write", [WRITE]],
  ["/twice", [READ, READ]],
  ["/both", [READ, WRITE]],
  ["/broken", [READ]],
]);

testAdapter("a fetch handler", ({ authenticator, handle }) => {
  const guard = guardWith(authenticator);
  const listener = getRequestListener(
    async (request, { incoming }) => {
      const path = new URL(request.url).pathname;
      const ip = incoming.socket.remoteAddress;
      let principal;
      let headers = {};
      for (const needs of NEEDS.get(path) ?? []) {
        const result = await guard(request, { ...needs, ip });
        if (result.outcome === "refused") return result.response;
        ({ principal, headers } = result);
      }
      assert.ok(principal);
      const caller = principal;
      return new Response(await handle(path, () => caller), { headers });
    },
    { errorHandler: () => new Response(null, { status: 500 }) },
  );
  return listen(createServer(listener));
});
