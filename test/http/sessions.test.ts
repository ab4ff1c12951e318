// Sessions of members as browsers have them: T06, T50, T52, T53.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { callAs, cookieOf, ownPage, signedInMember, signInWith, tokenOf } from "./sign-in.ts";
import { startTestServer } from "./test-server.ts";
import type { Answer, TestServer } from "./test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
});
after(async () => await server.stop());

const MINUTE = 60;
const HOUR = 3_600;

async function linkOf(memberId: string, body: object = {}): Promise<string> {
  const { json, text } = await server.call("POST", `/v1/members/${memberId}/link`, { body });
  assert.ok(json.path, text);
  return tokenOf(json.path);
}

async function newMember(role = "viewer"): Promise<string> {
  const answer = await server.call("POST", "/v1/members", { body: { name: "new", role } });
  return answer.json.id;
}

function follow(token: string, headers: Readonly<Record<string, string>> = ownPage(server)) {
  return server.call("POST", "/v1/sign-in/link", { key: null, body: { token }, headers });
}

function codeOf({ status, json }: Answer): string {
  return `${status} ${json.code}`;
}

test("T06: of fifty who follow a link at once exactly one is signed in", async () => {
  const token = await linkOf(await newMember());
  const answers = await Promise.all(Array.from({ length: 50 }, () => follow(token)));
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 204).length, 1);
  assert.equal(statuses.filter((status) => status === 400).length, 49);
});

test("T06: a link that is used, replaced, late, invented or of a disabled member signs nobody in, and all look alike", async () => {
  const used = await linkOf(await newMember());
  await signInWith(server, used);
  const replacedMember = await newMember();
  const replaced = await linkOf(replacedMember);
  await linkOf(replacedMember);
  const late = await linkOf(await newMember(), { lifetime_seconds: 60 });
  const disabledMember = await newMember();
  const ofDisabled = await linkOf(disabledMember);
  await server.call("POST", `/v1/members/${disabledMember}/disable`);
  server.clock.passSeconds(61);
  const invented = `${used.split(".")[0] ?? ""}.${"A".repeat(43)}`;
  const bodies = new Set<string>();
  for (const token of [used, replaced, late, ofDisabled, invented, "nothing"]) {
    const answer = await follow(token);
    assert.equal(codeOf(answer), "400 invalid_sign_in_link");
    assert.deepEqual(answer.headers.getSetCookie(), []);
    bodies.add(answer.text.replace(answer.json.request_id, "ID"));
  }
  assert.equal(bodies.size, 1);
});

test("T50: the cookie is HttpOnly, SameSite=Lax and of the whole host; with an https address it is Secure and says so by its name", async () => {
  const plain = await follow(await linkOf(await newMember()));
  const [line = ""] = plain.headers.getSetCookie();
  assert.match(line, /^kw_sid=wsp_[0-9a-z]{26}\.[0-9A-Za-z]{43}; /);
  assert.deepEqual(line.split("; ").slice(1).sort(), [
    "HttpOnly",
    "Max-Age=43200",
    "Path=/",
    "SameSite=Lax",
  ]);
  const secure = await startTestServer({
    environment: { KEYWARD_PUBLIC_URL: "https://keys.example.com" },
  });
  try {
    const member = await secure.call("POST", "/v1/members", { body: { name: "n", role: "owner" } });
    const link = await secure.call("POST", `/v1/members/${member.json.id}/link`, { body: {} });
    const answer = await secure.call("POST", "/v1/sign-in/link", {
      key: null,
      body: { token: tokenOf(link.json.path) },
      headers: { origin: "https://keys.example.com" },
    });
    const [secureLine = ""] = answer.headers.getSetCookie();
    assert.match(secureLine, /^__Host-kw_sid=/);
    assert.deepEqual(secureLine.split("; ").slice(1).sort(), [
      "HttpOnly",
      "Max-Age=43200",
      "Path=/",
      "SameSite=Lax",
      "Secure",
    ]);
    const cookie = cookieOf(answer) ?? "";
    const me = (headers: Readonly<Record<string, string>>) =>
      secure.call("GET", "/v1/me", { key: null, headers });
    assert.equal((await me({ cookie })).status, 200);
    // A cookie that plain http could have planted is none.
    assert.equal((await me({ cookie: cookie.replace("__Host-", "") })).status, 401);
  } finally {
    await secure.stop();
  }
});

test("T50: over plain http nobody signs in from another machine, unless the operator has said so", async () => {
  const away = { ...ownPage(server), host: "keys.lan:4141", origin: "http://keys.lan:4141" };
  const token = await linkOf(await newMember());
  const refused = await rawFollow(server, token, away);
  assert.equal(refused, 403);
  const open = await startTestServer({ environment: { KEYWARD_ALLOW_INSECURE_HTTP: "1" } });
  try {
    const member = await open.call("POST", "/v1/members", { body: { name: "n", role: "owner" } });
    const link = await open.call("POST", `/v1/members/${member.json.id}/link`, { body: {} });
    assert.equal(await rawFollow(open, tokenOf(link.json.path), away), 204);
  } finally {
    await open.stop();
  }
});

/** `fetch` sets Host itself. */
async function rawFollow(
  { url }: TestServer,
  token: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    const asked = request(
      `${url}/v1/sign-in/link`,
      { method: "POST", headers: { ...headers, "content-type": "application/json" } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.on("error", reject);
    asked.end(JSON.stringify({ token }));
  });
}

/** What a browser says of a page, and of what it wants. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no header of ours": { origin: "" },
  "the page of another site": { origin: "https://evil.example", "x-keyward-csrf": "1" },
  "a page on another port": { origin: "http://127.0.0.1:1", "x-keyward-csrf": "1" },
  "a form of the same site": { origin: "null", "x-keyward-csrf": "1" },
  "no origin at all": { "x-keyward-csrf": "1" },
  "Sec-Fetch-Site: same-site": { "x-keyward-csrf": "1", "sec-fetch-site": "same-site" },
  "Sec-Fetch-Site: cross-site": { "x-keyward-csrf": "1", "sec-fetch-site": "cross-site" },
  "Sec-Fetch-Site: none": { "x-keyward-csrf": "1", "sec-fetch-site": "none" },
};

test("T50: what does not come from our own pages changes nothing, though the cookie comes along", async () => {
  const { cookie } = await signedInMember(server, "owner");
  for (const [name, headers] of Object.entries(FOREIGN)) {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
    const body = { name: "planted", prefix: "planted", audience: "https://planted.example" };
    for (const path of ["/v1/apis", "/v1/sign-out"]) {
      const options = path === "/v1/apis" ? { body } : {};
      const answer = await server.call("POST", path, {
        key: null,
        headers: { ...sent, cookie },
        ...options,
      });
      assert.equal(codeOf(answer), "403 cross_site_request", `${name} ${path}`);
    }
  }
  const apis = await callAs(server, cookie, "GET", "/v1/apis?limit=250");
  assert.ok(apis.json.data.every(({ name }) => name !== "planted"));
});

test("T50: a page of another site reads nothing, and signs nobody in as somebody else", async () => {
  const { cookie } = await signedInMember(server, "owner");
  for (const site of ["cross-site", "same-site"]) {
    const answer = await server.call("GET", "/v1/keys", {
      key: null,
      headers: { cookie, "sec-fetch-site": site },
    });
    assert.equal(codeOf(answer), "403 cross_site_request");
  }
  const typed = await server.call("GET", "/v1/me", {
    key: null,
    headers: { cookie, "sec-fetch-site": "none" },
  });
  assert.equal(typed.status, 200);
  const token = await linkOf(await newMember());
  const planted = await follow(token, { origin: "https://evil.example" });
  assert.equal(codeOf(planted), "403 cross_site_request");
  assert.equal((await follow(token)).status, 204);
});

test("T50: no GET changes anything for a browser", async () => {
  const { cookie } = await signedInMember(server, "owner");
  const revOf = async () => (await server.call("GET", "/v1/audit?limit=1")).json.data[0]?.rev;
  const before = await revOf();
  const paths = ["/v1/me", "/v1/keys", "/v1/members", "/v1/sessions", "/v1/audit", "/v1/sign-out"];
  for (const path of [...paths, "/v1/sign-in/link"]) {
    await callAs(server, cookie, "GET", path);
  }
  assert.equal(await revOf(), before);
});

test("a session and a management key in one request are ambiguous", async () => {
  const { cookie } = await signedInMember(server, "owner");
  const headers = { ...ownPage(server), cookie };
  const answer = await server.call("GET", "/v1/me", { key: server.key, headers });
  assert.equal(codeOf(answer), "400 ambiguous_credentials");
});

test("T52: after ten minutes the browser has a new token; the one before works on for a minute", async () => {
  const { cookie } = await signedInMember(server, "viewer");
  const me = (as: string) => callAs(server, as, "GET", "/v1/me");
  assert.equal(cookieOf(await me(cookie)), undefined);
  server.clock.passSeconds(10 * MINUTE);
  const renewed = cookieOf(await me(cookie)) ?? assert.fail("no new token");
  assert.notEqual(renewed, cookie);
  assert.equal(cookieOf(await me(cookie)), undefined);
  server.clock.passSeconds(59);
  assert.equal((await me(cookie)).status, 200);
  assert.equal((await me(renewed)).status, 200);
});

test("T52: of many requests at the time of a renewal one brings the new token, and all are answered", async () => {
  const { cookie } = await signedInMember(server, "viewer");
  server.clock.passSeconds(11 * MINUTE);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => callAs(server, cookie, "GET", "/v1/me")),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  assert.equal(answers.filter((answer) => cookieOf(answer) !== undefined).length, 1);
});

test("T52: a token that was replaced ends the session when it is shown again, for the thief and the owner alike", async () => {
  const { id, cookie } = await signedInMember(server, "viewer");
  server.clock.passSeconds(10 * MINUTE);
  const renewed = cookieOf(await callAs(server, cookie, "GET", "/v1/me")) ?? assert.fail();
  server.clock.passSeconds(MINUTE);
  const replayed = await callAs(server, cookie, "GET", "/v1/me");
  assert.equal(codeOf(replayed), "401 unauthenticated");
  assert.match(replayed.headers.getSetCookie()[0] ?? "", /^kw_sid=; Max-Age=0/);
  assert.equal((await callAs(server, renewed, "GET", "/v1/me")).status, 401);
  const audit = await server.call("GET", `/v1/audit?target=${id}&limit=1`);
  const [event] = audit.json.data as unknown as [{ action: string; detail: unknown }];
  assert.equal(event.action, "member.session_ended");
  assert.equal((event.detail as { because: string }).because, "replayed");
});

test("T52: a session ends after twelve hours without use, and after a week in any case", async () => {
  const idle = await signedInMember(server, "viewer");
  server.clock.passSeconds(12 * HOUR - 1);
  const used = await signedInMember(server, "viewer");
  assert.equal((await callAs(server, idle.cookie, "GET", "/v1/me")).status, 200);
  let { cookie } = used;
  for (let hours = 0; hours < 7 * 24; hours += 6) {
    const answer = await callAs(server, cookie, "GET", "/v1/me");
    assert.equal(answer.status, 200, `after ${hours} hours`);
    cookie = cookieOf(answer) ?? cookie;
    server.clock.passSeconds(6 * HOUR);
  }
  assert.equal((await callAs(server, cookie, "GET", "/v1/me")).status, 401);
  const unused = await signedInMember(server, "viewer");
  server.clock.passSeconds(12 * HOUR);
  assert.equal((await callAs(server, unused.cookie, "GET", "/v1/me")).status, 401);
});

test("T52: what gives power over Keyward itself needs a sign-in of the last ten minutes; ordinary keys do not", async () => {
  const { cookie } = await signedInMember(server, "owner");
  const api = { name: "a", prefix: "fresh", audience: "https://fresh.example" };
  assert.equal((await callAs(server, cookie, "POST", "/v1/apis", { body: api })).status, 201);
  const member = await newMember();
  const management = { api: "keyward", name: "root", owner: "me", scopes: ["keys:read"] };
  const managed = await server.call("POST", "/v1/keys", { body: management });
  server.clock.passSeconds(10 * MINUTE);
  const powerful: readonly (readonly [string, string, object?])[] = [
    ["POST", "/v1/keys", management],
    ["POST", `/v1/keys/${managed.json.id}/rotate`, {}],
    ["POST", `/v1/keys/${managed.json.id}/secrets`, {}],
    ["POST", "/v1/members", { name: "m", role: "viewer" }],
    ["POST", `/v1/members/${member}/link`, {}],
    ["PATCH", `/v1/members/${member}`, { role: "admin" }],
    ["POST", "/v1/workspaces", { name: "w" }],
  ];
  for (const [method, path, body] of powerful) {
    const answer = await callAs(server, cookie, method, path, body === undefined ? {} : { body });
    assert.equal(codeOf(answer), "403 reauth_required", `${method} ${path}`);
  }
  const ordinary = { api: "fresh", name: "k", owner: "o" };
  assert.equal((await callAs(server, cookie, "POST", "/v1/keys", { body: ordinary })).status, 201);
  // Ending power needs no more than having it.
  const revoke = `/v1/keys/${managed.json.id}/revoke`;
  assert.equal((await callAs(server, cookie, "POST", revoke, { body: {} })).status, 200);
});

test("T53: signing out ends the session and has the browser forget; the cookie is worth nothing then", async () => {
  const { cookie } = await signedInMember(server, "viewer");
  const out = await callAs(server, cookie, "POST", "/v1/sign-out");
  assert.equal(out.status, 204);
  assert.equal(out.headers.get("clear-site-data"), '"cache", "storage"');
  assert.match(out.headers.getSetCookie()[0] ?? "", /^kw_sid=; Max-Age=0/);
  assert.equal((await callAs(server, cookie, "GET", "/v1/me")).status, 401);
});

test("a member who is disabled, deleted or demoted is so from the next request on", async () => {
  const disabled = await signedInMember(server, "admin");
  const deleted = await signedInMember(server, "admin");
  const demoted = await signedInMember(server, "admin");
  await server.call("POST", `/v1/members/${disabled.id}/disable`);
  await server.call("DELETE", `/v1/members/${deleted.id}`);
  await server.call("PATCH", `/v1/members/${demoted.id}`, { body: { role: "viewer" } });
  assert.equal((await callAs(server, disabled.cookie, "GET", "/v1/me")).status, 401);
  assert.equal((await callAs(server, deleted.cookie, "GET", "/v1/me")).status, 401);
  const owner = { external_id: "later" };
  const refused = await callAs(server, demoted.cookie, "POST", "/v1/owners", { body: owner });
  assert.equal(codeOf(refused), "403 insufficient_permission");
});

test("a member lists and ends their own sessions; whoever manages members those of others", async () => {
  const first = await signedInMember(server, "viewer");
  const second = await signInWith(server, await linkOf(first.id));
  const listed = await callAs(server, second, "GET", "/v1/sessions");
  const sessions = listed.json.data as unknown as readonly { id: string; current: boolean }[];
  assert.deepEqual(
    sessions.map(({ current }) => current),
    [true, false],
  );
  const other = await signedInMember(server, "viewer");
  const path = `/v1/sessions/${sessions[1]?.id}`;
  assert.equal((await callAs(server, other.cookie, "DELETE", path)).status, 403);
  assert.equal((await callAs(server, second, "DELETE", path)).status, 204);
  assert.equal((await callAs(server, first.cookie, "GET", "/v1/me")).status, 401);
  const all = await server.call("GET", `/v1/sessions?member=${first.id}`);
  assert.equal(all.json.data.length, 1);
  await server.call("DELETE", `/v1/sessions/${all.json.data[0]?.id}`);
  assert.equal((await callAs(server, second, "GET", "/v1/me")).status, 401);
});

test("what a member does is theirs in the audit log, and a browser is told who it is", async () => {
  const { id, cookie } = await signedInMember(server, "developer");
  const api = await callAs(server, cookie, "POST", "/v1/apis", {
    body: { name: "Mine", prefix: "mine", audience: "https://mine.example" },
  });
  const audit = await server.call("GET", `/v1/audit?target=${api.json.id}`);
  const [event] = audit.json.data as unknown as [{ actor: { type: string; id: string } }];
  assert.deepEqual([event.actor.type, event.actor.id], ["member", id]);
  const me = (await callAs(server, cookie, "GET", "/v1/me")).json as unknown as {
    member: { role: string };
    key_id: null;
    permissions: string[];
  };
  assert.equal(me.member.role, "developer");
  assert.equal(me.key_id, null);
  assert.ok(me.permissions.includes("keys:write"));
  assert.ok(!me.permissions.includes("members:write"));
});

test("K4: neither the token of a link nor that of a session is kept", async () => {
  const token = await linkOf(await newMember());
  const { cookie } = await signedInMember(server, "viewer");
  const { readFileSync, readdirSync } = await import("node:fs");
  for (const file of readdirSync(server.directory)) {
    const bytes = readFileSync(`${server.directory}/${file}`);
    for (const secret of [token, cookie.split("=")[1] ?? "", token.split(".")[1] ?? ""]) {
      assert.equal(bytes.indexOf(secret), -1, file);
    }
  }
});

test("a browser of one member at most twenty times: one more ends the oldest", async () => {
  const first = await signedInMember(server, "viewer");
  for (let count = 0; count < 20; count++) await signInWith(server, await linkOf(first.id));
  assert.equal((await callAs(server, first.cookie, "GET", "/v1/me")).status, 401);
  const { json } = await server.call("GET", `/v1/sessions?member=${first.id}`);
  assert.equal(json.data.length, 20);
});
