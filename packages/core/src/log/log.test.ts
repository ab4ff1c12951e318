// The log by its vectors, and by what nobody would think of.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { KeyId } from "../id.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { instant } from "../time.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import { boundsOf, matches } from "./filter.ts";
import type { Filterable } from "./filter.ts";
import { LogSampler } from "./log-sampler.ts";
import { parseLogFilter } from "./parse-filter.ts";
import { loggedDetail, loggedMethod, loggedPath } from "./redact.ts";
import { traceOf } from "./trace.ts";

const NOW = instant(1_767_225_600_000);

const ENTRY: Filterable = {
  at: NOW - 60_000,
  outcome: "denied",
  code: "expired",
  status: 401,
  key: "key_a",
  owner: "own_a",
  api: "api_a",
  environment: "live",
  tag: null,
  cost: 5,
  method: "GET",
  path: "/invoices/17",
  agent: "curl/8.5.0",
  brand: null,
  reporter: "abcdef",
  network: "192.0.2.0/24",
};

interface Given {
  readonly filter?: string;
  readonly matches?: string;
  readonly bounds?: string;
  readonly path?: string;
  readonly method?: string;
  readonly detail?: string;
  readonly ip?: string;
  readonly code?: VerdictCode;
  readonly key?: string;
}

function answerTo(given: Given): unknown {
  if (given.filter !== undefined) {
    const parsed = parseLogFilter(given.filter, NOW);
    return parsed.ok ? parsed.filter : { at: parsed.at, problem: parsed.problem };
  }
  if (given.matches !== undefined) return matches(filterOf(given.matches), ENTRY);
  if (given.bounds !== undefined) return boundsOf(filterOf(given.bounds));
  if (given.path !== undefined) return loggedPath(given.path);
  if (given.method !== undefined) return loggedMethod(given.method);
  if (given.detail !== undefined) return loggedDetail(given.detail, given.ip);
  const { code = "allowed", key } = given;
  const keyId = key === undefined ? null : (key as KeyId);
  return traceOf({ code, keyId, detail: "why" }).map(({ check, passed, detail }) => {
    return `${check} ${passed} ${detail}`;
  });
}

function filterOf(text: string) {
  const parsed = parseLogFilter(text, NOW);
  assert.ok(parsed.ok, text);
  return parsed.filter;
}

const FIELDS = [
  "filter",
  "matches",
  "bounds",
  "path",
  "method",
  "detail",
  "ip",
  "code",
  "key",
] as const;

for (const { name, given, expect } of readVectors<Given>("logs.json", FIELDS)) {
  test(`logs: ${name}`, () => {
    assert.deepEqual(answerTo(given), expect);
  });
}

test("T58: whatever is typed as a filter is read or refused at a place in it, in bounded time, and never thrown", () => {
  const word = fc.constantFrom(
    "code:expired",
    "not",
    "and",
    "or",
    "(",
    ")",
    '"',
    "at>-1h",
    "x:y",
    "cost<",
    "network:::/0",
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 80 }).map((words) => words.join(" ")),
    fc.string({ maxLength: 1_200 }),
  );
  fc.assert(
    fc.property(text, (filter) => {
      const parsed = parseLogFilter(filter, NOW);
      if (parsed.ok) assert.equal(typeof matches(parsed.filter, ENTRY), "boolean");
      else assert.ok(parsed.at >= 1 && parsed.at <= 1_001 && !parsed.problem.includes("undefined"));
    }),
    { numRuns: 500 },
  );
});

test("an entry that matches lies within the bounds of its filter", () => {
  const term = fc.constantFrom(
    "at>-2m",
    "at<-30s",
    "at:-60s",
    "key:key_a",
    "key:key_b",
    "code:expired",
    "not at>-1h",
    "at<=2025-12-31T23:59:00Z",
  );
  const text = fc.array(fc.tuple(term, fc.constantFrom("and", "or")), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const filter = filterOf(
        parts.map(([each, joint], index) => (index === 0 ? each : `${joint} ${each}`)).join(" "),
      );
      if (!matches(filter, ENTRY)) return;
      const { from = 0, to = Infinity, key = ENTRY.key } = boundsOf(filter);
      assert.ok(ENTRY.at >= from && ENTRY.at <= to && key === ENTRY.key);
    }),
  );
});

function sampled(
  decisions: readonly { readonly code: VerdictCode; readonly key: string | null }[],
) {
  const sampler = new LogSampler();
  for (const { code, key } of decisions) {
    const keyId = key === null ? null : (key as KeyId);
    sampler.note({ keyId, presented: "acme_live_x", code, reason: () => "why" }, NOW);
  }
  return sampler.take();
}

test("K8: a report holds at most a hundred entries; a key that fails without end keeps no other out, and its count stands", () => {
  const flood = Array.from({ length: 5_000 }, () => ({
    code: "expired" as const,
    key: "key_noisy",
  }));
  const strangers = Array.from({ length: 5_000 }, () => ({ code: "unknown" as const, key: null }));
  const fine = Array.from({ length: 5_000 }, () => ({ code: "allowed" as const, key: "key_fine" }));
  const others = Array.from({ length: 200 }, (_, number) => ({
    code: "revoked" as const,
    key: `key_${number}`,
  }));
  const entries = sampled([...fine, ...flood, ...strangers, ...others]);
  const count = (code: VerdictCode) => entries.filter((entry) => entry.code === code).length;
  assert.deepEqual(
    [count("allowed"), count("expired"), count("unknown"), count("revoked")],
    [20, 4, 4, 56],
  );
  assert.deepEqual(
    entries.filter(({ code }) => code === "expired").map(({ more }) => more),
    [0, 0, 0, 4_996],
  );
  assert.equal(entries.find(({ code }) => code === "unknown")?.brand, "acme");
});

test("the reason is asked for only when the decision is written down", () => {
  const sampler = new LogSampler();
  let asked = 0;
  const reason = () => {
    asked++;
    return null;
  };
  for (let count = 0; count < 50; count++) {
    sampler.note({ keyId: "key_a" as KeyId, presented: "", code: "expired", reason }, NOW);
  }
  assert.equal(asked, 4);
});
