// Every reader of the feed by the vectors, and by what nobody would write.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseId } from "../id.ts";
import { digestFromHex } from "../key/digest.ts";
import { compileRestrictions } from "../restriction/restrictions.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { instant } from "../time.ts";
import { feedItem, parseFeedItem } from "./item.ts";
import {
  batchLine,
  beatLine,
  goodbyeLine,
  helloLine,
  parseChangesLine,
  parseSnapshotLine,
  parseSnapshotStart,
  snapshotEndLine,
  snapshotItemLine,
  snapshotStartLine,
} from "./lines.ts";
import type { ChangesLine, SnapshotLine } from "./lines.ts";
import {
  headAnswerBody,
  headRequestBody,
  lookupAnswerBody,
  lookupRequestBody,
  parseHeadAnswer,
  parseHeadRequest,
  parseLookupAnswer,
  parseLookupRequest,
  parseSubjectsAnswer,
  subjectsAnswerBody,
} from "./questions.ts";
import { feedScope, parseFeedScope } from "./subject.ts";
import type { FeedSubject } from "./subject.ts";
import type { VerifiedThing, VerifierChange } from "./verifier-change.ts";

const SUBJECT: FeedSubject = {
  workspaceId: known(parseId("workspace", "wsp_01k0q3v7dmx8f2e5h9jn4rtw6y")),
  apiId: known(parseId("api", "api_01k0q3v7dmx8f2e5h9jn4rtw6y")),
  environment: "live",
};

function known<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined);
  return value;
}

interface Given {
  readonly item?: unknown;
  readonly start?: string;
  readonly snapshot_line?: string;
  readonly changes_line?: string;
  readonly head_request?: unknown;
  readonly head_answer?: unknown;
  readonly lookup_request?: unknown;
  readonly lookup_answer?: unknown;
  readonly subjects_answer?: unknown;
}

/** Reads what is given and writes it again; `undefined` when it cannot be read. */
function rewritten(given: Given): unknown {
  const [kind, value] = Object.entries(given)[0] ?? [];
  switch (kind as keyof Given) {
    case "item":
      return itemAgain(parseFeedItem(value, SUBJECT));
    case "start": {
      const start = parseSnapshotStart(String(value));
      return start && snapshotStartLine(start);
    }
    case "snapshot_line":
      return snapshotLineAgain(parseSnapshotLine(String(value), SUBJECT));
    case "changes_line":
      return changesLineAgain(parseChangesLine(String(value), SUBJECT));
    case "head_request": {
      const request = parseHeadRequest(value);
      return request && headRequestBody(request);
    }
    case "head_answer": {
      const answer = parseHeadAnswer(value);
      return answer && headAnswerBody(answer);
    }
    case "lookup_request": {
      const request = parseLookupRequest(value);
      return request && lookupRequestBody(request);
    }
    case "lookup_answer": {
      const answer = parseLookupAnswer(value, SUBJECT);
      return answer && lookupAnswerBody(answer.rev, answer.changes.flatMap(itemsAgain));
    }
    case "subjects_answer": {
      const subjects = parseSubjectsAnswer(value);
      return subjects && subjectsAnswerBody(subjects);
    }
  }
}

type Item = VerifierChange<VerifiedThing>;

function itemAgain(change: Item | undefined) {
  return change && feedItem(change.change, change.rev);
}

function itemsAgain(change: Item) {
  return [feedItem(change.change, change.rev)];
}

function snapshotLineAgain(line: SnapshotLine | undefined): string | undefined {
  if (line?.type === "item") return snapshotItemLine(feedItem(line.change.change, line.change.rev));
  return line && snapshotEndLine(line.rev, line.count);
}

function changesLineAgain(line: ChangesLine | undefined): string | undefined {
  switch (line?.type) {
    case "hello":
      return helloLine(line.epoch, line.rev);
    case "batch":
      return batchLine(line.from, line.to, line.changes.flatMap(itemsAgain));
    case "beat":
      return beatLine(line.rev);
    case "goodbye":
      return goodbyeLine(line.afterMs);
    case undefined:
      return undefined;
  }
}

const vectors = readVectors<Given>("feed.json", [
  "item",
  "start",
  "snapshot_line",
  "changes_line",
  "head_request",
  "head_answer",
  "lookup_request",
  "lookup_answer",
  "subjects_answer",
]);
for (const { name, given, expect } of vectors) {
  const { reads } = expect as { readonly reads: boolean };
  test(`${name} ${reads ? "reads, and is written the same again" : "cannot be read"}`, () => {
    assert.deepEqual(rewritten(given), reads ? Object.values(given)[0] : undefined);
  });
}

test("an item says the api and the environment of its subject, and digests and instants as the records have them", () => {
  const vector = vectors.find(({ name }) => name === "a key");
  const change = parseFeedItem(vector?.given.item, SUBJECT)?.change;
  assert.ok(change?.entity === "key" && change.value !== null);
  assert.equal(change.value.apiId, SUBJECT.apiId);
  assert.equal(change.value.environment, "live");
  const [secret] = change.value.secrets;
  assert.equal(secret?.expiresAt, instant(1_767_225_600_000));
  const digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  assert.equal(secret?.digest, digestFromHex(digest));
});

test("T17: of a whole record nothing but what a decision needs is written", () => {
  const at = instant(0);
  const owner = {
    id: known(parseId("owner", "own_01k0q3v9c2ja6p1m8s5wz7xk4d")),
    workspaceId: SUBJECT.workspaceId,
    externalId: "customer-1",
    type: "user",
    name: "Ada",
    disabled: false,
    planId: null,
    limits: [],
    rights: null,
    metadata: { phone: "+49" },
    createdAt: at,
    updatedAt: at,
  } as const;
  assert.deepEqual(feedItem({ entity: "owner", id: owner.id, value: owner }, 7).value, {
    external_id: "customer-1",
    disabled: false,
    plan: null,
    limits: [],
    rights: null,
  });
});

test("whatever stands in place of any part of a line, reading it neither throws nor guesses", () => {
  const given = vectors.map((vector) => vector.given);
  fc.assert(
    fc.property(fc.constantFrom(...given), fc.nat(), fc.jsonValue(), (vector, place, junk) => {
      const [kind, value] = Object.entries(vector)[0] ?? [];
      assert.ok(kind !== undefined);
      const isText = typeof value === "string";
      const broken = replaceAt(isText ? jsonOf(value) : value, place, junk);
      const again = rewritten({ [kind]: isText ? JSON.stringify(broken) : broken });
      if (again === undefined) return;
      assert.deepEqual(typeof again === "string" ? JSON.parse(again) : plain(again), plain(broken));
    }),
    { numRuns: 3_000 },
  );
});

test("restrictions that read can be compiled, or are refused: they never throw", () => {
  const item = vectors.find(({ name }) => name === "each known restriction reads")?.given.item;
  fc.assert(
    fc.property(fc.nat(), fc.jsonValue(), (place, junk) => {
      const broken = structuredClone(item) as { value: { restrictions: unknown } };
      broken.value.restrictions = replaceAt(broken.value.restrictions, place, junk);
      const change = parseFeedItem(broken, SUBJECT)?.change;
      if (change?.entity !== "key" || !change.value?.restrictions) return;
      const { restrictions } = change.value;
      if (restrictions !== null) compileRestrictions(restrictions);
    }),
    { numRuns: 3_000 },
  );
});

test("the permission of a feed names its api and environment, and nothing else reads as one", () => {
  assert.equal(feedScope(SUBJECT), "feed:api_01k0q3v7dmx8f2e5h9jn4rtw6y:live");
  const { apiId } = SUBJECT;
  assert.deepEqual(parseFeedScope(feedScope(SUBJECT)), { apiId, environment: "live" });
  for (const other of ["feed:*", `feed:${apiId}:*`, `feed:${apiId}`, `keys:${apiId}:live`]) {
    assert.equal(parseFeedScope(other), undefined, other);
  }
  assert.equal(parseFeedScope(`feed:${apiId}:live:x`), undefined);
  assert.equal(parseFeedScope("feed:acme:live"), undefined);
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** As JSON carries it: without negative zero. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? "null");
}

/** The value with the part at this place, counted through all of it, replaced. */
function replaceAt(value: unknown, place: number, junk: unknown): unknown {
  const paths = pathsOf(value);
  const path = paths[place % paths.length] ?? [];
  return withPart(value, path, junk);
}

function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  const below = Object.entries(value).flatMap(([name, part]) =>
    pathsOf(part).map((path) => [name].concat(path)),
  );
  return [[], ...below];
}

function withPart(value: unknown, path: readonly string[], junk: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined || typeof value !== "object" || value === null) return junk;
  const copy: Record<string, unknown> = Array.isArray(value)
    ? (Object.assign([], value) as unknown as Record<string, unknown>)
    : { ...value };
  copy[name] = withPart(copy[name], rest, junk);
  return copy;
}
