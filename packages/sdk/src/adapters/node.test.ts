import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "../client/operations.generated.ts";
import { listen, READ, testAdapter, WRITE } from "./adapter.contract.ts";
import type { ContractApp } from "./adapter.contract.ts";
import { guardNode } from "./node.ts";
import { principalOf } from "./principal-of.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function routesOf({ authenticator, handle }: ContractApp): ReadonlyMap<string, Handler> {
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    principal: Principal,
  ) => {
    const body = await handle(pathOf(request), () => principal);
    assert.equal(principal, principalOf(request));
    response.end(body);
  };
  const read = guardNode(authenticator, READ, answer);
  const write: Handler = guardNode(authenticator, WRITE, answer);
  return new Map<string, Handler>([
    ["/read", read],
    ["/write", write],
    ["/twice", guardNode(authenticator, READ, read)],
    ["/both", guardNode(authenticator, READ, write)],
    ["/broken", read],
  ]);
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?")[0] ?? "";
}

testAdapter("node:http", (app) => {
  const routes = routesOf(app);
  const server = createServer((request, response) => {
    const handler = routes.get(pathOf(request));
    handler?.(request, response).catch(() => {
      response.statusCode = 500;
      response.end();
    });
  });
  return listen(server);
});
