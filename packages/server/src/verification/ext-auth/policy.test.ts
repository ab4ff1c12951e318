import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePolicy } from "./policy.ts";

const READ: readonly [search: string, policy: object][] = [
  ["?api=acme", { api: "acme", environment: "live", scopes: { all: [] } }],
  ["?api=acme&environment=test", { api: "acme", environment: "test", scopes: { all: [] } }],
  [
    "?scopes=invoices:read,invoices:write&api=acme",
    { api: "acme", environment: "live", scopes: { all: ["invoices:read", "invoices:write"] } },
  ],
  [
    "?api=acme&any_scopes=a:b,c:d",
    { api: "acme", environment: "live", scopes: { any: ["a:b", "c:d"] } },
  ],
  [
    "?api=acme&identity=kong",
    { api: "acme", environment: "live", scopes: { all: [] }, tellsAsKong: true },
  ],
  ["?api=acme&scopes=a%3Ab", { api: "acme", environment: "live", scopes: { all: ["a:b"] } }],
];

for (const [search, policy] of READ) {
  test(`the policy ${search} is read`, () => {
    assert.deepEqual(parsePolicy(search), { tellsAsKong: false, isSigned: false, ...policy });
  });
}

const REFUSED = [
  "",
  "?",
  "?scopes=a:b",
  "?api=",
  `?api=${"a".repeat(201)}`,
  "?api=acme&api=acme",
  "?api=acme&environment=prod",
  "?api=acme&environment=",
  "?api=acme&scopes=",
  "?api=acme&identity=",
  "?api=acme&signed=",
  "?api=acme&signed=0",
  "?api=acme&identity=tyk",
  "?api=acme&scopes=a:*",
  "?api=acme&scopes=*",
  "?api=acme&scopes=a:b,",
  "?api=acme&scopes=a:b, c:d",
  "?api=acme&scopes=A:B",
  "?api=acme&any_scopes=",
  "?api=acme&scopes=a:b&any_scopes=a:b",
  "?api=acme&scope=a:b",
  "?api=acme&Scopes=a:b",
  "?api=acme&policy=x",
];

for (const search of REFUSED) {
  test(`T40: the policy ${search.slice(0, 60)} is refused as a whole`, () => {
    assert.equal(parsePolicy(search), undefined);
  });
}
