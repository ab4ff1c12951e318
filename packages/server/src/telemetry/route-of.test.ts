import assert from "node:assert/strict";
import { test } from "node:test";
import { routeOf } from "./route-of.ts";

test("T60: a route names no key, owner, workspace or path of a client", () => {
  for (const [target, route] of [
    ["/v1/verify", "/v1/verify"],
    ["/v1/keys/key_01?full=1", "/v1/keys/{key}"],
    ["/v1/keys/key_01/rotate", "/v1/keys/{key}/rotate"],
    ["/v1/ext-auth/nginx/invoices/42", "/v1/ext-auth/*"],
    ["/oauth/wsp_01/token", "/oauth/*"],
    ["/.well-known/oauth-authorization-server/oauth/wsp_01", "/.well-known/*"],
    ["/keys/key_01", undefined],
    ["/v1/keys/key_01/nothing", undefined],
    ["*", undefined],
  ] as const) {
    assert.equal(routeOf(target), route, target);
  }
});
