// What a verifier takes for an access token of Keyward's, by spec/vectors/jose.json.
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { joseVectors, makeJose } from "@keyward/core/testing/jose-vectors";
import { makeClaims, makeClient, makeSigner } from "../testing/token-fixture.ts";
import { Feed, grant, makeApi, makeOwner, NOW } from "../testing/verifier-fixture.ts";
import { Verifier } from "./verifier.ts";

const feed = new Feed();
const api = makeApi(feed.workspaceId);
const owner = makeOwner(feed.workspaceId);
const resources = [{ apiId: api.id, scopes: [grant("invoices:*")] }];
const client = makeClient(api, owner, { resources });
const signer = makeSigner(api);
const verifier = new Verifier();
verifier.apply([
  feed.api(api),
  feed.owner(owner),
  feed.commit({ entity: "signing_key", id: signer.value.id, value: signer.value }),
  feed.commit({ entity: "client", id: client.id, value: client }),
]);

const base = {
  header: { typ: "at+jwt", alg: "ES256", kid: signer.value.kid },
  key: {
    publicKey: createPublicKey({ key: { ...signer.value.publicKey }, format: "jwk" }),
    privateKey: signer.privateKey,
  },
  otherKey: generateKeyPairSync("ec", { namedCurve: "P-256" }),
};

for (const { name, given, expect } of joseVectors("access_token")) {
  test(`RFC 8725: ${name} is ${String(expect)}`, () => {
    const claims = { ...makeClaims(client, api, { scope: "invoices:read" }) };
    const token = makeJose(given, { ...base, claims });
    const { code } = verifier.verify(feed.workspaceId, token, {}, NOW);
    if (expect === "accepted") assert.equal(code, "allowed");
    else assert.ok(code === "unknown" || code === "malformed" || code === "expired", code);
  });
}
