import assert from "node:assert/strict";
import { test } from "node:test";
import type { Limit } from "@keyward/core/limit/limit";
import {
  Feed,
  makeApi,
  makeKey,
  makeOwner,
  makePlan,
  makePresented,
  makeSecret,
} from "../testing/verifier-fixture.ts";
import { makeClaims, makeClient, makeSigner, signToken } from "../testing/token-fixture.ts";
import { Verifier } from "./verifier.ts";

function limit(name: string, rate = 1): Limit {
  const common = { per: null, dry_run: false, when_unavailable: "local" } as const;
  return { name, kind: "rate", ...common, rate, per_seconds: 1, burst: rate };
}

test("a key has the limits of its plan, its own, its owner's and its api's, each as it last was", () => {
  const feed = new Feed();
  const verifier = new Verifier();
  const api = makeApi(feed.workspaceId, { limits: [limit("api")] });
  const plan = makePlan(feed.workspaceId, [limit("burst"), limit("base")]);
  const owner = makeOwner(feed.workspaceId, { planId: plan.id });
  const presented = makePresented();
  const own = { planId: plan.id, limits: [limit("burst", 9)] };
  const key = makeKey(api, owner, { ...own, secrets: [makeSecret(presented)] });
  verifier.apply([feed.api(api), feed.plan(plan), feed.owner(owner), feed.key(key)]);

  const names = () => {
    const found = verifier.find(presented);
    return [found?.limits, found?.ownerLimits, found?.apiLimits].map((limits) =>
      limits?.map((each) => each.name),
    );
  };
  assert.deepEqual(names(), [["base", "burst"], ["burst", "base"], ["api"]]);
  assert.equal(verifier.find(presented)?.limits, verifier.find(presented)?.limits);

  verifier.apply([feed.plan({ ...plan, limits: [limit("new")] })]);
  assert.deepEqual(names(), [["new", "burst"], ["new"], ["api"]]);
  verifier.apply([feed.key({ ...key, planId: null, limits: [] })]);
  verifier.apply([feed.owner({ ...owner, planId: null })]);
  verifier.apply([feed.commit({ entity: "plan", id: plan.id, value: null })]);
  assert.deepEqual(names(), [[], [], ["api"]]);
  assert.equal(verifier.counts.plans, 0);
});

test("K3: while its plan is not known, nobody says what a key may still do", () => {
  const feed = new Feed();
  const verifier = new Verifier();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const plan = makePlan(feed.workspaceId, [limit("burst")]);
  const presented = makePresented();
  const key = makeKey(api, owner, { planId: plan.id, secrets: [makeSecret(presented)] });
  verifier.apply([feed.api(api), feed.owner(owner), feed.key(key)]);
  assert.throws(() => verifier.find(presented)?.limits, { name: "Undecidable" });
  verifier.apply([feed.plan(plan)]);
  assert.deepEqual(verifier.find(presented)?.limits, [limit("burst")]);
});

test("a million keys on one plan hold one set of limits", () => {
  const feed = new Feed();
  const verifier = new Verifier();
  const api = makeApi(feed.workspaceId);
  const owner = makeOwner(feed.workspaceId);
  const plan = makePlan(feed.workspaceId, [limit("burst")]);
  verifier.apply([feed.api(api), feed.owner(owner), feed.plan(plan)]);
  for (let count = 0; count < 100; count++) {
    const secrets = [makeSecret(makePresented())];
    verifier.apply([feed.key(makeKey(api, owner, { planId: plan.id, secrets }))]);
  }
  assert.equal(verifier.counts.policies, 1);
});

test("a client's tokens have the limits of its plan and its own, each as it last was; those that stand for a key have the key's", () => {
  const feed = new Feed();
  const verifier = new Verifier();
  const api = makeApi(feed.workspaceId);
  const plan = makePlan(feed.workspaceId, [limit("burst"), limit("base")]);
  const owner = makeOwner(feed.workspaceId);
  const key = makeKey(api, owner, {
    limits: [limit("of-key")],
    secrets: [makeSecret(makePresented())],
  });
  const resources = [{ apiId: api.id, scopes: [] }];
  const limits = { planId: plan.id, limits: [limit("burst", 9)] };
  const client = makeClient(api, owner, { resources, ...limits });
  const { value: signingKey, ...signer } = makeSigner(api);
  const put = (value: typeof client) =>
    verifier.apply([feed.commit({ entity: "client", id: client.id, value })]);
  verifier.apply([
    feed.api(api),
    feed.owner(owner),
    feed.key(key),
    feed.commit({ entity: "signing_key", id: signingKey.id, value: signingKey }),
  ]);
  put(client);
  const own = signToken({ value: signingKey, ...signer }, makeClaims(client, api));
  assert.throws(() => verifier.find(own)?.limits, { name: "Undecidable" });
  verifier.apply([feed.plan(plan)]);
  const names = (token: string) => verifier.find(token)?.limits.map(({ name }) => name);
  assert.deepEqual(names(own), ["base", "burst"]);
  const forKey = makeClaims(client, api, { key_id: key.id });
  assert.deepEqual(names(signToken({ value: signingKey, ...signer }, forKey)), ["of-key"]);
  const found = verifier.limitsOf({ workspaceId: feed.workspaceId, keyId: client.id });
  assert.deepEqual(
    found?.limits.map(({ name }) => name),
    ["base", "burst"],
  );
  verifier.apply([feed.plan({ ...plan, limits: [limit("new")] })]);
  assert.deepEqual(names(own), ["new", "burst"]);
  put({ ...client, planId: null, limits: [] });
  verifier.apply([feed.commit({ entity: "plan", id: plan.id, value: null })]);
  assert.deepEqual(names(own), []);
  assert.equal(verifier.counts.plans, 0);
});
