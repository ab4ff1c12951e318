// Who renews a token, where no OpenID Provider can be asked whether its user is still one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { callAs, signedInMember } from "./sign-in.ts";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

const DAY = 86_400;

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.stop());

test("a member who came by a link renews a token within 180 days of it, and has to sign in again after that", async () => {
  const { cookie } = await signedInMember(server, "admin");
  const body = { name: "cli", scopes: ["keys:read"], lifetime_seconds: 365 * DAY };
  const token = await callAs(server, cookie, "POST", "/v1/tokens", { body });
  assert.equal(token.status, 201, token.text);
  const renew = (key: string) =>
    server.call("POST", `/v1/tokens/${token.json.id}/renew`, { key, body: {} });
  server.clock.passSeconds(180 * DAY - 60);
  const renewed = await renew(token.json.secret);
  assert.equal(renewed.status, 200, renewed.text);
  server.clock.passSeconds(120);
  const refused = await renew(renewed.json.secret);
  assert.deepEqual([refused.status, refused.json.code], [403, "reauth_required"]);
  assert.equal((await server.call("GET", "/v1/keys", { key: renewed.json.secret })).status, 200);
});
