// RFC 8628 as a third-party client does it, and people who come by a real OpenID Provider: that of `oidc-provider`.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as oauth from "openid-client";
import { callAs } from "../http/sign-in.ts";
import { startTestServer } from "../http/test-server.ts";
import type { TestServer } from "../http/test-server.ts";
import { CLIENT_ID, CLIENT_SECRET, startProvider, TestBrowser } from "./openid-provider.ts";
import type { TestProvider } from "./openid-provider.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

let server: TestServer;
let provider: TestProvider;
let keyward: string;
const directory = mkdtempSync(join(tmpdir(), "keyward-device-"));

before(async () => {
  const port = await freePort();
  keyward = `http://127.0.0.1:${port}`;
  provider = await startProvider(keyward);
  const file = join(directory, "providers.json");
  const { issuer } = provider;
  const settings = { id: "sso", name: "SSO", issuer, client_id: CLIENT_ID, default_role: "admin" };
  writeFileSync(
    file,
    JSON.stringify({ providers: [{ ...settings, client_secret: CLIENT_SECRET }] }),
  );
  server = await startTestServer({
    environment: { KEYWARD_PORT: String(port), KEYWARD_OIDC_FILE: file },
  });
});
after(async () => {
  await server.stop();
  await provider.stop();
  rmSync(directory, { recursive: true });
});

function discover(): Promise<oauth.Configuration> {
  return oauth.discovery(new URL(keyward), "keyward-cli", undefined, oauth.None(), {
    algorithm: "oauth2",
    execute: [oauth.allowInsecureRequests],
  });
}

test("whoever has signed in by the company's provider signs a program in by its code, once", async () => {
  provider.people.set("ann", { sub: "ann", name: "Ann Example" });
  const browser = new TestBrowser();
  await browser.signIn(keyward, `${keyward}/v1/sign-in/oidc/sso?fresh=1`, "ann");
  const cookie = browser.cookies(keyward);
  const config = await discover();
  const asked = await oauth.initiateDeviceAuthorization(config, {});
  assert.equal(asked.verification_uri, `${keyward}/device`);
  assert.equal(asked.verification_uri_complete, `${keyward}/device?user_code=${asked.user_code}`);
  assert.deepEqual([asked.expires_in, asked.interval], [600, 5]);
  const body = { user_code: asked.user_code };
  const found = await callAs(server, cookie, "POST", "/v1/logins/find", { body });
  const { login } = found.json as unknown as { readonly login: { readonly id: string } };
  const approved = await callAs(server, cookie, "POST", `/v1/logins/${login.id}/approve`);
  assert.equal(approved.status, 204, approved.text);
  const tokens = await oauth.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 });
  assert.ok((tokens.expires_in ?? 0) > 43_000 && (tokens.expires_in ?? 0) <= 43_200);
  const me = await server.call("GET", "/v1/me", { key: tokens.access_token });
  const { member } = me.json as unknown as { readonly member: { readonly name: string } };
  assert.equal(member.name, "Ann Example");
  await assert.rejects(oauth.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 }), {
    error: "invalid_grant",
  });
});

/** A program that has been signed in by this person's session. @returns its bearer token */
async function signProgramIn(cookie: string): Promise<string> {
  const config = await discover();
  const asked = await oauth.initiateDeviceAuthorization(config, {});
  const body = { user_code: asked.user_code };
  const found = await callAs(server, cookie, "POST", "/v1/logins/find", { body });
  const { login } = found.json as unknown as { readonly login: { readonly id: string } };
  await callAs(server, cookie, "POST", `/v1/logins/${login.id}/approve`);
  const tokens = await oauth.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 });
  return tokens.access_token;
}

test("OpenID Connect Back-Channel Logout: who signs out at the provider is signed out on the command line too, and nobody else is", async () => {
  const browsers = { eva: new TestBrowser(), fin: new TestBrowser() };
  const keys: string[] = [];
  for (const [sub, browser] of Object.entries(browsers)) {
    provider.people.set(sub, { sub });
    await browser.signIn(keyward, `${keyward}/v1/sign-in/oidc/sso?fresh=1`, sub);
    keys.push(await signProgramIn(browser.cookies(keyward)));
  }
  const statuses = async () =>
    await Promise.all(
      keys.map(async (key) => (await server.call("GET", "/v1/me", { key })).status),
    );
  assert.deepEqual(await statuses(), [200, 200]);
  await browsers.eva.signOut(provider.issuer);
  assert.deepEqual(await statuses(), [401, 200]);
});

test("a program's token is no cookie, and a browser's cookie is no bearer token; neither verifies keys", async () => {
  const browser = new TestBrowser();
  await browser.signIn(keyward, `${keyward}/v1/sign-in/oidc/sso`, "ann");
  const cookie = browser.cookies(keyward);
  const session = cookie.slice(cookie.indexOf("=") + 1);
  const asBearer = await server.call("GET", "/v1/me", { key: decodeURIComponent(session) });
  assert.equal(asBearer.status, 401);
  const verify = { key: decodeURIComponent(session), body: { credential: "x" } };
  assert.equal((await server.call("POST", "/v1/verify", verify)).status, 401);
});

test("RFC 8628 §3.5, RFC 6749 §5.2: only the command line asks, without a secret, and errors are the RFC's", async () => {
  const form = async (path: string, fields: Record<string, string>) => {
    const answer = await fetch(keyward + path, {
      method: "POST",
      body: new URLSearchParams(fields),
    });
    return [answer.status, ((await answer.json()) as { readonly error?: string }).error];
  };
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  const client_id = "keyward-cli";
  const device = "/oauth/device_authorization";
  assert.deepEqual(await form(device, {}), [400, "invalid_request"]);
  assert.deepEqual(await form(device, { client_id: "other" }), [400, "unauthorized_client"]);
  assert.deepEqual(await form(device, { client_id, client_secret: "x" }), [
    400,
    "unauthorized_client",
  ]);
  assert.deepEqual(await form("/oauth/token", { grant_type, client_id }), [400, "invalid_request"]);
  const wrong = { grant_type, client_id, device_code: "invented" };
  assert.deepEqual(await form("/oauth/token", wrong), [400, "invalid_grant"]);
  const config = await discover();
  const { device_code } = await oauth.initiateDeviceAuthorization(config, {});
  const waiting = { grant_type, client_id, device_code };
  assert.deepEqual(await form("/oauth/token", waiting), [400, "authorization_pending"]);
  assert.deepEqual(await form("/oauth/token", waiting), [400, "slow_down"]);
});
