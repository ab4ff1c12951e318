import assert from "node:assert/strict";
import { test } from "node:test";
import { parseId } from "../id.ts";
import { isWellFormedKey } from "../key/format.ts";
import { compileRestrictions } from "../restriction/restrictions.ts";
import type { CompiledRestrictions, Restrictions } from "../restriction/restrictions.ts";
import { compileGrants } from "../scope/scope.ts";
import { makeSnapshot, makeTokenSnapshot } from "../testing/snapshot.ts";
import { answerOf, instantOf, readVerdictVectors, requestOf } from "../testing/verdict-vectors.ts";
import type { KeyFacts, VerdictGiven } from "../testing/verdict-vectors.ts";
import { CHECKS } from "./checks.ts";
import { DENIALS } from "./codes.ts";
import type { DenialCode } from "./codes.ts";
import { decide } from "./decide.ts";
import { explain } from "./explain.ts";
import type { TraceStep } from "./explain.ts";
import type { DecisionRequest } from "./request.ts";
import type { KeySnapshot, PresentedKey } from "./snapshot.ts";
import { deny } from "./verdict.ts";

function snapshotOf(facts: KeyFacts): KeySnapshot {
  const { bound_to: jkt } = facts;
  return jkt === undefined
    ? keyOf(facts)
    : makeTokenSnapshot(keyOf(facts), { confirmation: { jkt } });
}

function keyOf(facts: KeyFacts): PresentedKey {
  const plain = makeSnapshot();
  const apiId = facts.api_id === undefined ? plain.apiId : parseId("api", facts.api_id);
  assert.ok(apiId !== undefined);
  return {
    ...plain,
    apiId,
    apiPrefix: facts.api ?? plain.apiPrefix,
    ownerDisabled: facts.owner_disabled ?? plain.ownerDisabled,
    kind: facts.kind ?? plain.kind,
    environment: facts.environment ?? plain.environment,
    state: facts.state ?? plain.state,
    expiresAt: optionalInstant(facts.expires_at),
    secretNotBefore: optionalInstant(facts.secret?.not_before),
    secretExpiresAt: optionalInstant(facts.secret?.expires_at),
    grants: compileGrants(facts.scopes ?? []),
    restrictions: facts.restrictions === undefined ? undefined : compiled(facts.restrictions),
  };
}

function optionalInstant(text: string | undefined) {
  return text === undefined ? undefined : instantOf(text);
}

function compiled(restrictions: Restrictions): CompiledRestrictions {
  const result = compileRestrictions(restrictions);
  assert.ok(result.ok);
  return result.restrictions;
}

/** A text that opens no key never comes to {@link decide}: the two checks before it are the reader's. */
function answerWithoutKey(credential: string) {
  const isWellFormed = isWellFormedKey(credential);
  const trace: TraceStep[] = [{ check: "malformed", passed: isWellFormed, detail: "" }];
  if (isWellFormed) trace.push({ check: "unknown", passed: false, detail: "" });
  return { verdict: deny(isWellFormed ? "unknown" : "malformed"), trace };
}

function answerWithKey(given: VerdictGiven) {
  const key = snapshotOf(given.key ?? {});
  const now = instantOf(given.now);
  assert.deepEqual(explain(key, requestOf(given), now).verdict, decide(key, requestOf(given), now));
  const { verdict, trace } = explain(key, requestOf(given), now);
  const before = ["malformed", "unknown"] as const;
  return {
    verdict,
    trace: [...before.map((check) => ({ check, passed: true, detail: "" })), ...trace],
  };
}

const vectors = readVerdictVectors();
const verdictVectors = vectors.filter(({ given }) => given.code === undefined);
for (const { name, given, expect } of verdictVectors) {
  test(name, () => {
    const { verdict, trace } =
      given.credential === undefined ? answerWithKey(given) : answerWithoutKey(given.credential);
    assert.deepEqual(answerOf(verdict, given.explain === true ? trace : undefined), expect);
  });
}

test("every code has the status that the vectors say, and the vectors know every code", () => {
  const expected = new Map(
    vectors
      .filter(({ given }) => given.code !== undefined)
      .map(({ given, expect }) => [given.code, expect]),
  );
  const actual = new Map(
    Object.entries(DENIALS).map(([code, { status }]) => [code, { status }] as const),
  );
  assert.deepEqual(actual, expected);
});

/** What this release gives elsewhere, or not yet: while the credential is read, or by limits. */
const NOT_DECIDED: ReadonlySet<DenialCode> = new Set<DenialCode>([
  "missing_credential",
  "ambiguous_credentials",
  "rate_limited",
  "quota_exceeded",
  "credits_exhausted",
  "cost_exceeds_limit",
  "too_many_in_flight",
]);

test("every code that a decision can give has a vector in which it is given", () => {
  const given = new Set(verdictVectors.map(({ expect }) => (expect as { code: string }).code));
  const decided = (Object.keys(DENIALS) as DenialCode[]).filter((code) => !NOT_DECIDED.has(code));
  assert.deepEqual(
    decided.filter((code) => !given.has(code)),
    [],
  );
});

test("the order of any two neighbouring checks has a vector", () => {
  const named = new Set(vectors.map(({ name }) => name));
  const pairs = CHECKS.slice(1).map(
    ({ code }, index) => `order: ${CHECKS[index]?.code} wins over ${code}`,
  );
  assert.deepEqual(
    pairs.filter((pair) => !named.has(pair)),
    [],
  );
});

test("each sentence of a trace says what was compared with what", () => {
  const key = makeSnapshot({
    expiresAt: instantOf("2027-01-01T00:00:00Z"),
    secretNotBefore: instantOf("2026-01-01T00:00:00Z"),
    grants: compileGrants(["invoices:read"]),
  });
  const request = {
    api: "acme",
    environment: "live",
    scopes: { any: ["invoices:read", "invoices:list"] },
    context: { ip: "203.0.113.7", method: "GET", path: "/v1/invoices" },
  } as const;
  const { trace } = explain(key, request, instantOf("2026-11-23T08:00:00Z"));
  assert.deepEqual(
    trace.map(({ detail }) => detail),
    [
      "the key is active",
      "the key is active",
      "it ends at 2027-01-01T00:00:00.000Z; it is 2026-11-23T08:00:00.000Z",
      "the secret starts at 2026-01-01T00:00:00.000Z; it is 2026-11-23T08:00:00.000Z",
      "nothing has to be proved",
      "the key is live; the request asks for live",
      "the key is for acme; the request asks for acme",
      "the key has invoices:read; the request needs any of invoices:read, invoices:list",
      "the request came from 203.0.113.7",
      "the origin is not given, the referrer not given",
      "the request is GET /v1/invoices",
      "it is 2026-11-23T08:00:00.000Z",
      "the app is not given",
      "the key is secret; the request does not come from a browser",
    ],
  );
});

test("RFC 9449 §7.2: a trace says what a bound token lacks, and takes no proof of another kind", () => {
  const token = makeTokenSnapshot({}, { confirmation: { x5tS256: "certificate" } });
  const now = instantOf("2026-01-01T00:00:00Z");
  const detail = (request: DecisionRequest) => explain(token, request, now).trace.at(-1)?.detail;
  assert.equal(detail({}), "what it is bound to has to be proved; the request proves nothing");
  assert.equal(
    detail({ proof: { jkt: "certificate" } }),
    "what it is bound to has to be proved; the request has a proof",
  );
  assert.equal(decide(token, { proof: { x5t_s256: "certificate" } }, now).code, "allowed");
});

test("a trace says so where nothing is given, and where it is the owner that is disabled", () => {
  const now = instantOf("2026-11-23T08:00:00Z");
  const details = new Map(
    explain(makeSnapshot(), {}, now).trace.map(({ check, detail }) => [check, detail]),
  );
  assert.equal(details.get("expired"), "the key has no end; it is 2026-11-23T08:00:00.000Z");
  assert.equal(details.get("not_yet_valid"), "the secret has no start");
  assert.equal(details.get("wrong_environment"), "the key is live; the request asks for either");
  assert.equal(
    details.get("wrong_api"),
    "the key is for acme; the request asks for any protected api",
  );
  assert.equal(details.get("insufficient_scope"), "the key has none; the request needs none");
  const { trace } = explain(makeSnapshot({ ownerDisabled: true }), {}, now);
  assert.equal(trace.at(-1)?.detail, "the owner is disabled");
});
