import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readVectors } from "../testing/read-vectors.ts";
import { parseInstant } from "../time.ts";
import type { Instant } from "../time.ts";
import { parseCidr } from "./cidr.ts";
import { formatIp, networkOf, parseIp } from "./ip-address.ts";
import {
  appAllowed,
  compileRestrictions,
  ipAllowed,
  originAllowed,
  routeAllowed,
  withinTimeWindow,
} from "./restrictions.ts";
import type { RequestContext, Restrictions } from "./restrictions.ts";

interface Given {
  readonly ip?: string;
  readonly cidr?: string;
  readonly restrictions?: Restrictions;
  readonly context?: RequestContext;
  readonly now?: string;
}

const NOON = readInstant("2026-11-23T12:00:00Z");

function answer(given: Given): unknown {
  if (given.ip !== undefined) {
    const ip = parseIp(given.ip);
    return ip ? { canonical: formatIp(ip), network: networkOf(ip) } : { canonical: null };
  }
  if (given.cidr !== undefined) {
    const parsed = parseCidr(given.cidr);
    if (!parsed.ok) return { network: null };
    return { network: formatIp(parsed.pattern.network), prefix_bits: parsed.pattern.prefixBits };
  }
  assert.ok(given.restrictions !== undefined);
  if (given.context === undefined) return { problems: problemsOf(given.restrictions) };
  const now = given.now === undefined ? NOON : readInstant(given.now);
  return { refused: refusedBy(given.restrictions, given.context, now) };
}

function problemsOf(restrictions: Restrictions): readonly string[] {
  const result = compileRestrictions(restrictions);
  return result.ok ? [] : result.problems.map((problem) => problem.pointer);
}

/** The codes of all kinds that do not pass, in the order in which a decision asks them. */
function refusedBy(
  restrictions: Restrictions,
  context: RequestContext,
  now: Instant,
): readonly string[] {
  const result = compileRestrictions(restrictions);
  assert.ok(result.ok, JSON.stringify(result));
  const compiled = result.restrictions;
  const refused: string[] = [];
  if (!ipAllowed(compiled, context)) refused.push("ip_not_allowed");
  if (!originAllowed(compiled, context)) refused.push("origin_not_allowed");
  if (!routeAllowed(compiled, context)) refused.push("route_not_allowed");
  if (!withinTimeWindow(compiled, now)) refused.push("outside_time_window");
  if (!appAllowed(compiled, context)) refused.push("app_not_allowed");
  return refused;
}

function readInstant(text: string): Instant {
  const instant = parseInstant(text);
  assert.ok(instant !== undefined, text);
  return instant;
}

const vectors = readVectors<Given>("restrictions.json", [
  "ip",
  "cidr",
  "restrictions",
  "context",
  "now",
]);
for (const { name, given, expect } of vectors) {
  test(name, () => assert.deepEqual(answer(given), expect));
}

test("a refusal says what would be right", () => {
  const result = compileRestrictions({ ips: ["10.1.2.3/8"], origins: [] });
  assert.deepEqual(result, {
    ok: false,
    problems: [
      {
        pointer: "/origins",
        detail: "an empty list would let nothing pass; leave the restriction out to lift it",
      },
      {
        pointer: "/ips/0",
        detail:
          "the address has bits beyond the prefix; write 10.0.0.0/8 for the network or 10.1.2.3 for the one address",
      },
    ],
  });
});

// Few values of each kind, so that requests and entries meet often.
const FINGERPRINT = "0f".repeat(32);
const entries = {
  ips: fc.constantFrom("10.0.0.0/8", "10.0.0.1", "::/0", "2001:db8::1", "0.0.0.0/0"),
  origins: fc.constantFrom("https://a.example", "https://*.a.example", "http://localhost:3000"),
  referrers: fc.constantFrom("https://a.example", "https://a.example/x/*"),
  routes: fc.constantFrom(
    { path: "/**" },
    { path: "/v1/*" },
    { methods: ["GET"], path: "/v1/**" },
    { methods: ["POST", "PUT"], path: "/v1" },
  ),
  time_windows: fc.record({
    days: fc.uniqueArray(fc.constantFrom("mon", "wed", "sun"), { minLength: 1 }),
    from: fc.constantFrom("00:00", "08:00", "22:00"),
    to: fc.constantFrom("06:00", "18:00", "24:00"),
    time_zone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Kathmandu"),
  }),
  android_apps: fc.constantFrom(
    { package_name: "com.a", sha256_cert_fingerprint: FINGERPRINT },
    { package_name: "com.b", sha256_cert_fingerprint: FINGERPRINT },
  ),
  ios_apps: fc.constantFrom("com.a", "com.b"),
};
function listOf<Entry>(entry: fc.Arbitrary<Entry>): fc.Arbitrary<readonly Entry[]> {
  return fc.array(entry, { minLength: 1, maxLength: 3 });
}
const lists = {
  ips: listOf(entries.ips),
  origins: listOf(entries.origins),
  referrers: listOf(entries.referrers),
  routes: listOf(entries.routes),
  time_windows: listOf(entries.time_windows),
  android_apps: listOf(entries.android_apps),
  ios_apps: listOf(entries.ios_apps),
};
const KINDS = [
  "ips",
  "origins",
  "referrers",
  "routes",
  "time_windows",
  "android_apps",
  "ios_apps",
] as const;
const someRestrictions: fc.Arbitrary<Restrictions> = fc.record(lists, { requiredKeys: [] });
const someContext: fc.Arbitrary<RequestContext> = fc.record(
  {
    ip: fc.constantFrom("10.0.0.1", "10.9.9.9", "192.0.2.1", "2001:db8::1", "::ffff:10.0.0.1"),
    origin: fc.constantFrom("https://a.example", "https://b.a.example", "null"),
    referrer: fc.constantFrom("https://a.example/", "https://a.example/x/y", "https://b.example/"),
    method: fc.constantFrom("GET", "POST"),
    path: fc.constantFrom("/v1", "/v1/a", "/v1/a/b?c", "/v1/../a"),
    android_package: fc.constantFrom("com.a", "com.c"),
    android_cert: fc.constantFrom(FINGERPRINT, "00"),
    ios_bundle: fc.constantFrom("com.a", "com.c"),
  },
  { requiredKeys: [] },
);
const someInstant = fc.integer({ min: 0, max: 7 * 24 * 60 }).map((minutes) => {
  const iso = new Date(NOON + minutes * 60_000).toISOString();
  return readInstant(iso);
});

test("an additional entry never refuses what passed before", () => {
  fc.assert(
    fc.property(
      someRestrictions,
      fc.record(lists),
      someContext,
      someInstant,
      (restrictions, more, context, now) => {
        const before = refusedBy(restrictions, context, now);
        for (const kind of KINDS) {
          if (restrictions[kind] === undefined) continue;
          const longer = { ...restrictions, [kind]: joined(restrictions[kind], more[kind]) };
          const after = refusedBy(longer, context, now);
          assert.ok(
            after.every((code) => before.includes(code)),
            kind,
          );
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("an additional kind never admits what was refused before", () => {
  const kinds = [["ips"], ["origins"], ["referrers"], ["routes"], ["time_windows"]] as const;
  // The two lists of apps are one kind: a key for an Android app or an iOS app.
  const appKind = ["android_apps", "ios_apps"] as const;
  fc.assert(
    fc.property(
      someRestrictions,
      fc.record(lists),
      someContext,
      someInstant,
      (restrictions, more, context, now) => {
        const before = refusedBy(restrictions, context, now);
        for (const kind of [...kinds, appKind]) {
          if (kind.some((list) => restrictions[list] !== undefined)) continue;
          const added = Object.fromEntries(kind.map((list) => [list, more[list]]));
          const after = refusedBy({ ...restrictions, ...added }, context, now);
          assert.ok(
            before.every((code) => after.includes(code)),
            kind.join(),
          );
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("a request that states less is never refused less", () => {
  fc.assert(
    fc.property(someRestrictions, someContext, someInstant, (restrictions, context, now) => {
      const before = refusedBy(restrictions, context, now);
      for (const fact of Object.keys(context)) {
        const rest = Object.entries(context).filter(([name]) => name !== fact);
        const after = refusedBy(restrictions, Object.fromEntries(rest), now);
        assert.ok(
          before.every((code) => after.includes(code)),
          fact,
        );
      }
    }),
    { numRuns: 2_000 },
  );
});

test("T35: no pattern and no request makes a reader or a matcher throw", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom("/", ".", "*", "%2e", "a", ":", "[", "https://", "\\", "@"),
    }),
  );
  fc.assert(
    fc.property(text, text, (pattern, presented) => {
      const context = { ip: presented, origin: presented, referrer: presented, path: presented };
      const given = [
        { ips: [pattern] },
        { origins: [pattern] },
        { referrers: [pattern] },
        { routes: [{ path: pattern }] },
        { ios_apps: [pattern] },
      ];
      for (const restrictions of given) {
        const result = compileRestrictions(restrictions);
        if (result.ok) refusedBy(restrictions, context, NOON);
        else assert.equal(result.problems.length, 1);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("the time of day is the same whichever instant was asked for before", () => {
  const [berlin, kathmandu] = ["Europe/Berlin", "Asia/Kathmandu"].map((time_zone) => ({
    time_windows: [{ days: ["mon"], from: "13:00", to: "13:30", time_zone }],
  }));
  assert.ok(berlin !== undefined && kathmandu !== undefined);
  const open = readInstant("2026-11-23T12:15:00Z");
  const closed = readInstant("2026-11-23T12:30:00Z");
  for (const now of [open, closed, open, open, closed, closed, open]) {
    assert.deepEqual(refusedBy(berlin, {}, now), now === open ? [] : ["outside_time_window"]);
    assert.deepEqual(refusedBy(kathmandu, {}, now), ["outside_time_window"]);
  }
});

function joined(
  list: readonly unknown[] | undefined,
  more: readonly unknown[],
): readonly unknown[] {
  return [...(list ?? []), ...more];
}
