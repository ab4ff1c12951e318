import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { addSeconds } from "@keyward/core/time";
import { grantSetOfRole } from "../../contract/member-roles.ts";
import type { Session } from "../../storage/people.ts";
import { tenantScope } from "../../storage/storage.ts";
import { SeededRandom } from "../../testing/seeded-random.ts";
import { assertFails, openWorkbench } from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";
import type { Caller } from "../call.ts";
import { beginDeviceLogin, pollDeviceLogin, redeemCode } from "./logins.ts";
import { signInByLink } from "./sign-in.ts";
import type { Browser } from "./sign-in.ts";
import { newUserCode, parseUserCode } from "./user-code.ts";

const VERIFIER = "a-verifier-of-at-least-forty-three-characters";
const REDIRECT = "http://127.0.0.1:4000/callback";
const ASKED = {
  response_type: "code",
  client_id: "keyward-cli",
  redirect_uri: REDIRECT,
  code_challenge: hash("sha256", VERIFIER, "base64url"),
  code_challenge_method: "S256",
  state: "xyz",
} as const;

function programOf({ clock, random }: Workbench): Browser {
  return { now: clock.now(), random, requestId: "r", ip: "203.0.113.9", userAgent: "cli" };
}

/** A member with a browser, and a program that asks. */
async function openAsking(t: TestContext) {
  const bench = await openWorkbench(t);
  const scope = tenantScope(bench.operator.scope);
  const member = await bench.write(bench.operator, "members.create", {
    body: { name: "Ann", role: "admin" },
  });
  const link = await bench.write(bench.operator, "members.link", {
    params: { member: member.id },
    body: {},
  });
  const { session } = await signInByLink(
    bench.storage,
    programOf(bench),
    link.path.split("=")[1] ?? "",
  );
  const begun = (await beginDeviceLogin(bench.storage, programOf(bench), scope)) ?? assert.fail();
  const find = async (user_code: string) =>
    (await bench.write(callerOf(session), "logins.find", { body: { user_code } })).login;
  const decide = (how: "approve" | "deny", login: string) =>
    bench.write(callerOf(session), `logins.${how}`, { params: { login } });
  const poll = () => pollDeviceLogin(bench.storage, programOf(bench), begun.deviceCode.reveal());
  return { bench, scope, member, session, begun, find, decide, poll };
}

function callerOf(session: Session): Caller {
  return {
    scope: tenantScope(session.workspaceId),
    keyId: undefined,
    member: { id: session.memberId, session },
    grants: grantSetOfRole("admin"),
    expiresAt: undefined,
    operator: true,
  };
}

test("RFC 8628 §6.1: a user code is eight of twenty letters, which a person may type as they like", () => {
  const random = new SeededRandom("codes");
  const codes = Array.from({ length: 2_000 }, () => newUserCode(random));
  for (const code of codes) {
    assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
  }
  const letters = new Set(codes.flatMap((code) => code.replace("-", "").split("")));
  assert.equal(letters.size, 20);
  assert.equal(parseUserCode(" wdjb mjht "), "WDJB-MJHT");
  for (const text of ["WDJB-MJH", "WDJB-MJHTT", "ADJB-MJHT", "WDJ1-MJHT"]) {
    assert.equal(parseUserCode(text), undefined);
  }
});

test("RFC 8628 §3.4: a program gets a session of the member who has approved it, as fresh as theirs, and gets it once", async (t) => {
  const { bench, scope, member, session, begun, find, decide, poll } = await openAsking(t);
  const login = (await find(begun.userCode.toLowerCase())) ?? assert.fail();
  assert.deepEqual([login.ip, login.user_agent], ["203.0.113.9", "cli"]);
  bench.clock.advanceSeconds(60);
  await decide("approve", login.id);
  const outcomes = await Promise.all([poll(), poll(), poll()]);
  const [given, ...others] = outcomes.filter((outcome) => typeof outcome !== "string");
  assert.ok(given !== undefined && others.length === 0);
  assert.equal(given.member.id, member.id);
  assert.equal(given.session.bearer, true);
  assert.equal(given.session.provedAt, session.provedAt);
  assert.equal(given.session.expiresAt, addSeconds(bench.clock.now(), 43_200));
  assert.deepEqual(
    outcomes.filter((outcome) => typeof outcome === "string"),
    ["invalid_grant", "invalid_grant"],
  );
  assert.equal(await find(begun.userCode), null);
  const actions = (await bench.auditOf(scope)).slice(-2).map(({ action }) => action);
  assert.deepEqual(actions, ["member.login_approved", "member.signed_in"]);
});

test("RFC 8628 §3.5: who asks too early waits five seconds longer from then on; who waits is told to go on waiting", async (t) => {
  const { bench, poll } = await openAsking(t);
  assert.equal(await poll(), "authorization_pending");
  bench.clock.advanceSeconds(4);
  assert.equal(await poll(), "slow_down");
  bench.clock.advanceSeconds(9);
  assert.equal(await poll(), "slow_down");
  bench.clock.advanceSeconds(15);
  assert.equal(await poll(), "authorization_pending");
  bench.clock.advanceSeconds(15);
  assert.equal(await poll(), "authorization_pending");
});

test("RFC 8628 §3.5: a program that was refused is told so, once", async (t) => {
  const denied = await openAsking(t);
  const login = (await denied.find(denied.begun.userCode)) ?? assert.fail();
  await denied.decide("deny", login.id);
  assert.equal(await denied.poll(), "access_denied");
  assert.equal(await denied.poll(), "invalid_grant");
  await assertFails(denied.decide("approve", login.id), "not_found");
});

test("RFC 8628 §3.5: a program that has waited for ten minutes has waited too long, and nobody can approve it then", async (t) => {
  const { bench, begun, find, decide, poll } = await openAsking(t);
  const login = (await find(begun.userCode)) ?? assert.fail();
  bench.clock.advanceSeconds(599);
  assert.equal(await poll(), "authorization_pending");
  bench.clock.advanceSeconds(1);
  assert.equal(await poll(), "expired_token");
  assert.equal(await find(begun.userCode), null);
  await assertFails(decide("deny", login.id), "not_found");
});

test("RFC 8628 §5.1: after ten wrong codes in ten minutes a member tries no more", async (t) => {
  const { bench, begun, find } = await openAsking(t);
  for (let attempt = 0; attempt < 10; attempt++) assert.equal(await find("BBBB-BBBB"), null);
  await assertFails(find("BBBB-BBBB"), "too_many");
  assert.ok((await find(begun.userCode)) !== null);
  bench.clock.advanceSeconds(600);
  await bench.storage.system.forgetTokens(bench.clock.now());
  assert.equal(await find("BBBB-BBBB"), null);
});

test("T52: only a member in a browser, who has just signed in, signs a program in", async (t) => {
  const { bench, session, begun, find, decide, poll } = await openAsking(t);
  const login = (await find(begun.userCode)) ?? assert.fail();
  const params = { login: login.id };
  await assertFails(bench.write(bench.operator, "logins.approve", { params }), "members_only");
  const program = callerOf({ ...session, bearer: true });
  await assertFails(bench.write(program, "logins.approve", { params }), "members_only");
  const stale = callerOf({ ...session, provedAt: addSeconds(bench.clock.now(), -600) });
  await assertFails(bench.write(stale, "logins.approve", { params }), "reauth_required");
  assert.equal(await poll(), "authorization_pending");
  await decide("approve", login.id);
});

test("a member who was disabled meanwhile signs nobody in", async (t) => {
  const { bench, member, begun, find, decide, poll } = await openAsking(t);
  const login = (await find(begun.userCode)) ?? assert.fail();
  await decide("approve", login.id);
  await bench.write(bench.operator, "members.disable", { params: { member: member.id } });
  assert.equal(await poll(), "access_denied");
});

test("RFC 7636 §4.6, RFC 6749 §4.1.2: a code is good for whoever asked for it, at the same place, within a minute and once", async (t) => {
  const { bench, session } = await openAsking(t);
  const authorize = async () => {
    const body = { ...ASKED, approve: true };
    const { redirect_to } = await bench.write(callerOf(session), "logins.authorize", { body });
    const back = new URL(redirect_to);
    assert.equal(back.origin + back.pathname, REDIRECT);
    assert.equal(back.searchParams.get("state"), "xyz");
    return back.searchParams.get("code") ?? assert.fail();
  };
  const redeem = (code: string, more: object = {}) =>
    redeemCode(bench.storage, programOf(bench), {
      code,
      redirectUri: REDIRECT,
      codeVerifier: VERIFIER,
      ...more,
    });
  const code = await authorize();
  const outcome = await redeem(code);
  assert.ok(typeof outcome !== "string" && outcome.session.bearer);
  assert.equal(await redeem(code), "invalid_grant");
  for (const wrong of [{ codeVerifier: `${VERIFIER}x` }, { redirectUri: `${REDIRECT}/x` }]) {
    const used = await authorize();
    assert.equal(await redeem(used, wrong), "invalid_grant");
    assert.equal(await redeem(used), "invalid_grant", "a wrong attempt uses the code up");
  }
  const late = await authorize();
  bench.clock.advanceSeconds(60);
  assert.equal(await redeem(late), "invalid_grant");
});

test("RFC 8252 §7.3: a code goes to this machine and nowhere else", async (t) => {
  const { bench, session } = await openAsking(t);
  const elsewhere = [
    "http://localhost:4000/callback",
    "https://127.0.0.1:4000/callback",
    "http://127.0.0.1.evil.example:4000/",
    "http://127.0.0.1:4000@evil.example/",
    "http://evil.example/",
    "http://127.0.0.1:4000/?code=1",
  ];
  for (const redirect_uri of elsewhere) {
    const body = { ...ASKED, redirect_uri, approve: true };
    await assert.rejects(bench.write(callerOf(session), "logins.authorize", { body }));
  }
  const body = { ...ASKED, approve: false };
  const { redirect_to } = await bench.write(callerOf(session), "logins.authorize", { body });
  assert.equal(redirect_to, `${REDIRECT}?error=access_denied&state=xyz`);
});
