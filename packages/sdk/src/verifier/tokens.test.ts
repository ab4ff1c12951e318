import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "@keyward/core/model/client";
import { parseScope } from "@keyward/core/scope/scope";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { PresentedToken } from "@keyward/core/verdict/snapshot";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import {
  makeClaims,
  makeClient,
  makeOpaqueToken,
  makeSigner,
  signToken,
} from "../testing/token-fixture.ts";
import {
  Feed,
  grant,
  makeApi,
  makeKey,
  makeOwner,
  makePresented,
  makeSecret,
  NOW,
} from "../testing/verifier-fixture.ts";
import { Verifier } from "./verifier.ts";

/** A verifier that knows one client of one api, a key, and what tokens are signed with. */
function setUp(fields: Partial<Client> = {}) {
  const feed = new Feed();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const resources = [{ apiId: api.id, scopes: [grant("invoices:*")] }];
  const client = makeClient(api, owner, { resources, ...fields });
  const presented = makePresented();
  const key = makeKey(api, owner, {
    scopes: [grant("invoices:read")],
    secrets: [makeSecret(presented)],
  });
  const signer = makeSigner(api);
  const verifier = new Verifier();
  const signing = feed.commit({ entity: "signing_key", id: signer.value.id, value: signer.value });
  verifier.apply([feed.api(api), feed.owner(owner), signing, feed.key(key)]);
  const put = (value: Client | null) =>
    verifier.apply([feed.commit({ entity: "client", id: client.id, value })]);
  put(client);
  const code = (text: string, request: DecisionRequest = {}, now: Instant = NOW) =>
    verifier.verify(feed.workspaceId, text, request, now).code;
  const issue = (claims: object = {}, header: object = {}) =>
    signToken(signer, makeClaims(client, api, claims), header);
  return { feed, api, owner, client, key, signer, verifier, put, code, issue };
}

const READ = { scopes: { all: ["invoices:read"] } } as const;

test("RFC 9068 §4: a token that Keyward has signed is decided like a key, with the client as its holder", () => {
  const { feed, verifier, issue, client, owner, api } = setUp({ metadata: { team: "billing" } });
  const token = issue({ scope: "invoices:read invoices:write" });
  const verdict = verifier.verify(feed.workspaceId, token, { api: "acme", ...READ }, NOW);
  assert.equal(verdict.code, "allowed");
  const key = verdict.key as PresentedToken;
  assert.equal(key.kind, "access_token");
  assert.equal(key.keyId, client.id);
  assert.equal(key.secretId, client.id);
  assert.equal(key.ownerExternalId, owner.externalId);
  assert.equal(key.apiId, api.id);
  assert.deepEqual(key.grants.grants, ["invoices:read", "invoices:write"]);
  assert.deepEqual(key.metadata, { team: "billing" });
  assert.deepEqual(key.token.actors, []);
});

test("RFC 9068 §4: a token ends with its exp, and holds for nothing that it does not name", () => {
  const { code, issue } = setUp();
  const token = issue({ scope: "invoices:read" });
  assert.equal(code(token, READ, addSeconds(NOW, 599)), "allowed");
  assert.equal(code(token, READ, addSeconds(NOW, 600)), "expired");
  assert.equal(code(token, { scopes: { all: ["invoices:write"] } }), "insufficient_scope");
  assert.equal(code(token, { environment: "test" }), "wrong_environment");
  assert.equal(code(issue({ aud: "https://other.example" })), "unknown");
});

test("K2: a disabled or revoked client is refused although its token is signed, and revoked is for ever", () => {
  const { code, issue, client, put } = setUp();
  const token = issue();
  assert.equal(code(token), "allowed");
  put({ ...client, state: "disabled" });
  assert.equal(code(token), "disabled");
  put({ ...client, state: "active" });
  assert.equal(code(token), "allowed");
  put({ ...client, state: "revoked" });
  put({ ...client, state: "active" });
  assert.equal(code(token), "revoked");
});

test("K2: what was issued before its client's tokens were revoked is dead, what comes later is not", () => {
  const { code, issue, client, put } = setUp();
  const before = issue();
  const after = issue({ iat: NOW / 1000 + 1, exp: NOW / 1000 + 601 });
  put({ ...client, revokedBefore: NOW });
  assert.equal(code(before), "revoked");
  assert.equal(code(after), "allowed");
});

test("K2: one token can be revoked by its jti, before or after it was seen", () => {
  const { code, issue, client, api, feed, verifier } = setUp();
  for (const isSeen of [false, true]) {
    const { token } = makeOpaqueToken(client, api, { digest: null, revoked: true });
    const signed = issue({ jti: token.id });
    if (isSeen) assert.equal(code(signed), "allowed");
    verifier.apply([feed.commit({ entity: "token", id: token.id, value: token })]);
    assert.equal(code(signed), "revoked");
  }
});

test("a token loses at once what its client loses, and a client that is gone has none", () => {
  const { code, issue, client, api, put } = setUp();
  const token = issue({ scope: "invoices:read invoices:write" });
  assert.equal(code(token, READ), "allowed");
  put({ ...client, resources: [{ apiId: api.id, scopes: [grant("invoices:write")] }] });
  assert.equal(code(token, READ), "insufficient_scope");
  assert.equal(code(token, { scopes: { all: ["invoices:write"] } }), "allowed");
  put({ ...client, resources: [] });
  assert.equal(code(token), "unknown");
  put(null);
  assert.equal(code(token), "unknown");
});

test("a disabled owner is refused by every token of its clients", () => {
  const { code, issue, feed, owner, verifier } = setUp();
  const token = issue();
  verifier.apply([feed.owner({ ...owner, disabled: true })]);
  assert.equal(code(token), "disabled");
});

test("RFC 8693: a token in the stead of a key is never more than the key, and dies with it", () => {
  const { code, issue, feed, key, client, verifier } = setUp();
  const token = issue({
    key_id: key.id,
    scope: "invoices:read",
    act: { sub: client.id, act: { sub: "cli_before" } },
  });
  const verdict = verifier.verify(feed.workspaceId, token, READ, NOW);
  assert.equal(verdict.code, "allowed");
  assert.equal(verdict.key?.keyId, key.id);
  assert.deepEqual((verdict.key as PresentedToken | undefined)?.token.actors, [
    client.id,
    "cli_before",
  ]);
  assert.equal(
    code(issue({ key_id: key.id, scope: "invoices:write" }), {
      scopes: { all: ["invoices:write"] },
    }),
    "insufficient_scope",
  );
  verifier.apply([feed.key({ ...key, restrictions: { ips: ["192.0.2.0/24"] } })]);
  assert.equal(code(token, { context: { ip: "198.51.100.7" } }), "ip_not_allowed");
  verifier.apply([feed.key({ ...key, expiresAt: addSeconds(NOW, 10) })]);
  assert.equal(code(token, {}, addSeconds(NOW, 10)), "expired");
  verifier.apply([feed.key({ ...key, state: "revoked" })]);
  assert.equal(code(token), "revoked");
  verifier.apply([feed.commit({ entity: "key", id: key.id, value: null })]);
  assert.equal(code(token), "unknown");
});

test("K6: a token of one workspace is unknown in another, whatever it claims", () => {
  const { verifier, issue } = setUp();
  const other = setUp();
  const token = issue();
  verifier.apply([other.feed.api(other.api)]);
  assert.equal(verifier.verify(other.feed.workspaceId, token, {}, NOW).code, "unknown");
  const foreign = other.issue();
  assert.equal(verifier.find(foreign), undefined);
  assert.equal(verifier.find(issue({ client_id: other.client.id })), undefined);
});

test("an opaque token is found by its digest, and not when it was revoked before it came", () => {
  const { code, client, api, feed, verifier } = setUp();
  const scopes = [parseScope("invoices:read") ?? assert.fail()];
  const { text, token } = makeOpaqueToken(client, api, { scopes });
  assert.equal(code(text), "unknown");
  const of = { workspaceId: feed.workspaceId, rev: 1 };
  verifier.apply([{ ...of, change: { entity: "token", id: token.id, value: token } }]);
  assert.equal(code(text, READ), "allowed");
  const revoked = { ...token, revoked: true };
  verifier.apply([feed.commit({ entity: "token", id: token.id, value: revoked })]);
  verifier.apply([{ ...of, change: { entity: "token", id: token.id, value: token } }]);
  assert.equal(code(text, READ), "revoked");
});

test("a signing key that is gone takes its tokens along, those that were seen before, too", () => {
  const { code, issue, feed, signer, verifier } = setUp();
  const [seen, unseen] = [issue(), issue()];
  assert.equal(code(seen), "allowed");
  verifier.apply([feed.commit({ entity: "signing_key", id: signer.value.id, value: null })]);
  assert.equal(code(seen), "unknown");
  assert.equal(code(unseen), "unknown");
});
