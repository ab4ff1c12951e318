import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { formatKey } from "../key/format.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { extractCredential } from "./credentials.ts";

interface Given {
  readonly headers: readonly (readonly [string, string])[];
  readonly query?: { readonly name: string; readonly search: string };
}

for (const { name, given, expect } of readVectors<Given>("credentials.json", [
  "headers",
  "query",
])) {
  test(`vector: ${name}`, () => {
    const options = given.query ? { queryParameter: given.query } : {};
    assert.deepEqual(extractCredential(given.headers.flat(), options), expect);
  });
}

const KEY = formatKey({
  brand: "acme",
  kind: "secret",
  environment: "live",
  random: Uint8Array.from(randomBytes(32)),
}).reveal();
const basic = `Basic ${btoa(`${KEY}:`)}`;

/** Each way to carry the key, as raw headers and a query. */
const PLACES = [
  { headers: ["Authorization", `Bearer ${KEY}`], search: "" },
  { headers: ["Authorization", `api-key ${KEY}`], search: "" },
  { headers: ["Authorization", basic], search: "" },
  { headers: ["X-API-Key", KEY], search: "" },
  { headers: [], search: `k=${KEY}` },
] as const;

test("T27: every pair of places is ambiguous, in either order, even with one and the same key", () => {
  for (const first of PLACES) {
    for (const second of PLACES) {
      const headers = [...first.headers, "Accept", "*/*", ...second.headers];
      const search = [first.search, second.search].filter((part) => part !== "").join("&");
      const extraction = extractCredential(headers, { queryParameter: { name: "k", search } });
      assert.deepEqual(extraction, { outcome: "ambiguous" });
    }
  }
});

test("T29: a key in the query is not looked at unless the api opted in", () => {
  assert.deepEqual(extractCredential([":path", `/v1/x?api_key=${KEY}`]), { outcome: "missing" });
});

test("T27: whatever the headers hold, nothing is thrown and only allowed characters come out", () => {
  const name = fc.oneof(
    fc.constantFrom("authorization", "Authorization", "X-API-Key", "x-api-key", "__proto__"),
    fc.string(),
  );
  const value = fc
    .array(
      fc.oneof(
        fc.constantFrom("Bearer ", "api-key ", "Basic ", KEY, btoa(`${KEY}:`), " ", ",", "=", "\t"),
        fc.string({ unit: "binary" }),
      ),
    )
    .map((parts) => parts.join(""));
  const headers = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => pairs.flat());
  const searches = fc.oneof(fc.constant(`k=${KEY}`), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(headers, searches, (raw, search) => {
      const extraction = extractCredential(raw, { queryParameter: { name: "k", search } });
      if (extraction.outcome !== "found") return;
      assert.match(extraction.credential, /^[A-Za-z0-9_.~+/=-]{1,4096}$/);
    }),
    { numRuns: 2000 },
  );
});

test("a name without a value, at the end of the list, is an empty value", () => {
  assert.deepEqual(extractCredential(["Authorization"]), { outcome: "missing" });
});
