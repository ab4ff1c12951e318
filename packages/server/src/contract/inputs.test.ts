import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { formatKey } from "@keyward/core/key/format";
import { OPERATIONS } from "./operations.ts";

const pasted = formatKey({
  brand: "acme",
  kind: "secret",
  environment: "live",
  random: randomBytes(32),
}).reveal();

function messagesOf(
  schema: { safeParse(value: unknown): object },
  value: object,
): readonly string[] {
  const { error } = schema.safeParse(value) as { error?: { issues: { message: string }[] } };
  return error?.issues.map(({ message }) => message) ?? [];
}

test("K4: a whole key in any text that is kept is refused, so that no record and no audit event holds one", () => {
  const key = { api: "acme", name: "n", owner: "o" };
  const api = { name: "n", prefix: "acme", audience: "urn:acme" };
  const bodies = [
    ["keys.create", { ...key, name: `the key ${pasted}` }],
    ["keys.create", { ...key, owner: pasted }],
    ["keys.create", { ...key, metadata: { note: [pasted] } }],
    ["keys.create", { ...key, metadata: { [pasted]: 1 } }],
    ["keys.create", { ...key, restrictions: { routes: [{ path: `/v1/${pasted}` }] } }],
    ["keys.create", { ...key, restrictions: { referrers: [`https://a.example/${pasted}`] } }],
    ["keys.update", { name: pasted }],
    ["keys.revoke", { reason: pasted }],
    ["owners.create", { external_id: pasted }],
    ["owners.update", { name: pasted }],
    ["owners.update", { metadata: { pasted } }],
    ["apis.create", { ...api, name: pasted }],
    ["apis.create", { ...api, audience: `urn:${pasted}` }],
    ["apis.scopes.add", { name: "a:read", description: pasted }],
    ["roles.create", { api: "acme", name: pasted, scopes: [] }],
    ["roles.update", { description: pasted }],
    ["workspaces.create", { name: pasted }],
  ] as const;
  for (const [id, body] of bodies) {
    const messages = messagesOf(OPERATIONS[id].body, body);
    assert.ok(
      messages.includes("holds a key"),
      `${id} ${Object.keys(body).join()}: ${messages.join()}`,
    );
  }
});

test("a key may be asked for where keys are asked for", () => {
  assert.deepEqual(messagesOf(OPERATIONS["keys.search"].body, { q: pasted }), []);
  assert.deepEqual(messagesOf(OPERATIONS["keys.list"].query, { q: pasted }), []);
  assert.deepEqual(messagesOf(OPERATIONS["verify"].body, { credential: pasted }), []);
});

test("no key and no role is granted a scope twice", () => {
  const scopes = ["invoices:read", "invoices:read"];
  const expected = ["must not name a scope twice"];
  const key = { api: "acme", name: "n", owner: "o", scopes };
  assert.deepEqual(messagesOf(OPERATIONS["keys.create"].body, key), expected);
  assert.deepEqual(messagesOf(OPERATIONS["keys.update"].body, { scopes }), expected);
  const role = { api: "acme", name: "n", scopes };
  assert.deepEqual(messagesOf(OPERATIONS["roles.create"].body, role), expected);
  assert.deepEqual(messagesOf(OPERATIONS["roles.update"].body, { scopes }), expected);
});

test("the audit log is asked only for actions that there are", () => {
  const { query } = OPERATIONS["audit.list"];
  assert.deepEqual(messagesOf(query, { action: "key.revoked" }), []);
  assert.equal(messagesOf(query, { action: "bogus" }).length, 1);
});

test("what is wrong with a prefix is said of a prefix", () => {
  const api = { name: "n", prefix: "Acme", audience: "urn:acme" };
  assert.deepEqual(messagesOf(OPERATIONS["apis.create"].body, api), [
    "A prefix has 2 to 16 characters, lower-case letters and digits, and starts with a letter.",
  ]);
});
