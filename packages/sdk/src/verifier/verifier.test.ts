import assert from "node:assert/strict";
import { test } from "node:test";
import type { PresentedKey } from "@keyward/core/verdict/snapshot";
import type { CommittedChange } from "@keyward/core/feed/change";
import { Undecidable } from "@keyward/core/failure/undecidable";
import { instant } from "@keyward/core/time";
import {
  Feed,
  NOW,
  grant,
  makeApi,
  makeId,
  makeKey,
  makeOwner,
  makePresented,
  makeRole,
  makeSecret,
} from "../testing/verifier-fixture.ts";
import { explainVerification } from "./explain-verification.ts";
import { Verifier } from "./verifier.ts";

/** A workspace with one api, one owner and one key, applied. */
function setUp() {
  const feed = new Feed();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const presented = makePresented();
  const key = makeKey(api, owner, {
    scopes: [grant("invoices:read")],
    secrets: [makeSecret(presented)],
  });
  const verifier = new Verifier();
  verifier.apply([feed.api(api), feed.owner(owner), feed.key(key)]);
  const code = (text = presented) => verifier.verify(feed.workspaceId, text, {}, NOW).code;
  return { feed, api, owner, presented, key, verifier, code };
}

test("a known key is allowed, with every fact of its snapshot", () => {
  const { feed, api, owner, presented, key, verifier } = setUp();
  const verdict = verifier.verify(
    feed.workspaceId,
    presented,
    { api: "acme", environment: "live", scopes: { all: ["invoices:read"] } },
    NOW,
  );
  assert.equal(verdict.code, "allowed");
  assert.equal(verdict.key?.keyId, key.id);
  assert.equal(verdict.key.secretId, key.secrets[0]?.id);
  assert.equal(verdict.key.apiId, api.id);
  assert.equal(verdict.key.ownerId, owner.id);
  assert.equal(verdict.key.ownerExternalId, "customer-1");
  assert.equal(verdict.key.workspaceId, feed.workspaceId);
  assert.equal(verdict.key.rev, 3);
  assert.deepEqual(verdict.key.metadata, {});
});

test("a key that is asked for again and again is the same view until something is applied, and what is applied is seen", () => {
  const { feed, key, presented, verifier, code } = setUp();
  verifier.find(presented);
  const view = verifier.find(presented);
  assert.equal(verifier.find(presented), view);
  verifier.apply([feed.key({ ...key, metadata: { plan: "pro" } })]);
  assert.notEqual(verifier.find(presented), view);
  assert.deepEqual(verifier.find(presented)?.metadata, { plan: "pro" });
  verifier.apply([feed.key({ ...key, state: "revoked" })]);
  assert.equal(code(), "revoked");
});

test("K2: a key that was presented in this very second is refused once its revocation has been applied", () => {
  const { feed, key, verifier, code } = setUp();
  for (let time = 0; time < 3; time++) assert.equal(code(), "allowed");
  verifier.apply([feed.key({ ...key, state: "revoked" })]);
  assert.equal(code(), "revoked");
});

test("keys whose views share a place are told apart", () => {
  const { feed, api, owner, verifier } = setUp();
  const keys = Array.from({ length: 4_097 }, () => {
    const presented = makePresented();
    return { presented, key: makeKey(api, owner, { secrets: [makeSecret(presented)] }) };
  });
  verifier.apply(keys.map(({ key }) => feed.key(key)));
  for (const { presented, key } of [...keys, ...keys, ...keys]) {
    assert.equal(verifier.find(presented)?.keyId, key.id);
  }
});

test("what is no key is malformed and what nobody issued is unknown, and neither verdict has a key", () => {
  const { feed, verifier } = setUp();
  for (const [presented, code] of [
    ["", "malformed"],
    ["acme_live_x", "malformed"],
    ["x".repeat(1_000_000), "malformed"],
    [makePresented(), "unknown"],
  ] as const) {
    const verdict = verifier.verify(feed.workspaceId, presented, {}, NOW);
    assert.equal(verdict.code, code);
    assert.equal(verdict.key, undefined);
  }
});

test("K6: another workspace's key is unknown, and the verdict has no key", () => {
  const { presented, verifier, code } = setUp();
  const other = new Feed();
  assert.equal(verifier.verify(other.workspaceId, presented, {}, NOW).code, "unknown");
  verifier.apply([other.api(makeApi(other.workspaceId))]);
  const verdict = verifier.verify(other.workspaceId, presented, {}, NOW);
  assert.equal(verdict.code, "unknown");
  assert.equal(verdict.key, undefined);
  assert.equal(
    explainVerification(verifier, other.workspaceId, presented, {}, NOW).verdict.key,
    undefined,
  );
  assert.equal(code(), "allowed");
});

test("K6: a workspace that imports the digest of another's key takes nothing from it", () => {
  const { presented, key, verifier, code } = setUp();
  const other = new Feed();
  const api = makeApi(other.workspaceId);
  const owner = makeOwner(other.workspaceId);
  const copy = makeKey(api, owner, { secrets: [makeSecret(presented)] });
  verifier.apply([other.api(api), other.owner(owner), other.key(copy)]);
  const keyIdIn = (workspaceId: typeof api.workspaceId) =>
    verifier.verify(workspaceId, presented, {}, NOW).key?.keyId;
  assert.equal(keyIdIn(other.workspaceId), copy.id);
  assert.equal(keyIdIn(key.workspaceId), key.id);
  verifier.apply([other.commit({ entity: "key", id: copy.id, value: null })]);
  assert.equal(keyIdIn(other.workspaceId), undefined);
  assert.equal(code(), "allowed");
});

test("K6: a feed that moves a thing to another workspace is not believed", () => {
  const { feed, api, owner, key, verifier } = setUp();
  const other = new Feed();
  const role = makeRole(api, [grant("reports:*")]);
  const withRole = { ...key, roleIds: [role.id] };
  verifier.apply([feed.role(role), feed.key(withRole)]);
  const ownApi = makeApi(other.workspaceId);
  const ownOwner = makeOwner(other.workspaceId);
  verifier.apply([other.api(ownApi), other.owner(ownOwner)]);
  for (const change of [
    other.key(makeKey(ownApi, owner, { secrets: [makeSecret(makePresented())] })),
    other.key(makeKey(api, ownOwner, { secrets: [makeSecret(makePresented())] })),
    other.key({ ...withRole, id: makeId("key"), apiId: ownApi.id, ownerId: ownOwner.id }),
    other.role(role),
    other.api(api),
    other.owner(owner),
    other.key(key),
    other.commit({ entity: "key", id: key.id, value: null }),
  ]) {
    const later = { ...change, rev: change.rev + 100 };
    assert.throws(() => verifier.apply([later]), /another workspace/);
  }
});

test("K2: no change brings a revoked key back", () => {
  const { feed, key, verifier, code } = setUp();
  verifier.apply([feed.key({ ...key, state: "revoked", revokedAt: NOW })]);
  assert.equal(code(), "revoked");
  verifier.apply([feed.key(key)]);
  verifier.apply([feed.key({ ...key, secrets: [...key.secrets] })]);
  assert.equal(code(), "revoked");
});

test("T21: an older change never replaces a newer one, and a repeated one changes nothing", () => {
  const { feed, key, verifier, code } = setUp();
  const old = feed.key(key);
  const disabled = feed.key({ ...key, state: "disabled" });
  for (const again of [[old, disabled], [old], [disabled]]) {
    verifier.apply(again);
    assert.equal(code(), "disabled");
  }
  assert.equal(verifier.revOf(feed.workspaceId), 5);
  assert.equal(verifier.counts.keys, 1);
  assert.equal(verifier.counts.secrets, 1);
});

test("T21: a change that is older than a deletion does not bring the thing back", () => {
  const { feed, owner, key, verifier, code } = setUp();
  const old = feed.key(key);
  verifier.apply([old, feed.commit({ entity: "key", id: key.id, value: null })]);
  verifier.apply([old]);
  assert.equal(code(), "unknown");
  verifier.apply([feed.commit({ entity: "owner", id: owner.id, value: null })]);
  assert.equal(verifier.counts.owners, 0);
  assert.equal(verifier.counts.policies, 0);
});

test("T15: during a rotation both secrets open the key, then only the new one", () => {
  const { feed, presented, key, verifier } = setUp();
  const next = makePresented();
  const end = instant(NOW + 60_000);
  const secrets = [
    ...key.secrets.map((secret) => ({ ...secret, expiresAt: end })),
    makeSecret(next, { notBefore: NOW }),
  ];
  verifier.apply([feed.key({ ...key, secrets })]);
  const codes = (at: number) =>
    [presented, next].map((text) => verifier.verify(feed.workspaceId, text, {}, instant(at)).code);
  assert.deepEqual(codes(NOW - 1), ["allowed", "not_yet_valid"]);
  assert.deepEqual(codes(NOW), ["allowed", "allowed"]);
  assert.deepEqual(codes(NOW + 60_000), ["expired", "allowed"]);
  verifier.apply([feed.key({ ...key, secrets: secrets.slice(1) })]);
  assert.deepEqual(codes(NOW), ["unknown", "allowed"]);
});

test("a changed role changes every key that has it, and a deleted one grants nothing", () => {
  const { feed, api, presented, key, verifier } = setUp();
  const role = makeRole(api, [grant("reports:*")]);
  const code = () =>
    verifier.verify(feed.workspaceId, presented, { scopes: { all: ["reports:read"] } }, NOW).code;
  verifier.apply([feed.key({ ...key, roleIds: [role.id] })]);
  assert.equal(code(), "insufficient_scope");
  verifier.apply([feed.role(role)]);
  assert.equal(code(), "allowed");
  verifier.apply([feed.role({ ...role, scopes: [grant("reports:list")] })]);
  assert.equal(code(), "insufficient_scope");
  verifier.apply([feed.role(role)]);
  assert.equal(code(), "allowed");
  verifier.apply([feed.commit({ entity: "role", id: role.id, value: null })]);
  assert.equal(code(), "insufficient_scope");
});

test("disabling an owner refuses all of its keys at once, and enabling it is at once as well", () => {
  const { feed, owner, verifier, code } = setUp();
  verifier.apply([feed.owner({ ...owner, disabled: true })]);
  assert.equal(code(), "disabled");
  verifier.apply([feed.owner(owner)]);
  assert.equal(code(), "allowed");
});

test("K3: a key whose api or owner is not there is never allowed, in whatever order they come", () => {
  const feed = new Feed();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const presented = makePresented();
  const key = makeKey(api, owner, { secrets: [makeSecret(presented)] });
  const verifier = new Verifier();
  const codeAfter = (change: CommittedChange) => {
    verifier.apply([change]);
    return verifier.verify(feed.workspaceId, presented, {}, NOW).code;
  };
  const [apiChange, ownerChange, keyChange] = [feed.api(api), feed.owner(owner), feed.key(key)];
  assert.equal(codeAfter(keyChange), "unknown");
  assert.equal(codeAfter(apiChange), "disabled");
  assert.equal(codeAfter(ownerChange), "allowed");
  assert.equal(codeAfter(feed.api(api)), "allowed");
  assert.equal(codeAfter(feed.owner(owner)), "allowed");
  assert.equal(codeAfter(feed.commit({ entity: "owner", id: owner.id, value: null })), "disabled");
  assert.equal(codeAfter(feed.commit({ entity: "api", id: api.id, value: null })), "unknown");
  assert.equal(codeAfter(feed.commit({ entity: "key", id: key.id, value: null })), "unknown");
  assert.equal(verifier.counts.apis + verifier.counts.owners + verifier.counts.keys, 0);
});

test("K3: restrictions that this version cannot read make the key unavailable, neither allowed nor denied", () => {
  const { feed, key, verifier, code } = setUp();
  // What a newer authority may send: a field that is not in the type of this version.
  const restrictions = { ips: ["203.0.113.0/24"], moon_phases: ["full"] };
  verifier.apply([feed.key({ ...key, restrictions })]);
  assert.throws(code, Undecidable);
});

test("find tells the key of a presented key in whatever workspace and state, and nothing of a stranger", () => {
  const { feed, presented, key, verifier } = setUp();
  verifier.apply([feed.key({ ...key, state: "revoked", revokedAt: NOW })]);
  assert.equal(verifier.find(presented)?.keyId, key.id);
  assert.equal(verifier.find(presented)?.state, "revoked");
  assert.equal(verifier.find(makePresented()), undefined);
  assert.equal(verifier.find("acme_live_x"), undefined);
});

test("T20: a digest that differs in any one byte is another key's", () => {
  const { feed, api, owner, presented, verifier } = setUp();
  const { digest } = makeSecret(presented);
  const near = Array.from({ length: 32 }, (_, at) =>
    makeKey(api, owner, {
      secrets: [
        {
          ...makeSecret(presented),
          digest: (digest.slice(0, at) +
            String.fromCharCode(digest.charCodeAt(at) ^ 1) +
            digest.slice(at + 1)) as typeof digest,
        },
      ],
    }),
  );
  const known = (verifier.find(presented) as PresentedKey | undefined)?.keyId;
  verifier.apply(near.map((key) => feed.key(key)));
  assert.equal(verifier.find(presented)?.keyId, known);
  verifier.apply([feed.commit({ entity: "key", id: known ?? assert.fail(), value: null })]);
  assert.equal(verifier.find(presented), undefined);
});

test("an explanation has the verdict of the decision, and every check that led to it", () => {
  const { feed, presented, verifier } = setUp();
  const explain = (text: string) =>
    explainVerification(verifier, feed.workspaceId, text, { api: "other" }, NOW);
  assert.equal(explain(presented).verdict.code, "wrong_api");
  assert.deepEqual(
    explain(presented).trace.map(({ check, passed }) => `${check} ${passed}`),
    [
      "malformed true",
      "unknown true",
      "revoked true",
      "disabled true",
      "expired true",
      "not_yet_valid true",
      "proof_required true",
      "wrong_environment true",
      "wrong_api false",
    ],
  );
  const stranger = makePresented();
  assert.deepEqual(
    explain(stranger).trace.map(({ check, passed }) => `${check} ${passed}`),
    ["malformed true", "unknown false"],
  );
  assert.deepEqual(
    explain("x").trace.map(({ check, passed }) => `${check} ${passed}`),
    ["malformed false"],
  );
});

test("every kind, environment and state comes back as it was stored", () => {
  const { feed, api, owner, verifier } = setUp();
  for (const kind of ["secret", "publishable", "pat", "client_secret"] as const) {
    for (const environment of ["live", "test"] as const) {
      for (const state of ["active", "disabled", "revoked"] as const) {
        const presented = makePresented();
        const secrets = [makeSecret(presented)];
        verifier.apply([feed.key(makeKey(api, owner, { kind, environment, state, secrets }))]);
        const found = verifier.find(presented);
        assert.deepEqual(
          [found?.kind, found?.environment, found?.state],
          [kind, environment, state],
        );
      }
    }
  }
});

test("revs and instants beyond 32 bits are exact", () => {
  const { feed, owner, presented, key, verifier } = setUp();
  const expiresAt = instant(253_402_300_799_999);
  const rev = 2 ** 53 - 1;
  verifier.apply([
    { ...feed.key({ ...key, expiresAt }), rev },
    { ...feed.owner(owner), rev },
  ]);
  assert.equal(verifier.find(presented)?.rev, 9_007_199_254_740_991);
  assert.equal(verifier.find(presented)?.expiresAt, 253_402_300_799_999);
  assert.equal(verifier.find(presented)?.state, "active");
});

test("many keys stay found while the tables grow, and give their room back", () => {
  const { feed, api, owner, verifier } = setUp();
  const presented = Array.from({ length: 20_000 }, makePresented);
  const keys = presented.map((text, at) =>
    makeKey(api, owner, {
      secrets: [makeSecret(text, { notBefore: at % 2 === 0 ? null : NOW })],
      metadata: at % 2 === 0 ? {} : { at: at % 100 },
    }),
  );
  const deletions = () => keys.map(({ id }) => feed.commit({ entity: "key", id, value: null }));
  verifier.apply(keys.map((key) => feed.key(key)));
  for (const [at, text] of presented.entries()) {
    assert.equal(verifier.find(text)?.keyId, keys[at]?.id);
    assert.deepEqual(verifier.find(text)?.metadata, keys[at]?.metadata);
  }
  const { packedBytes } = verifier.counts;
  verifier.apply(deletions());
  const shared = { roles: 0, plans: 0, clients: 0 };
  const apart = { ...shared, apis: 1, owners: 1, policies: 1, metadata: 0, keys: 1, secrets: 1 };
  assert.deepEqual(verifier.counts, { ...apart, packedBytes });
  verifier.apply(keys.map((key) => feed.key(key)));
  assert.equal(verifier.counts.packedBytes, packedBytes);
  verifier.apply(deletions());
  assert.deepEqual(verifier.counts, { ...apart, packedBytes });
});

test("an owner that is renamed again and again takes no more room", () => {
  const { feed, owner, presented, verifier } = setUp();
  const rename = (externalId: string) => verifier.apply([feed.owner({ ...owner, externalId })]);
  for (let at = 0; at < 10_000; at++) rename(`${at}`.padEnd(1_000, "x"));
  assert.ok(verifier.counts.packedBytes < 8_000_000, `${verifier.counts.packedBytes} bytes`);
  rename("customer-1");
  assert.equal(verifier.find(presented)?.ownerExternalId, "customer-1");
});

test("a key that was issued elsewhere opens by its digest, whatever its form, up to 512 characters", () => {
  const { feed, api, owner } = setUp();
  const foreign = ["abc", "sk_live_x.y~z+1/2=", "f".repeat(512)];
  const tooLong = "g".repeat(513);
  const key = makeKey(api, owner, {
    secrets: [...foreign, tooLong].map((text) => makeSecret(text)),
  });
  const verifier = new Verifier();
  verifier.apply([feed.api(api), feed.owner(owner), feed.key(key)]);
  const codeOf = (text: string) => verifier.verify(feed.workspaceId, text, {}, NOW).code;
  assert.deepEqual(foreign.map(codeOf), ["allowed", "allowed", "allowed"]);
  assert.deepEqual([tooLong, "abd", "h".repeat(512)].map(codeOf), Array(3).fill("malformed"));
});

test("who holds all keys asks for none of another form; who holds some asks, because it may be an imported one", () => {
  const all = new Verifier();
  const some = new Verifier(1);
  const foreign = ["abc", "f".repeat(512)];
  assert.deepEqual(
    foreign.map((text) => all.missingOf(text)),
    [undefined, undefined],
  );
  assert.deepEqual(
    foreign.map((text) => some.missingOf(text)),
    foreign,
  );
  assert.equal(some.missingOf("g".repeat(513)), undefined);
});
