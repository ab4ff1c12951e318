import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { digestKey, digestToHex } from "@keyward/core/key/digest";
import { tenantScope } from "../storage/storage.ts";
import {
  CALLER_IP,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../testing/workbench.ts";
import type { Workbench } from "../testing/workbench.ts";
import { grantSetOfRole } from "../contract/member-roles.ts";
import type { Caller } from "./call.ts";
import { beginDeviceLogin } from "./sign-in/logins.ts";
import { signInByLink } from "./sign-in/sign-in.ts";
import { WRITE_HANDLERS } from "./write-handlers.ts";

/** Every operation that writes, at least once; answers with every secret that was issued. */
async function liveALife(bench: Workbench): Promise<{ readonly secrets: readonly string[] }> {
  const as = bench.operator;
  const used = new Set<string>();
  const write = ((...call: Parameters<typeof bench.write>) => {
    used.add(call[1]);
    return bench.write(...call);
  }) as typeof bench.write;
  const logged = { ...bench, write };
  await createAcme(logged);
  const acme = { api: "acme" };
  await write(as, "apis.update", { params: acme, body: { name: "Acme Inc." } });
  await write(as, "apis.scopes.add", { params: acme, body: { name: "users:read" } });
  const role = await write(as, "roles.create", {
    body: { ...acme, name: "reader", scopes: ["users:read"] },
  });
  await write(as, "roles.update", { params: { role: role.id }, body: { description: "Reads" } });
  await write(as, "roles.delete", { params: { role: role.id } });
  await write(as, "apis.scopes.remove", { params: { ...acme, scope: "users:read" } });

  const owner = { owner: "customer-2" };
  await write(as, "owners.create", { body: { external_id: "customer-2" } });
  const limits = [{ name: "prepaid", kind: "credits", limit: 10 }] as const;
  await write(as, "owners.update", { params: owner, body: { name: "Two", limits: [...limits] } });
  await write(as, "owners.credits.add", { params: owner, body: { add: 5 } });
  await write(as, "owners.disable", { params: owner });
  await write(as, "owners.enable", { params: owner });
  await write(as, "owners.delete", { params: owner });

  const portal = { api: "acme", owner: "customer-3" };
  const opened = await write(as, "portal.sessions.create", { body: portal });
  const ended = { session: opened.id, owner: portal.owner };
  await write(as, "portal.sessions.end", { body: ended });

  const plan = await write(as, "plans.create", { body: { name: "free", limits: [] } });
  await write(as, "plans.update", { params: { plan: plan.id }, body: { name: "trial" } });
  await write(as, "plans.delete", { params: { plan: plan.id } });

  const house = { policy: "house" };
  const rules = { kind: "publishable", lifetime_seconds_max: 86_400 } as const;
  await write(as, "policies.create", { body: { name: "house", ...rules } });
  await write(as, "policies.update", { params: house, body: { idle_seconds: 86_400 } });
  await write(as, "policies.apply", { params: house, body: { expected_count: 1 } });
  await write(as, "policies.cancel", { params: house });
  await write(as, "policies.delete", { params: house });

  const key = await createAcmeKey(logged, { scopes: ["invoices:read"] });
  const params = { key: key.id };
  await write(as, "keys.update", { params, body: { name: "staging", limits: [...limits] } });
  await write(as, "keys.credits.add", { params, body: { add: 5 } });
  const rotated = await write(as, "keys.rotate", { params });
  const added = await write(as, "keys.secrets.add", { params });
  await write(as, "keys.secrets.remove", { params: { ...params, secret: added.id } });
  await write(as, "keys.disable", { params });
  await write(as, "keys.enable", { params });
  const many = { filter: acme, expected_count: 1 };
  const revocation = (await write(as, "revocations.create", { body: many })).id;
  await write(as, "revocations.cancel", { params: { revocation } });
  await write(as, "keys.revoke", { params, body: { reason: "leaked" } });
  await write(as, "keys.delete", { params });
  const foreign = { ...acme, name: "Old", owner: "customer-1", sha256: "0f".repeat(32) };
  const { data } = await write(as, "keys.import", { body: { items: [foreign] } });
  const imported = { params: { key: data[0]?.id ?? assert.fail() } };
  await write(as, "keys.revoke", imported);
  await write(as, "keys.delete", imported);
  const rights = ["invoices:*"];
  const user = { external_id: "user-1", type: "user", rights } as const;
  await write(as, "owners.create", { body: user });
  const scopes = ["invoices:read"];
  const pat = await write(as, "tokens.create", {
    body: { ...acme, owner: "user-1", name: "script", scopes },
  });
  const asking = { name: "asking", kind: "pat", approval: true } as const;
  const asks = await write(as, "policies.create", { body: asking });
  const more = { ...acme, owner: "user-1", name: "script", scopes };
  const approved = await write(as, "tokens.create", { body: more });
  await write(as, "tokens.approve", { params: { token: approved.id } });
  const denied = await write(as, "tokens.create", { body: more });
  await write(as, "tokens.deny", { params: { token: denied.id }, body: { reason: "unknown" } });
  await write(as, "tokens.revoke", { params: { token: approved.id } });
  for (const { id } of [approved, denied]) await write(as, "keys.delete", { params: { key: id } });
  await write(as, "policies.delete", { params: { policy: asks.id } });
  const renewed = await write(as, "tokens.renew", { params: { token: pat.id } });
  await write(as, "tokens.revoke", { params: { token: pat.id } });
  await write(as, "keys.delete", { params: { key: pat.id } });

  const client = await write(as, "clients.create", {
    body: { name: "billing", owner: "customer-1", resources: [{ ...acme, scopes: [] }] },
  });
  const machine = { client: client.id };
  await write(as, "clients.update", {
    params: machine,
    body: { name: "Billing", limits: [...limits] },
  });
  await write(as, "clients.credits.add", { params: machine, body: { add: 5 } });
  const rotatedClient = await write(as, "clients.rotate", { params: machine });
  const addedToClient = await write(as, "clients.secrets.add", { params: machine });
  const { id: secret } = addedToClient;
  await write(as, "clients.secrets.remove", { params: { ...machine, secret } });
  await write(as, "clients.disable", { params: machine });
  await write(as, "clients.enable", { params: machine });
  await write(as, "clients.tokens.revoke", { params: machine });
  await write(as, "clients.revoke", { params: machine });
  await write(as, "clients.delete", { params: machine });
  await write(as, "apis.delete", { params: acme });

  const member = await write(as, "members.create", { body: { name: "Ann", role: "viewer" } });
  const person = { member: member.id };
  await write(as, "members.update", { params: person, body: { name: "Ann Example" } });
  const link = await write(as, "members.link", { params: person, body: {} });
  const linkToken = link.path.slice(link.path.indexOf("=") + 1);
  const browser = { ip: CALLER_IP, userAgent: null, requestId: "sign-in" };
  const { session, token } = await signInByLink(
    bench.storage,
    { ...browser, now: bench.clock.now(), random: bench.random },
    linkToken,
  );
  const inBrowser: Caller = {
    ...as,
    keyId: undefined,
    member: { id: session.memberId, session },
    grants: grantSetOfRole("viewer"),
  };
  const program = { ...browser, now: bench.clock.now(), random: bench.random };
  const waiting = async () => {
    const begun = await beginDeviceLogin(bench.storage, program, as.scope);
    const user_code = begun?.userCode ?? assert.fail();
    const { login } = await write(inBrowser, "logins.find", { body: { user_code } });
    return { params: { login: login?.id ?? assert.fail() } };
  };
  await write(inBrowser, "logins.approve", await waiting());
  await write(inBrowser, "logins.deny", await waiting());
  const { redirect_to } = await write(inBrowser, "logins.authorize", {
    body: {
      response_type: "code",
      client_id: "keyward-cli",
      redirect_uri: "http://127.0.0.1:4000/callback",
      code_challenge: "a".repeat(43),
      code_challenge_method: "S256",
      state: "state",
      approve: true,
    },
  });
  const code = new URL(redirect_to).searchParams.get("code") ?? assert.fail();
  await write(as, "sessions.end", { params: { session: session.id } });
  await write(as, "members.disable", { params: person });
  await write(as, "members.enable", { params: person });
  await write(as, "members.delete", { params: person });

  const hook = await write(as, "webhooks.create", {
    body: { url: "https://hooks.example.com/", events: ["webhook.test"] },
  });
  const endpoint = { webhook: hook.id };
  await write(as, "webhooks.update", { params: endpoint, body: { description: "Chat" } });
  const resigned = await write(as, "webhooks.rotate", { params: endpoint });
  const delivery = await write(as, "webhooks.test", { params: endpoint });
  const told = { ...endpoint, delivery: delivery.id };
  await write(as, "webhooks.deliveries.redeliver", { params: told });
  const since = "2026-01-01T00:00:00Z";
  await write(as, "webhooks.redeliver", { params: endpoint, body: { since } });
  await write(as, "webhooks.disable", { params: endpoint });
  await write(as, "webhooks.enable", { params: endpoint });
  await write(as, "webhooks.delete", { params: endpoint });

  const { workspace } = await createTenant(logged);
  const renamed = { params: { workspace: workspace.id }, body: { name: "Beta Inc." } };
  await write(as, "workspaces.update", renamed);
  assert.deepEqual([...used].toSorted(), Object.keys(WRITE_HANDLERS).toSorted());
  const ofClient = [client, rotatedClient, addedToClient];
  const ofKey = [key, rotated, added, pat, approved, denied, renewed, workspace.management_key];
  const issued = [...ofKey, ...ofClient, hook, resigned].map(
    (each) => each.secret ?? assert.fail(),
  );
  // What stands before the dot is the id of the workspace.
  const tokens = [linkToken, token.reveal(), code].map((text) => text.slice(text.indexOf(".") + 1));
  return { secrets: [...issued, ...tokens, bench.operatorSecret] };
}

async function openWithLife(t: TestContext) {
  const bench = await openWorkbench(t);
  return { bench, ...(await liveALife(bench)) };
}

test("I8: every change has one audit event with its rev, of the same thing, and there is no other", async (t) => {
  const { bench } = await openWithLife(t);
  const scopes = new Set(bench.changes.map(({ workspaceId }) => tenantScope(workspaceId)));
  assert.equal(scopes.size, 2);
  for (const scope of scopes) {
    const changes = bench.changes.filter(({ workspaceId }) => workspaceId === scope);
    const events = await bench.auditOf(scope);
    assert.deepEqual(
      events.map(({ rev, entity, targetId }) => [rev, entity, targetId]),
      changes.map(({ rev, change }) => [rev, change.entity, change.id]),
    );
    assert.deepEqual(
      events.map(({ rev }) => rev),
      events.map((_, index) => index + 1),
    );
  }
});

test("I8: each kind of change says what happened, who did it and from where", async (t) => {
  const { bench } = await openWithLife(t);
  const events = await bench.auditOf(bench.operator.scope);
  const actions = events.map(({ action }) => action);
  assert.deepEqual(actions, [
    "workspace.created",
    "api.created",
    "owner.created",
    "key.created",
    "api.created",
    "api.updated",
    "api.updated",
    "role.created",
    "role.updated",
    "role.deleted",
    "api.updated",
    "owner.created",
    "owner.updated",
    "owner.credits_added",
    "owner.disabled",
    "owner.enabled",
    "owner.deleted",
    "owner.created",
    "owner.portal_opened",
    "owner.portal_ended",
    "plan.created",
    "plan.updated",
    "plan.deleted",
    "policy.created",
    "policy.updated",
    "policy.application_started",
    "policy.application_cancelled",
    "policy.deleted",
    "owner.created",
    "key.created",
    "key.updated",
    "key.credits_added",
    "key.rotated",
    "key.secret_added",
    "key.secret_removed",
    "key.disabled",
    "key.enabled",
    "revocation.started",
    "revocation.cancelled",
    "key.revoked",
    "key.deleted",
    "key.created",
    "key.revoked",
    "key.deleted",
    "owner.created",
    "key.created",
    "policy.created",
    "key.created",
    "key.approved",
    "key.created",
    "key.denied",
    "key.revoked",
    "key.deleted",
    "key.deleted",
    "policy.deleted",
    "key.rotated",
    "key.revoked",
    "key.deleted",
    "client.created",
    "client.updated",
    "client.credits_added",
    "client.rotated",
    "client.secret_added",
    "client.secret_removed",
    "client.disabled",
    "client.enabled",
    "client.tokens_revoked",
    "client.revoked",
    "client.deleted",
    "api.deleted",
    "member.created",
    "member.updated",
    "member.link_issued",
    "member.signed_in",
    "member.login_approved",
    "member.login_denied",
    "member.session_ended",
    "member.disabled",
    "member.enabled",
    "member.deleted",
    "webhook.created",
    "webhook.updated",
    "webhook.rotated",
    "webhook.disabled",
    "webhook.enabled",
    "webhook.deleted",
  ]);
  const system = { type: "system", id: "first start", ip: null };
  const manager = { type: "key", id: bench.operator.keyId, ip: "203.0.113.7" };
  for (const [index, { action, actor, requestId, targetId }] of events.entries()) {
    if (action === "member.signed_in" || action.startsWith("member.login_")) {
      assert.deepEqual(actor, { type: "member", id: targetId, ip: "203.0.113.7" });
      continue;
    }
    assert.deepEqual(actor, index < 4 ? system : manager);
    assert.match(requestId ?? "", index < 4 ? /^first start$/ : /^request-\d+$/);
  }
  const revoked = events.find(({ action }) => action === "key.revoked");
  assert.deepEqual(revoked?.detail, { reason: "leaked" });
});

test("I8: what is refused leaves neither a change nor an event", async (t) => {
  const bench = await openWorkbench(t);
  const before = (await bench.auditOf(bench.operator.scope)).length;
  await assert.rejects(createAcmeKey(bench));
  assert.equal((await bench.auditOf(bench.operator.scope)).length, before);
  assert.equal(bench.changes.length, before);
});

/** A text as it might be written down: as it is, or in one of the usual disguises. */
function disguisesOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const reversed = Buffer.from(bytes.toReversed()).toString();
  return [text, bytes.toString("base64").replaceAll("=", ""), bytes.toString("hex"), reversed];
}

test("K4: no audit event holds a secret or a digest, nor any longer part of one", async (t) => {
  const { bench, secrets } = await openWithLife(t);
  const shown = await bench.read(bench.operator, "audit.list", { query: { limit: "250" } });
  const kept = await bench.auditOf(bench.operator.scope);
  const text = JSON.stringify([shown, kept]);
  for (const secret of secrets) {
    const body = secret.slice(secret.lastIndexOf("_") + 1);
    for (let at = 0; at + 12 <= body.length; at++) {
      assert.ok(!text.includes(body.slice(at, at + 12)), "a part of a secret");
    }
    for (const disguise of disguisesOf(secret)) assert.ok(!text.includes(disguise));
    const digest = digestKey(secret);
    const forms = [digest, digestToHex(digest), Buffer.from(digest, "latin1").toString("base64")];
    for (const form of forms) assert.ok(!text.includes(form), "a digest");
  }
});

test("K4: no file of the data directory holds a secret", async (t) => {
  const { bench, secrets } = await openWithLife(t);
  const files = readdirSync(bench.directory, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"));
  assert.ok(texts.some((text) => text.includes("customer-1")));
  for (const secret of secrets) {
    const body = secret.slice(secret.lastIndexOf("_") + 1);
    for (const text of texts) {
      for (let at = 0; at + 12 <= body.length; at++) {
        assert.ok(!text.includes(body.slice(at, at + 12)), "a part of a secret");
      }
      for (const disguise of disguisesOf(secret)) assert.ok(!text.includes(disguise));
    }
  }
});

test("events are listed newest first, by action, target and actor, and paged", async (t) => {
  const { bench } = await openWithLife(t);
  const list = async (query: Parameters<typeof bench.read<"audit.list">>[2]) =>
    (await bench.read(bench.operator, "audit.list", query)).data.map(({ action }) => action);
  assert.deepEqual(await list({ query: { limit: "2" } }), ["webhook.deleted", "webhook.enabled"]);
  assert.deepEqual(await list({ query: { action: "owner.created" } }), [
    "owner.created",
    "owner.created",
    "owner.created",
    "owner.created",
    "owner.created",
  ]);
  assert.deepEqual(await list({ query: { actor: "first start" } }), [
    "key.created",
    "owner.created",
    "api.created",
    "workspace.created",
  ]);
  const target = bench.changes.find(({ change }) => change.entity === "role")?.change.id ?? "";
  assert.deepEqual(await list({ query: { target } }), [
    "role.deleted",
    "role.updated",
    "role.created",
  ]);
});

test("K6: another workspace's events are not listed, though its target or actor is named", async (t) => {
  const { bench } = await openWithLife(t);
  const { caller } = await createTenant(bench, "Gamma");
  const target = bench.changes.find(({ change }) => change.entity === "role")?.change.id ?? "";
  assert.deepEqual((await bench.read(caller, "audit.list", { query: { target } })).data, []);
  const own = await bench.read(caller, "audit.list");
  assert.deepEqual(
    own.data.map(({ action }) => action),
    ["key.created", "owner.created", "api.created", "workspace.created"],
  );
});
