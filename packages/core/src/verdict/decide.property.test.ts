import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { KeyState } from "../model/key-state.ts";
import { compileRestrictions } from "../restriction/restrictions.ts";
import type { Restrictions } from "../restriction/restrictions.ts";
import { compileGrants } from "../scope/scope.ts";
import { makeSnapshot, makeTokenSnapshot } from "../testing/snapshot.ts";
import { instant } from "../time.ts";
import type { Instant } from "../time.ts";
import { CHECKS } from "./checks.ts";
import { decide } from "./decide.ts";
import { explain } from "./explain.ts";
import type { DecisionRequest } from "./request.ts";
import type { KeySnapshot } from "./snapshot.ts";

/** A key as it is written; few values of each kind, so that they meet. */
interface Facts {
  readonly fields: Pick<
    KeySnapshot,
    | "state"
    | "ownerDisabled"
    | "kind"
    | "environment"
    | "apiPrefix"
    | "expiresAt"
    | "secretNotBefore"
    | "secretExpiresAt"
  >;
  readonly grants: readonly string[];
  readonly restrictions: Restrictions;
  /** It is presented by a token that is bound to a DPoP key. */
  readonly isBound: boolean;
}

const START = 1_767_225_600_000;
const aroundNow = fc.integer({ min: START, max: START + 4 }).map(instant);
const GRANTS = ["invoices:read", "invoices:write", "invoices:*", "reports:list", "*"];
const REQUIRED = ["invoices:read", "invoices:write", "reports:list", "invoices"];
/** Often absent: with many things wrong at once, the later checks would hardly ever be reached. */
const optionally = <Value>(value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: undefined, freq: 2 });

const RESTRICTIONS = {
  ips: [["203.0.113.0/24"], ["2001:db8::/32", "198.51.100.7"]],
  origins: [["https://app.example.com"], ["https://*.example.com"]],
  referrers: [["https://app.example.com/shop/*"]],
  routes: [[{ path: "/v1/invoices/*" }], [{ methods: ["GET"], path: "/v1/**" }]],
  time_windows: [
    [{ days: ["thu"], from: "00:00", to: "00:01", time_zone: "UTC" }],
    [{ days: ["mon"], from: "00:00", to: "24:00", time_zone: "UTC" }],
  ],
  ios_apps: [["com.example.app"]],
} as const;

type RestrictionField = keyof typeof RESTRICTIONS;
const FIELDS = Object.keys(RESTRICTIONS) as RestrictionField[];

/** At most two of the kinds. */
function restrictionsOf(fields: readonly RestrictionField[]): fc.Arbitrary<Restrictions> {
  return fc.subarray([...fields], { maxLength: 2 }).chain((chosen) => {
    const entries = chosen.map((field) => [field, fc.constantFrom(...RESTRICTIONS[field])]);
    return fc.record(Object.fromEntries(entries), { noNullPrototype: true });
  });
}

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  fields: fc.record({
    state: fc.constantFrom<KeyState>("active", "active", "active", "active", "disabled", "revoked"),
    ownerDisabled: fc.constantFrom(false, false, false, true),
    kind: fc.constantFrom("secret", "publishable", "pat"),
    environment: fc.constantFrom("live", "live", "test"),
    apiPrefix: fc.constantFrom("acme", "acme", "acme", "beta", "keyward"),
    expiresAt: optionally(aroundNow),
    secretNotBefore: optionally(aroundNow),
    secretExpiresAt: optionally(aroundNow),
  }),
  grants: fc.subarray(GRANTS),
  restrictions: restrictionsOf(FIELDS),
  isBound: fc.constantFrom(false, false, false, true),
});

const anyRequest: fc.Arbitrary<DecisionRequest> = fc.record(
  {
    api: fc.constantFrom("acme", "acme", "beta", "keyward"),
    environment: fc.constantFrom("live", "live", "test"),
    scopes: fc.oneof(
      fc.record({ all: fc.subarray(REQUIRED) }, { noNullPrototype: true }),
      fc.record({ any: fc.subarray(REQUIRED) }, { noNullPrototype: true }),
    ),
    context: fc.record(
      {
        ip: fc.constantFrom("203.0.113.7", "198.51.100.7", "not an address"),
        origin: fc.constantFrom("https://app.example.com", "https://evil.example", "null"),
        referrer: fc.constantFrom("https://app.example.com/shop/1", "https://evil.example/"),
        method: fc.constantFrom("GET", "POST"),
        path: fc.constantFrom("/v1/invoices/1", "/v1/reports", "/v1/../x"),
        ios_bundle: fc.constantFrom("com.example.app", "com.example.other"),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    proof: fc.constantFrom({ jkt: "its key" }, { jkt: "another key" }, {}),
  },
  { requiredKeys: [], noNullPrototype: true },
);

function snapshotOf({ fields, grants, restrictions, isBound }: Facts): KeySnapshot {
  const compiled = compileRestrictions(restrictions);
  assert.ok(compiled.ok);
  const key = {
    ...fields,
    grants: compileGrants(grants),
    restrictions: Object.keys(restrictions).length === 0 ? undefined : compiled.restrictions,
  };
  return isBound ? makeTokenSnapshot(key, { confirmation: { jkt: "its key" } }) : makeSnapshot(key);
}

function isAllowed(facts: Facts, request: DecisionRequest, now: Instant): boolean {
  return decide(snapshotOf(facts), request, now).outcome === "allowed";
}

const RUNS = { numRuns: 2_000 };

test("the random keys and requests meet every check, as first to fail, and are allowed at times", () => {
  const met = new Set<string>();
  for (const [facts, request, now] of fc.sample(fc.tuple(anyFacts, anyRequest, aroundNow), 5_000)) {
    met.add(decide(snapshotOf(facts), request, now).code);
  }
  assert.deepEqual(met, new Set(["allowed", ...CHECKS.map(({ code }) => code)]));
});

test("an explanation comes to the verdict of the decision", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const key = snapshotOf(facts);
      assert.deepEqual(explain(key, request, now).verdict, decide(key, request, now));
    }),
    RUNS,
  );
});

test("the last check of a trace is the one that decides, and all before it have passed", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const { verdict, trace } = explain(snapshotOf(facts), request, now);
      const codes = CHECKS.map(({ code }) => code);
      assert.deepEqual(
        trace.map(({ check }) => check),
        codes.slice(0, trace.length),
      );
      assert.ok(trace.slice(0, -1).every(({ passed }) => passed));
      const last = trace.at(-1);
      assert.equal(last?.passed, verdict.outcome === "allowed");
      if (verdict.outcome === "denied") assert.equal(verdict.code, last?.check);
      else assert.equal(trace.length, CHECKS.length);
    }),
    RUNS,
  );
});

test("of several failing checks the one that comes first in the order gives the code", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const key = snapshotOf(facts);
      const failing = CHECKS.find((check) => !check.passes(key, request, now));
      assert.equal(decide(key, request, now).code, failing?.code ?? "allowed");
    }),
    RUNS,
  );
});

test("the same key, request and instant give the same verdict, and a decision changes none of them", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const key = snapshotOf(facts);
      const before = JSON.stringify(request);
      const first = decide(key, request, now);
      explain(key, request, now);
      assert.deepEqual(decide(key, request, now), first);
      assert.equal(decide(snapshotOf(facts), structuredClone(request), now).code, first.code);
      assert.equal(JSON.stringify(request), before);
      assert.deepEqual(key.grants, snapshotOf(facts).grants);
    }),
    { numRuns: 500 },
  );
});

test("K2, T15: a revoked key is refused as revoked, whatever else is true", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const revoked: Facts = { ...facts, fields: { ...facts.fields, state: "revoked" } };
      assert.equal(decide(snapshotOf(revoked), request, now).code, "revoked");
    }),
    RUNS,
  );
});

test("a grant that is taken away never turns denied into allowed", () => {
  fc.assert(
    fc.property(
      anyFacts,
      anyRequest,
      aroundNow,
      fc.constantFrom(...GRANTS),
      (facts, request, now, removed) => {
        const fewer = { ...facts, grants: facts.grants.filter((grant) => grant !== removed) };
        if (isAllowed(fewer, request, now)) assert.ok(isAllowed(facts, request, now));
      },
    ),
    RUNS,
  );
});

/** Every kind but the list of sites, which also says that a key is meant for browsers. */
const NOT_SITES = FIELDS.filter((field) => field !== "origins" && field !== "referrers");

test("a restriction that is added never turns denied into allowed", () => {
  fc.assert(
    fc.property(
      anyFacts,
      anyRequest,
      aroundNow,
      restrictionsOf(NOT_SITES),
      (facts, request, now, added) => {
        const more = { ...facts, restrictions: { ...added, ...facts.restrictions } };
        if (isAllowed(more, request, now)) assert.ok(isAllowed(facts, request, now));
      },
    ),
    RUNS,
  );
});

test("T36: a list of sites that is added turns denied into allowed only for a secret key in a browser", () => {
  fc.assert(
    fc.property(
      anyFacts,
      anyRequest,
      aroundNow,
      restrictionsOf(FIELDS),
      (facts, request, now, added) => {
        const more = { ...facts, restrictions: { ...added, ...facts.restrictions } };
        if (!isAllowed(more, request, now)) return;
        const { code } = decide(snapshotOf(facts), request, now);
        assert.ok(code === "allowed" || code === "secret_key_in_browser", code);
      },
    ),
    RUNS,
  );
});

test("T15: a later end of the secret never turns denied into allowed once the key has ended", () => {
  fc.assert(
    fc.property(anyFacts, anyRequest, aroundNow, (facts, request, now) => {
      const ended = { ...facts.fields, expiresAt: now };
      const overlapping = { ...ended, secretExpiresAt: instant(START + 1_000_000) };
      assert.ok(!isAllowed({ ...facts, fields: overlapping }, request, now));
    }),
    RUNS,
  );
});
