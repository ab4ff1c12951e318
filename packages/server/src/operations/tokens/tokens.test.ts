import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compileGrants, covers, parseScope } from "@keyward/core/scope/scope";
import { decide } from "@keyward/core/verdict/decide";
import { tenantScope } from "../../storage/storage.ts";
import { assertFails, createAcme, openWorkbench } from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";
import type { Caller } from "../call.ts";
import { signInByLink } from "../sign-in/sign-in.ts";
import { grantSetOfRole } from "../../contract/member-roles.ts";

const DAY = 86_400;

async function createUser(bench: Workbench, rights: readonly string[] | null) {
  return await bench.write(bench.operator, "owners.create", {
    body: { external_id: "ada", type: "user", rights: rights === null ? null : [...rights] },
  });
}

function createToken(bench: Workbench, scopes: readonly string[], more: object = {}) {
  return bench.write(bench.operator, "tokens.create", {
    body: { api: "acme", owner: "ada", name: "script", scopes: [...scopes], ...more },
  });
}

function codeOf(bench: Workbench, secret: string, scope?: string): string {
  const key = bench.verifier.find(secret);
  if (key === undefined) return "unknown";
  const required = scope === undefined ? undefined : parseScope(scope);
  const scopes = required === undefined ? {} : { scopes: { all: [required] } };
  return decide(key, { api: "acme", ...scopes }, bench.clock.now()).code;
}

test("a token is a key of kind pat that ends: after 90 days, or when it was asked to within a day and a year", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["invoices:*"]);
  const token = await createToken(bench, ["invoices:read"]);
  assert.equal(token.kind, "pat");
  assert.match(token.secret, /^acme_pat_live_[0-9A-Za-z]{49}$/);
  const at = (days: number) => new Date(bench.clock.now() + days * DAY * 1000).toISOString();
  assert.equal(token.expires_at, at(90));
  const year = await createToken(bench, [], { lifetime_seconds: 365 * DAY });
  assert.equal(year.expires_at, at(365));
  for (const seconds of [0, DAY - 1, 365 * DAY + 1]) {
    await assert.rejects(createToken(bench, [], { lifetime_seconds: seconds }));
  }
});

test("at creation a token gets no scope that its user has not, and none at all for whom nothing is known", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["invoices:read"]);
  await assertFails(createToken(bench, ["invoices:write"]), "exceeds_own_permissions");
  await assertFails(createToken(bench, ["invoices:*"]), "exceeds_own_permissions");
  await bench.write(bench.operator, "owners.update", {
    params: { owner: "ada" },
    body: { rights: null },
  });
  await assertFails(createToken(bench, ["invoices:read"]), "exceeds_own_permissions");
});

test("at use a token does what its user may do now: what they have lost it has lost, and has again when they have", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["invoices:*", "reports:list"]);
  const { secret } = await createToken(bench, ["invoices:*"]);
  const set = (rights: string[] | null) =>
    bench.write(bench.operator, "owners.update", { params: { owner: "ada" }, body: { rights } });
  assert.equal(codeOf(bench, secret, "invoices:write"), "allowed");
  assert.equal(codeOf(bench, secret, "reports:list"), "insufficient_scope");
  await set(["invoices:read", "reports:list"]);
  assert.equal(codeOf(bench, secret, "invoices:read"), "allowed");
  assert.equal(codeOf(bench, secret, "invoices:write"), "insufficient_scope");
  await set(null);
  assert.equal(codeOf(bench, secret, "invoices:read"), "insufficient_scope");
  await set(["*"]);
  assert.equal(codeOf(bench, secret, "invoices:write"), "allowed");
});

test("all tokens of a user are suspended at once by disabling them, and work again", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["*"]);
  const tokens = [await createToken(bench, ["invoices:read"]), await createToken(bench, [])];
  await bench.write(bench.operator, "owners.disable", { params: { owner: "ada" } });
  for (const { secret } of tokens) assert.equal(codeOf(bench, secret), "disabled");
  await bench.write(bench.operator, "owners.enable", { params: { owner: "ada" } });
  for (const { secret } of tokens) assert.equal(codeOf(bench, secret), "allowed");
});

test("tokens are for users: an app gets a key instead", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await bench.write(bench.operator, "owners.create", { body: { external_id: "ada" } });
  await assertFails(createToken(bench, []), "invalid_request", {
    pointer: "/owner",
    code: "not_a_user",
  });
});

test("a renewed token lasts as long again, and the secret before works on for the overlap", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["*"]);
  const token = await createToken(bench, ["invoices:read"], { lifetime_seconds: 10 * DAY });
  bench.clock.advanceSeconds(9 * DAY);
  const params = { token: token.id };
  const renewed = await bench.write(bench.operator, "tokens.renew", {
    params,
    body: { overlap_seconds: 3_600 },
  });
  assert.equal(renewed.expires_at, new Date(bench.clock.now() + 10 * DAY * 1000).toISOString());
  assert.equal(codeOf(bench, token.secret), "allowed");
  bench.clock.advanceSeconds(3_600);
  assert.equal(codeOf(bench, token.secret), "expired");
  assert.equal(codeOf(bench, renewed.secret, "invoices:read"), "allowed");
});

test("a token that has ended is not renewed, nor one that is revoked, nor any beyond two years", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createUser(bench, ["*"]);
  const ended = await createToken(bench, [], { lifetime_seconds: DAY });
  const revoked = await createToken(bench, []);
  const long = await createToken(bench, [], { lifetime_seconds: 365 * DAY });
  const renew = (token: string) =>
    bench.write(bench.operator, "tokens.renew", { params: { token } });
  await bench.write(bench.operator, "tokens.revoke", { params: { token: revoked.id } });
  bench.clock.advanceSeconds(DAY);
  await assertFails(renew(ended.id), "key_expired");
  await assertFails(renew(revoked.id), "key_revoked");
  bench.clock.advanceSeconds(363 * DAY);
  await renew(long.id);
  bench.clock.advanceSeconds(364 * DAY);
  const last = await renew(long.id);
  assert.equal(
    Date.parse(last.expires_at ?? "") - Date.parse(long.created_at),
    2 * 365 * DAY * 1000,
  );
});

/** A member, and who calls when they are signed in. */
async function signedIn(bench: Workbench, role: "admin" | "developer") {
  const { operator, clock, random, storage } = bench;
  const member = await bench.write(operator, "members.create", { body: { name: "Ann", role } });
  const link = await bench.write(operator, "members.link", {
    params: { member: member.id },
    body: {},
  });
  const browser = { now: clock.now(), random, requestId: "r", ip: null, userAgent: null };
  const { session } = await signInByLink(storage, browser, link.path.split("=")[1] ?? "");
  const caller: Caller = {
    scope: tenantScope(session.workspaceId),
    keyId: undefined,
    member: { id: session.memberId, session },
    grants: grantSetOfRole(role),
    expiresAt: undefined,
    operator: true,
  };
  return { member, caller };
}

test("a member's own token manages Keyward as they may at that moment, and not beyond", async (t) => {
  const bench = await openWorkbench(t);
  const { member, caller } = await signedIn(bench, "admin");
  const body = { name: "cli", scopes: ["members:write", "keys:read"] };
  const token = await bench.write(caller, "tokens.create", { body });
  assert.match(token.secret, /^keyward_pat_live_/);
  const grantsNow = () => bench.callerOf(token.secret).grants;
  assert.ok(covers(grantsNow(), "members:write"));
  await bench.write(bench.operator, "members.update", {
    params: { member: member.id },
    body: { role: "viewer" },
  });
  assert.ok(!covers(grantsNow(), "members:write"));
  assert.ok(covers(grantsNow(), "keys:read"));
  await bench.write(bench.operator, "members.disable", { params: { member: member.id } });
  assert.throws(grantsNow);
});

test("a member makes no token for more than they may, and sees and ends only their own", async (t) => {
  const bench = await openWorkbench(t);
  const { caller } = await signedIn(bench, "developer");
  const over = { name: "cli", scopes: ["members:write"] };
  await assertFails(
    bench.write(caller, "tokens.create", { body: over }),
    "exceeds_own_permissions",
  );
  const token = await bench.write(caller, "tokens.create", {
    body: { name: "cli", scopes: ["keys:read"] },
  });
  const other = await bench.write(bench.operator, "members.create", {
    body: { name: "Bob", role: "viewer" },
  });
  assert.ok(other.id);
  const list = await bench.read(caller, "tokens.list");
  assert.deepEqual(
    list.data.map(({ id }) => id),
    [token.id],
  );
  const ended = await bench.write(caller, "tokens.revoke", { params: { token: token.id } });
  assert.equal(ended.status, "revoked");
});

test("the rights of a member's tokens follow from the role, whatever is written at the owner", async (t) => {
  const bench = await openWorkbench(t);
  const { member, caller } = await signedIn(bench, "developer");
  await bench.write(caller, "tokens.create", { body: { name: "cli", scopes: [] } });
  const raise = { params: { owner: member.id }, body: { rights: ["*"] } };
  await assertFails(bench.write(bench.operator, "owners.update", raise), "invalid_request");
  const pretend = { body: { external_id: member.id } };
  await assertFails(bench.write(bench.operator, "owners.create", pretend), "invalid_request");
});

const SCOPES = ["a:read", "a:write", "a:b:read", "b:read", "c"];
const GRANTS = [...SCOPES, "*", "a:*", "a:b:*", "b:*"];
const grants = fc.uniqueArray(fc.constantFrom(...GRANTS), { maxLength: 4 });

test("property: whatever a token is granted and its user loses, it never does what its user may not", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench, { scopes: SCOPES });
  await createUser(bench, ["*"]);
  const asked = fc.record({ granted: grants, rights: fc.option(grants) });
  await fc.assert(
    fc.asyncProperty(asked, async ({ granted, rights }) => {
      await bench.write(bench.operator, "owners.update", {
        params: { owner: "ada" },
        body: { rights: ["*"] },
      });
      const { secret } = await createToken(bench, granted);
      await bench.write(bench.operator, "owners.update", {
        params: { owner: "ada" },
        body: { rights },
      });
      for (const scope of SCOPES) {
        const may = covers(compileGrants(rights ?? []), scope);
        const was = covers(compileGrants(granted), scope);
        assert.equal(codeOf(bench, secret, scope) === "allowed", may && was, scope);
      }
    }),
    { numRuns: 60 },
  );
});
