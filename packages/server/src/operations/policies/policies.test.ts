import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { OperationError } from "@keyward/core/failure/failures";
import { parseId } from "@keyward/core/id";
import { tenantScope } from "../../storage/storage.ts";
import { SeededRandom } from "../../testing/seeded-random.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createManager,
  createTenant,
  openWorkbench,
} from "../../testing/workbench.ts";
import type { Wire, Workbench } from "../../testing/workbench.ts";
import { applySlice } from "./apply-slice.ts";

const DAY = 86_400;

async function openAcme(t: TestContext): Promise<Workbench> {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return bench;
}

function createPolicy(
  bench: Workbench,
  rules: Omit<NonNullable<Wire<"policies.create">["body"]>, "name"> & { readonly name?: string },
) {
  return bench.write(bench.operator, "policies.create", { body: { name: "house", ...rules } });
}

function at(bench: Workbench, days: number): string {
  return new Date(bench.clock.now() + days * DAY * 1000).toISOString();
}

/** Carries an application out to its end. */
async function carryOut(bench: Workbench, policy: string) {
  const id = parseId("policy", policy) ?? assert.fail();
  const scope = tenantScope(bench.operator.scope);
  const parts = {
    now: bench.clock.now(),
    random: new SeededRandom("slices"),
    pause: () => Promise.resolve(),
  };
  while (await bench.storage.write((writer) => applySlice(parts, writer, { scope, id }))) continue;
  return await bench.read(bench.operator, "policies.get", { params: { policy } });
}

test("a key is not made beyond the longest lifetime, and gets the default where it names none", async (t) => {
  const bench = await openAcme(t);
  await createPolicy(bench, {
    lifetime_seconds_max: 90 * DAY,
    lifetime_seconds_default: 30 * DAY,
  });
  assert.equal((await createAcmeKey(bench)).expires_at, at(bench, 30));
  assert.equal(
    (await createAcmeKey(bench, { expires_at: at(bench, 90) })).expires_at,
    at(bench, 90),
  );
  const problem = { pointer: "/expires_at", code: "lifetime_too_long" };
  for (const expires_at of [at(bench, 91), null]) {
    await assertFails(createAcmeKey(bench, { expires_at }), "policy_violation", problem);
  }
});

test("a refusal names the policy and what it asks", async (t) => {
  const bench = await openAcme(t);
  await createPolicy(bench, { name: "Production keys", lifetime_seconds_max: 90 * DAY });
  const failure: OperationError = await createAcmeKey(bench, { expires_at: null }).then(
    () => assert.fail(),
    (error: OperationError) => error,
  );
  assert.equal(
    failure.message,
    'The policy "Production keys" lets a secret work for 90 days at most',
  );
});

test("a key without a list that is required, or with a scope that is forbidden, its roles' among them, is not made", async (t) => {
  const bench = await openAcme(t);
  await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "writer", scopes: ["invoices:*"] },
  });
  await createPolicy(bench, {
    required_restrictions: ["ips"],
    forbidden_scopes: ["invoices:write"],
  });
  const restrictions = { ips: ["192.0.2.0/24"] };
  await assertFails(createAcmeKey(bench), "policy_violation", {
    pointer: "/restrictions/ips",
    code: "restriction_required",
  });
  const forbidden = { pointer: "/scopes", code: "scope_forbidden" };
  for (const more of [{ scopes: ["invoices:*"] }, { roles: ["writer"] }]) {
    await assertFails(
      createAcmeKey(bench, { restrictions, ...more }),
      "policy_violation",
      forbidden,
    );
  }
  await createAcmeKey(bench, { restrictions, scopes: ["invoices:read"] });
});

test("a policy of an api and a kind speaks of no other, and of management keys only by name", async (t) => {
  const bench = await openAcme(t);
  const rules = { lifetime_seconds_max: DAY };
  await createPolicy(bench, { ...rules, name: "pats", kind: "pat" });
  await createPolicy(bench, { ...rules, name: "public", api: "acme", kind: "publishable" });
  assert.equal((await createAcmeKey(bench)).expires_at, null);
  assert.equal((await createAcmeKey(bench, { kind: "publishable" })).expires_at, at(bench, 1));
  await createPolicy(bench, { ...rules, name: "all" });
  assert.equal((await createAcmeKey(bench)).expires_at, at(bench, 1));
  assert.equal((await createManager(bench, ["keys:read"])).key.expires_at, null);
  await createPolicy(bench, { ...rules, name: "managers", api: "keyward" });
  assert.equal((await createManager(bench, ["keys:read"])).key.expires_at, at(bench, 1));
});

test("a change is held to the rules of what it changes, and a key that does not comply can be renamed", async (t) => {
  const bench = await openAcme(t);
  const key = await createAcmeKey(bench, { scopes: ["invoices:write"] });
  await createPolicy(bench, {
    lifetime_seconds_max: 10 * DAY,
    forbidden_scopes: ["invoices:write"],
    required_restrictions: ["ips"],
  });
  const update = (body: Wire<"keys.update">["body"]) =>
    bench.write(bench.operator, "keys.update", { params: { key: key.id }, ...(body && { body }) });
  await update({ name: "other" });
  await assertFails(update({ expires_at: at(bench, 11) }), "policy_violation");
  await assertFails(update({ scopes: ["invoices:*"] }), "policy_violation");
  await assertFails(update({ restrictions: null }), "policy_violation");
  await update({ expires_at: at(bench, 10), scopes: ["invoices:read"] });
});

test("a rotation brings the end to where it may be, and is refused for what a new secret would have", async (t) => {
  const bench = await openAcme(t);
  const key = await createAcmeKey(bench);
  const endless = await createAcmeKey(bench);
  const writer = await createAcmeKey(bench, { scopes: ["invoices:write"] });
  await createPolicy(bench, {
    lifetime_seconds_max: 10 * DAY,
    forbidden_scopes: ["invoices:write"],
  });
  const rotate = (id: string) =>
    bench.write(bench.operator, "keys.rotate", { params: { key: id } });
  assert.equal((await rotate(key.id)).expires_at, at(bench, 10));
  await assertFails(rotate(writer.id), "policy_violation");
  bench.clock.advanceSeconds(9 * DAY);
  await rotate(key.id);
  const later = { params: { key: key.id }, body: { expires_at: at(bench, 10) } };
  await assert.doesNotReject(bench.write(bench.operator, "keys.update", later));
  const added = bench.write(bench.operator, "keys.secrets.add", {
    params: { key: endless.id },
    body: { expires_at: at(bench, 11) },
  });
  await assertFails(added, "policy_violation", {
    pointer: "/expires_at",
    code: "lifetime_too_long",
  });
});

test("tokens get their lifetime from the policy, when they are made and when they are renewed", async (t) => {
  const bench = await openAcme(t);
  await bench.write(bench.operator, "owners.create", {
    body: { external_id: "ada", type: "user", rights: ["*"] },
  });
  await createPolicy(bench, { kind: "pat", lifetime_seconds_max: 20 * DAY });
  const create = (more: object) =>
    bench.write(bench.operator, "tokens.create", {
      body: { api: "acme", owner: "ada", name: "script", scopes: ["invoices:read"], ...more },
    });
  const token = await create({});
  assert.equal(token.expires_at, at(bench, 20));
  await assertFails(create({ lifetime_seconds: 21 * DAY }), "policy_violation", {
    pointer: "/lifetime_seconds",
    code: "lifetime_too_long",
  });
  bench.clock.advanceSeconds(DAY);
  const renew = (body: object) =>
    bench.write(bench.operator, "tokens.renew", { params: { token: token.id }, body });
  await assertFails(renew({ lifetime_seconds: 21 * DAY }), "policy_violation");
  assert.equal((await renew({})).expires_at, at(bench, 20));
});

test("a client's secrets and scopes are held to the policies of clients", async (t) => {
  const bench = await openAcme(t);
  await createPolicy(bench, {
    kind: "client",
    lifetime_seconds_max: 10 * DAY,
    forbidden_scopes: ["invoices:write"],
  });
  const create = (scopes: string[]) =>
    bench.write(bench.operator, "clients.create", {
      body: { name: "billing", owner: "cus_1", resources: [{ api: "acme", scopes }] },
    });
  await assertFails(create(["invoices:*"]), "policy_violation", {
    pointer: "/resources/0/scopes",
    code: "scope_forbidden",
  });
  const client = await create(["invoices:read"]);
  assert.equal(client.secrets[0]?.expires_at, at(bench, 10));
  const params = { client: client.id };
  await assertFails(
    bench.write(bench.operator, "clients.secrets.add", { params, body: {} }),
    "policy_violation",
  );
  bench.clock.advanceSeconds(DAY);
  const rotated = await bench.write(bench.operator, "clients.rotate", { params });
  assert.equal(rotated.secrets.at(-1)?.expires_at, at(bench, 10));
});

test("no role comes to hold what a policy for secret keys forbids", async (t) => {
  const bench = await openAcme(t);
  const role = await bench.write(bench.operator, "roles.create", {
    body: { api: "acme", name: "reader", scopes: ["invoices:read"] },
  });
  await createPolicy(bench, { api: "acme", forbidden_scopes: ["invoices:write"] });
  const body = { scopes: ["invoices:*"] };
  await assertFails(
    bench.write(bench.operator, "roles.update", { params: { role: role.id }, body }),
    "policy_violation",
    { pointer: "/scopes", code: "scope_forbidden" },
  );
});

test("a preview tells how many keys it would affect, why, and when each would end; applying does exactly that", async (t) => {
  const bench = await openAcme(t);
  const endless = await createAcmeKey(bench, { name: "endless" });
  const short = await createAcmeKey(bench, { name: "short", expires_at: at(bench, 5) });
  const endOfEndless = at(bench, 90);
  bench.clock.advanceSeconds(1);
  const writer = await createAcmeKey(bench, { name: "writer", scopes: ["invoices:write"] });
  const policy = await createPolicy(bench, {
    lifetime_seconds_max: 90 * DAY,
    forbidden_scopes: ["invoices:write"],
  });
  const params = { policy: policy.id };
  const preview = await bench.read(bench.operator, "policies.preview", { params });
  assert.equal(preview.affected, 2);
  assert.deepEqual(preview.by_reason, { lifetime: 2, restriction: 0, scope: 1, idle: 0 });
  assert.deepEqual(
    preview.data.map(({ key, reasons, ends_at }) => [key.id, reasons, ends_at]),
    [
      [writer.id, ["lifetime", "scope"], at(bench, 7)],
      [endless.id, ["lifetime"], endOfEndless],
    ],
  );
  await bench.write(bench.operator, "policies.apply", { params, body: { expected_count: 2 } });
  const { application } = await carryOut(bench, policy.id);
  assert.deepEqual(
    [application?.status, application?.counted, application?.changed],
    ["finished", 2, 2],
  );
  const endOf = async (key: string) =>
    (await bench.read(bench.operator, "keys.get", { params: { key } })).expires_at;
  assert.equal(await endOf(writer.id), at(bench, 7));
  assert.equal(await endOf(endless.id), endOfEndless);
  assert.equal(await endOf(short.id), short.expires_at);
  const again = await bench.read(bench.operator, "policies.preview", { params });
  assert.equal(again.affected, 0);
});

test("where it would be another number of keys, applying ends as refused and nothing is changed", async (t) => {
  const bench = await openAcme(t);
  const key = await createAcmeKey(bench);
  const policy = await createPolicy(bench, { lifetime_seconds_max: DAY });
  const body = { expected_count: 2 };
  await bench.write(bench.operator, "policies.apply", { params: { policy: policy.id }, body });
  const { application } = await carryOut(bench, policy.id);
  assert.deepEqual(
    [application?.status, application?.counted, application?.changed],
    ["refused", 1, 0],
  );
  const after = await bench.read(bench.operator, "keys.get", { params: { key: key.id } });
  assert.equal(after.expires_at, null);
});

test("while it is applied a policy is not changed; once it is cancelled nothing more happens", async (t) => {
  const bench = await openAcme(t);
  await createAcmeKey(bench);
  const { id: policy } = await createPolicy(bench, { lifetime_seconds_max: DAY });
  const params = { policy };
  const apply = () =>
    bench.write(bench.operator, "policies.apply", { params, body: { expected_count: 1 } });
  await apply();
  await assertFails(apply(), "policy_applying");
  const change = { params, body: { lifetime_seconds_max: 2 * DAY } };
  await assertFails(bench.write(bench.operator, "policies.update", change), "policy_applying");
  await assertFails(bench.write(bench.operator, "policies.delete", { params }), "policy_applying");
  await bench.write(bench.operator, "policies.cancel", { params });
  assert.equal((await carryOut(bench, policy)).application?.changed, 0);
  await bench.write(bench.operator, "policies.delete", { params });
});

test("the pages of a preview hold each key once, and its cursor works for no other policy", async (t) => {
  const bench = await openAcme(t);
  for (const name of ["a", "b", "c"]) await createAcmeKey(bench, { name });
  const rules = { lifetime_seconds_max: DAY };
  const { id: policy } = await createPolicy(bench, rules);
  const other = await createPolicy(bench, { ...rules, name: "other" });
  const page = (of: string, cursor?: string) =>
    bench.read(bench.operator, "policies.preview", {
      params: { policy: of },
      body: { limit: 2, ...(cursor !== undefined && { cursor }) },
    });
  const first = await page(policy);
  const cursor = first.next_cursor ?? assert.fail();
  const second = await page(policy, cursor);
  const names = [...first.data, ...second.data].map(({ key }) => key.name);
  assert.deepEqual(names.toSorted(), ["a", "b", "c"]);
  assert.deepEqual([first.affected, second.affected, second.next_cursor], [3, null, null]);
  await assertFails(page(other.id, cursor), "invalid_cursor");
});

test("K6: the policies of one workspace hold nobody else's keys", async (t) => {
  const bench = await openAcme(t);
  const { caller } = await createTenant(bench);
  const { id: policy } = await createPolicy(bench, { lifetime_seconds_max: DAY });
  await bench.write(caller, "apis.create", {
    body: { name: "Beta", prefix: "beta", audience: "https://beta.example" },
  });
  const key = await bench.write(caller, "keys.create", {
    body: { api: "beta", name: "key", owner: "cus_1" },
  });
  assert.equal(key.expires_at, null);
  await assertFails(bench.read(caller, "policies.get", { params: { policy } }), "not_found");
  assert.deepEqual((await bench.read(caller, "policies.list")).data, []);
});

test("rules that contradict each other are refused", async (t) => {
  const bench = await openAcme(t);
  const beyond = { lifetime_seconds_max: DAY, lifetime_seconds_default: 2 * DAY };
  await assertFails(createPolicy(bench, beyond), "invalid_request", {
    pointer: "/lifetime_seconds_default",
    code: "beyond_maximum",
  });
  await assertFails(createPolicy(bench, { approval: true }), "invalid_request", {
    pointer: "/approval",
    code: "only_for_tokens",
  });
  await createPolicy(bench, {});
  await assertFails(createPolicy(bench, {}), "name_taken");
});
