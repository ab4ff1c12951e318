import assert from "node:assert/strict";
import { test } from "node:test";
import { parseId } from "@keyward/core/id";
import {
  answerOf,
  instantOf,
  readVerdictVectors,
  requestOf,
} from "@keyward/core/testing/verdict-vectors";
import type { KeyFacts } from "@keyward/core/testing/verdict-vectors";
import {
  Feed,
  grant,
  makeApi,
  makeKey,
  makeOwner,
  makePresented,
  makeSecret,
} from "../testing/verifier-fixture.ts";
import { makeClient, makeOpaqueToken } from "../testing/token-fixture.ts";
import { explainVerification } from "./explain-verification.ts";
import { Verifier } from "./verifier.ts";

/** A verifier that knows one key with these facts, and the text that opens it. */
function verifierWith(facts: KeyFacts) {
  const feed = new Feed();
  const apiId = facts.api_id === undefined ? undefined : parseId("api", facts.api_id);
  const api = makeApi(feed.workspaceId, {
    ...(apiId !== undefined && { id: apiId }),
    prefix: facts.api ?? "acme",
  });
  const owner = makeOwner(feed.workspaceId, { disabled: facts.owner_disabled ?? false });
  const presented = makePresented();
  const key = makeKey(api, owner, {
    kind: facts.kind ?? "secret",
    environment: facts.environment ?? "live",
    state: facts.state ?? "active",
    scopes: (facts.scopes ?? []).map(grant),
    restrictions: facts.restrictions ?? null,
    expiresAt: optionalInstant(facts.expires_at),
    secrets: [
      makeSecret(presented, {
        notBefore: optionalInstant(facts.secret?.not_before),
        expiresAt: optionalInstant(facts.secret?.expires_at),
      }),
    ],
  });
  const verifier = new Verifier();
  verifier.apply([feed.api(api), feed.owner(owner), feed.key(key)]);
  const { workspaceId } = feed;
  if (facts.bound_to === undefined) return { verifier, presented, workspaceId };
  const client = makeClient(api, owner, { environment: key.environment });
  const bound = { keyId: key.id, confirmation: { jkt: facts.bound_to }, expiresAt: LATE };
  const { text, token } = makeOpaqueToken(client, api, bound);
  verifier.apply([
    feed.commit({ entity: "client", id: client.id, value: client }),
    feed.commit({ entity: "token", id: token.id, value: token }),
  ]);
  return { verifier, presented: text, workspaceId };
}

const LATE = instantOf("2030-01-01T00:00:00Z");

function optionalInstant(text: string | undefined) {
  return text === undefined ? null : instantOf(text);
}

for (const { name, given, expect } of readVerdictVectors()) {
  if (given.code !== undefined) continue;
  // A secret begins, a token does not: that one may be both is true of a snapshot alone, which core's runner makes.
  if (given.key?.bound_to !== undefined && given.key.secret !== undefined) continue;
  test(name, () => {
    const { verifier, presented, workspaceId } = verifierWith(given.key ?? {});
    const text = given.credential ?? presented;
    const now = instantOf(given.now);
    const explained = explainVerification(verifier, workspaceId, text, requestOf(given), now);
    const { code } = verifier.verify(workspaceId, text, requestOf(given), now);
    assert.equal(code, explained.verdict.code);
    const trace = given.explain === true ? explained.trace : undefined;
    assert.deepEqual(answerOf(explained.verdict, trace), expect);
  });
}
