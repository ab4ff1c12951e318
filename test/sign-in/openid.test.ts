// Signing in by an OpenID Provider: the real one of `oidc-provider`, and what goes wrong on the way.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { callAs } from "../http/sign-in.ts";
import { startTestServer } from "../http/test-server.ts";
import type { TestServer } from "../http/test-server.ts";
import { CLIENT_ID, CLIENT_SECRET, startProvider, TestBrowser } from "./openid-provider.ts";
import type { TestProvider } from "./openid-provider.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

let server: TestServer;
let provider: TestProvider;
let keyward: string;
const directory = mkdtempSync(join(tmpdir(), "keyward-oidc-"));

before(async () => {
  const port = await freePort();
  keyward = `http://127.0.0.1:${port}`;
  provider = await startProvider(keyward);
  const file = join(directory, "providers.json");
  writeFileSync(join(directory, "client.secret"), `${CLIENT_SECRET}\n`);
  const settings = {
    id: "sso",
    name: "Acme SSO",
    issuer: provider.issuer,
    client_id: CLIENT_ID,
    client_secret_file: "client.secret",
    role_claim: "groups",
    roles: { admins: "admin", staff: "viewer" },
    trust_email: true,
  };
  const { client_secret_file: _, ...nowhere } = settings;
  const dead = { ...nowhere, id: "dead", issuer: "http://127.0.0.1:1" };
  writeFileSync(file, JSON.stringify({ providers: [settings, dead] }));
  server = await startTestServer({
    environment: { KEYWARD_PORT: String(port), KEYWARD_OIDC_FILE: file },
  });
});
after(async () => {
  await server.stop();
  await provider.stop();
  rmSync(directory, { recursive: true });
});

const START = "/v1/sign-in/oidc/sso";

interface Me {
  readonly member: { readonly id: string; readonly role: string; readonly name: string };
  readonly session: { readonly fresh_until: string };
}

async function meOf(browser: TestBrowser): Promise<Me> {
  const answer = await callAs(server, browser.cookies(keyward), "GET", "/v1/me");
  assert.equal(answer.status, 200, answer.text);
  return answer.json as unknown as Me;
}

function signIn(browser: TestBrowser, sub: string, query = ""): Promise<string> {
  return browser.signIn(keyward, `${keyward}${START}${query}`, sub);
}

test("whom the provider gives a role that we know is a member from then on, and has that role", async () => {
  provider.people.set("ann", { sub: "ann", name: "Ann Example", groups: ["other", "admins"] });
  const browser = new TestBrowser();
  assert.equal(await signIn(browser, "ann", "?return_to=/keys"), `${keyward}/keys`);
  const me = await meOf(browser);
  assert.equal(me.member.role, "admin");
  assert.equal(me.member.name, "Ann Example");
});

test("a member is who the provider says by issuer and subject, at each sign-in with the role of that day", async () => {
  provider.people.set("bob", { sub: "bob", groups: ["admins"] });
  const first = new TestBrowser();
  await signIn(first, "bob");
  const before = await meOf(first);
  provider.people.set("bob", { sub: "bob", name: "Renamed", groups: ["staff"] });
  const second = new TestBrowser();
  await signIn(second, "bob");
  const now = await meOf(second);
  assert.equal(now.member.id, before.member.id);
  assert.equal(now.member.role, "viewer");
});

test("who has no role with us is not let in, and becomes nobody", async () => {
  provider.people.set("eve", { sub: "eve", name: "Eve", groups: ["visitors"] });
  const browser = new TestBrowser();
  assert.equal(await signIn(browser, "eve"), `${keyward}/#/sign-in?error=not_a_member`);
  assert.ok(!browser.cookies(keyward).includes("kw_sid"));
  const members = await server.call("GET", "/v1/members?q=Eve");
  assert.deepEqual(members.json.data, []);
});

test("a member is recognised by an address only if the provider calls it verified, and only once", async () => {
  const invited = await server.call("POST", "/v1/members", {
    body: { name: "Invited", email: "carl@example.com", role: "developer" },
  });
  provider.people.set("liar", { sub: "liar", email: "carl@example.com", email_verified: false });
  const liar = new TestBrowser();
  assert.match(await signIn(liar, "liar"), /error=not_a_member$/);
  provider.people.set("carl", { sub: "carl", email: "Carl@Example.com", email_verified: true });
  const carl = new TestBrowser();
  await signIn(carl, "carl");
  assert.equal((await meOf(carl)).member.id, invited.json.id);
  provider.people.set("late", { sub: "late", email: "carl@example.com", email_verified: true });
  assert.match(await signIn(new TestBrowser(), "late"), /error=not_a_member$/);
});

test("a member who is disabled here does not come in by the provider", async () => {
  provider.people.set("dan", { sub: "dan", groups: ["staff"] });
  const browser = new TestBrowser();
  await signIn(browser, "dan");
  const { member } = await meOf(browser);
  await server.call("POST", `/v1/members/${member.id}/disable`);
  assert.match(await signIn(new TestBrowser(), "dan"), /error=not_a_member$/);
});

test("RFC 9700 §4.7, §4.4: a code is taken from the browser that began, with its state and issuer, and once", async () => {
  provider.people.set("fay", { sub: "fay", groups: ["staff"] });
  const victim = new TestBrowser();
  const back = new URL(await victim.toCallback(keyward, keyward + START, "fay"));
  const tried = async (browser: TestBrowser, change: (url: URL) => void) => {
    const url = new URL(back);
    change(url);
    return (await browser.request(url.href)).headers.get("location");
  };
  const failed = "/#/sign-in?error=sign_in_failed";
  assert.equal(await tried(new TestBrowser(), () => {}), failed);
  assert.equal(await tried(victim, (url) => url.searchParams.set("state", "another")), failed);
  // The first try has used the pending sign-in up, whatever came of it.
  assert.equal(await tried(victim, () => {}), failed);
  const other = new TestBrowser();
  const fresh = new URL(await other.toCallback(keyward, keyward + START, "fay"));
  fresh.searchParams.set("iss", "https://mixed.up.example");
  assert.equal((await other.request(fresh.href)).headers.get("location"), failed);
});

test("a sign-in that took longer than ten minutes has to begin again", async () => {
  provider.people.set("gil", { sub: "gil", groups: ["staff"] });
  const browser = new TestBrowser();
  const back = await browser.toCallback(keyward, keyward + START, "gil");
  server.clock.passSeconds(600);
  const location = (await browser.request(back)).headers.get("location");
  server.clock.passSeconds(-600);
  assert.equal(location, "/#/sign-in?error=sign_in_failed");
});

test("nobody is sent to another site after signing in", async () => {
  for (const target of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:1",
  ]) {
    const path = `${START}?return_to=${encodeURIComponent(target)}`;
    const answer = await server.call("GET", path, { key: null });
    assert.equal(answer.status, 400, target);
  }
});

test("T52: only a provider that has asked anew makes a sign-in recent", async () => {
  provider.people.set("hal", { sub: "hal", groups: ["admins"] });
  const browser = new TestBrowser();
  await signIn(browser, "hal", "?fresh=1");
  const isFresh = async () =>
    Date.parse((await meOf(browser)).session.fresh_until) > server.clock.now();
  assert.equal(await isFresh(), true);
  server.clock.passSeconds(700);
  assert.equal(await isFresh(), false);
  server.clock.passSeconds(-700);
});

test("a provider that does not answer keeps nobody waiting, and the page says that it is not there", async () => {
  for (let count = 0; count < 2; count++) {
    const answer = await server.call("GET", "/v1/sign-in/oidc/dead", { key: null });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), "/#/sign-in?error=unavailable");
  }
});

test("the page of signing in learns of the providers, and nothing else of them", async () => {
  const answer = await server.call("GET", "/v1/sign-in/providers", { key: null });
  assert.deepEqual(answer.json, {
    data: [
      { id: "sso", name: "Acme SSO" },
      { id: "dead", name: "Acme SSO" },
    ],
  });
  const unknown = await server.call("GET", "/v1/sign-in/oidc/none", { key: null });
  assert.equal(unknown.status, 404);
});

test("OpenID Connect Back-Channel Logout: who signs out at the provider is signed out here", async () => {
  provider.people.set("ida", { sub: "ida", groups: ["staff"] });
  const browser = new TestBrowser();
  await signIn(browser, "ida");
  const { member } = await meOf(browser);
  await browser.signOut(provider.issuer);
  const answer = await callAs(server, browser.cookies(keyward), "GET", "/v1/me");
  assert.equal(answer.status, 401);
  const audit = await server.call("GET", `/v1/audit?target=${member.id}&limit=1`);
  const [event] = audit.json.data as unknown as [{ detail: { because: string } }];
  assert.equal(event.detail.because, "signed_out_at_provider");
});

test("OpenID Connect Back-Channel Logout §2.6: what is no logout token ends no session", async () => {
  provider.people.set("jon", { sub: "jon", groups: ["staff"] });
  const browser = new TestBrowser();
  await signIn(browser, "jon");
  const unsigned = (payload: object) =>
    `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.`;
  const claims = {
    iss: provider.issuer,
    aud: CLIENT_ID,
    sub: "jon",
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 60,
    jti: "1",
    events: { "http://schemas.openid.net/event/backchannel-logout": {} },
  };
  for (const token of [unsigned(claims), "", "a.b.c"]) {
    const answer = await server.call("POST", `${START}/logout`, {
      key: null,
      body: `logout_token=${token}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    assert.equal(answer.json.code, "sign_in_failed", token);
  }
  await meOf(browser);
});

/** A token that a member makes for themselves. */
async function makeToken(browser: TestBrowser) {
  const answer = await callAs(server, browser.cookies(keyward), "POST", "/v1/tokens", {
    body: { name: "script", scopes: ["keys:read"] },
  });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
}

test("a token is renewed while the provider knows its user, and not after", async () => {
  provider.people.set("kim", { sub: "kim", groups: ["staff"] });
  const browser = new TestBrowser();
  await signIn(browser, "kim", "?fresh=1");
  const token = await makeToken(browser);
  const path = `/v1/tokens/${token.id}/renew`;
  const renewed = await server.call("POST", path, { key: token.secret });
  assert.equal(renewed.status, 200, renewed.text);
  provider.gone.add("kim");
  const refused = await server.call("POST", path, { key: renewed.json.secret });
  assert.equal(refused.json.code, "user_gone");
  // It works until it ends: the provider has said nothing against its use.
  const used = await server.call("GET", "/v1/keys", { key: renewed.json.secret });
  assert.equal(used.status, 200);
});

test("a secret that was renewed and renews again ends the token, in its overlap and after; a repeat does not", async () => {
  for (const seconds of [0, 90_000]) {
    const sub = `leo-${seconds}`;
    provider.people.set(sub, { sub, groups: ["staff"] });
    const browser = new TestBrowser();
    await signIn(browser, sub, "?fresh=1");
    const token = await makeToken(browser);
    const path = `/v1/tokens/${token.id}/renew`;
    const headers = { "idempotency-key": `renewal-${seconds}` };
    const renewed = await server.call("POST", path, { key: token.secret, headers });
    assert.equal(renewed.status, 200, renewed.text);
    const repeated = await server.call("POST", path, { key: token.secret, headers });
    assert.equal(repeated.json.secret, renewed.json.secret);
    server.clock.passSeconds(seconds);
    const reused = await server.call("POST", path, { key: token.secret });
    assert.equal(reused.status, 401);
    const after = await server.call("GET", "/v1/me", { key: renewed.json.secret });
    assert.equal(after.status, 401);
    const { json } = await server.call("GET", `/v1/keys/${token.id}`);
    assert.equal(json.status, "revoked");
    server.clock.passSeconds(-seconds);
  }
});

test("K4: no refresh token, code or verifier is kept in the clear", async () => {
  const { readFileSync, readdirSync } = await import("node:fs");
  for (const file of readdirSync(server.directory)) {
    const text = readFileSync(join(server.directory, file), "latin1");
    assert.doesNotMatch(text, /refresh_token|code_verifier/, file);
  }
});
