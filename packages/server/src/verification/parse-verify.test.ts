import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { verifyInput } from "../contract/verify.ts";
import { parseVerify } from "./parse-verify.ts";

/** What the schema makes of a value, in the words of {@link parseVerify}. */
function bySchema(value: unknown) {
  const parsed = verifyInput.safeParse(value);
  if (!parsed.success) return undefined;
  const { credential, api, environment, scopes, context, cost, tag } = parsed.data;
  const { dry_run, min_rev, proof, dpop } = parsed.data;
  const { idempotency_key: idempotencyKey, reserve_seconds: reserveSeconds } = parsed.data;
  const isPlain = idempotencyKey === undefined && reserveSeconds === undefined;
  const charging = isPlain ? undefined : { idempotencyKey, reserveSeconds };
  const requirement = Array.isArray(scopes) ? { all: scopes } : scopes;
  return {
    credential,
    decision: { api, environment, scopes: requirement, context, proof, dpop, tag, cost, charging },
    dryRun: dry_run ?? false,
    minRev: min_rev ?? 0,
  };
}

function assertSame(made: unknown): void {
  const value: unknown = JSON.parse(JSON.stringify(made));
  assert.deepEqual(parseVerify(value), bySchema(value), JSON.stringify(value));
}

const long = (chars: number) => "a".repeat(chars);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom("", "live", "a:b", "a:*", "A:b", long(200), long(201), long(4096), long(4097)),
  fc.constantFrom(long(8192), long(8193)),
);
const scope = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("invoices:read", "a", "a.b-c_d:e", `${long(63)}:x`) },
  fc.constantFrom("", "*", "a:*", "A", "a::b", "a b", `${long(64)}:x`, 7, null),
);
const scopes = fc.oneof(
  { weight: 4, arbitrary: fc.array(scope, { maxLength: 4 }) },
  fc.constantFrom(Array(50).fill("a"), Array(51).fill("a")),
);
const anything = fc.oneof(fc.jsonValue(), text, fc.double(), fc.integer());
const number = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 1_000_000, 1_000_001, Number.MAX_SAFE_INTEGER, 2 ** 53, 1e300),
  anything,
);
const context = fc.dictionary(
  fc.constantFrom(
    "ip",
    "origin",
    "referrer",
    "method",
    "path",
    "user_agent",
    "android_package",
    "android_cert",
    "ios_bundle",
    "host",
    "toString",
  ),
  fc.oneof({ weight: 9, arbitrary: text }, anything),
  { maxKeys: 4 },
);

/** Mostly right, so that what is accepted is tried as well. */
const input = fc.record(
  {
    credential: fc.oneof({ weight: 9, arbitrary: text }, anything),
    api: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("acme", "", long(200), long(201)) },
      anything,
    ),
    environment: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("live", "test", "Live") },
      anything,
    ),
    scopes: fc.oneof(
      scopes,
      fc.record({ all: scopes }),
      fc.record({ any: scopes }),
      fc.record({ all: scopes, any: scopes }, { requiredKeys: [] }),
      anything,
    ),
    context: fc.oneof({ weight: 5, arbitrary: context }, anything),
    proof: fc.oneof(
      fc.dictionary(
        fc.constantFrom("jkt", "x5t_s256", "other"),
        fc.oneof(fc.constantFrom(long(42), long(43), long(44), `${long(42)}+`), text),
      ),
      anything,
    ),
    dpop: fc.oneof(
      fc.record({ proof: text, method: text, url: text }),
      fc.record({ proof: text, method: text, url: text, more: text }, { requiredKeys: [] }),
      anything,
    ),
    cost: number,
    tag: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom("GET/things", "", long(48), long(49), "a b") },
      anything,
    ),
    dry_run: fc.oneof({ weight: 5, arbitrary: fc.boolean() }, anything),
    min_rev: number,
    idempotency_key: text,
    reserve_seconds: fc.oneof(fc.constantFrom(1, 3_600, 3_601), number),
    limit: fc.constant(1),
    constructor: fc.constant("x"),
  },
  { requiredKeys: [] },
);

test("whatever the body, it is accepted exactly when the contract accepts it, and read alike", () => {
  fc.assert(fc.property(input, assertSame), { numRuns: 5_000 });
  fc.assert(fc.property(anything, assertSame), { numRuns: 1_000 });
});

test("each single field, right or wrong, is judged as the contract judges it", () => {
  const names = [
    "api",
    "environment",
    "scopes",
    "context",
    "proof",
    "dpop",
    "cost",
    "tag",
    "dry_run",
    "min_rev",
    "idempotency_key",
    "reserve_seconds",
  ] as const;
  const field = fc.tuple(fc.constantFrom(...names), input).map(([name, { [name]: value }]) =>
    Object.fromEntries([
      ["credential", "k"],
      [name, value],
    ]),
  );
  let accepted = 0;
  fc.assert(
    fc.property(field, (value) => {
      assertSame(value);
      if (parseVerify(JSON.parse(JSON.stringify(value))) !== undefined) accepted++;
    }),
    { numRuns: 5_000 },
  );
  assert.ok(accepted > 1_000, `only ${accepted} were accepted: the property says little`);
});
