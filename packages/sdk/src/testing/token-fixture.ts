// Clients, signing keys and access tokens for tests of the verifier. Keys are made at run time.
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { digestKey } from "@keyward/core/key/digest";
import { formatKey } from "@keyward/core/key/format";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client, PublicJwk } from "@keyward/core/model/client";
import type { Api, Owner } from "@keyward/core/model/records";
import type { SigningKey } from "@keyward/core/model/signing-key";
import { addSeconds } from "@keyward/core/time";
import { makeId, NOW } from "./verifier-fixture.ts";

export function makeClient(api: Api, owner: Owner, fields: Partial<Client> = {}): Client {
  return {
    id: makeId("client"),
    workspaceId: api.workspaceId,
    ownerId: owner.id,
    name: "billing",
    environment: "live",
    state: "active",
    grants: ["client_credentials"],
    resources: [{ apiId: api.id, scopes: [] }],
    secrets: [],
    jwks: [],
    jwksUri: null,
    tlsSubject: null,
    trustedIssuers: [],
    profile: "standard",
    senderConstraint: "none",
    legacyAssertionAudience: false,
    tokenLifetimeSeconds: 600,
    planId: null,
    limits: [],
    metadata: {},
    revokedBefore: null,
    revokedAt: null,
    revokedReason: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** An opaque token of the client, for an hour from now on, and the text that opens it. */
export function makeOpaqueToken(
  client: Client,
  api: Api,
  fields: Partial<AccessToken> = {},
): { readonly text: string; readonly token: AccessToken } {
  const { environment, workspaceId } = client;
  const random = randomBytes(32);
  const text = formatKey({ brand: "acme", kind: "access_token", environment, random }).reveal();
  const token: AccessToken = {
    id: makeId("token"),
    workspaceId,
    apiId: api.id,
    environment,
    clientId: client.id,
    keyId: null,
    scopes: [],
    actors: [],
    confirmation: null,
    issuedAt: NOW,
    expiresAt: addSeconds(NOW, 3_600),
    digest: digestKey(text),
    revoked: false,
    ...fields,
  };
  return { text, token };
}

export interface TestSigner {
  readonly value: SigningKey;
  readonly privateKey: KeyObject;
}

export function makeSigner(api: Api, fields: Partial<SigningKey> = {}): TestSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const value: SigningKey = {
    id: makeId("signingKey"),
    workspaceId: api.workspaceId,
    environment: "live",
    algorithm: "ES256",
    kid: randomBytes(8).toString("hex"),
    publicKey: publicKey.export({ format: "jwk" }) as PublicJwk,
    sealedPrivateKey: "",
    signsFrom: NOW,
    createdAt: NOW,
    ...fields,
  };
  return { value, privateKey };
}

/** The claims of a token of the client, for ten minutes from now on. */
export function makeClaims(client: Client, api: Api, claims: object = {}): object {
  return {
    iss: "https://keyward.example",
    sub: client.id,
    aud: api.audience,
    client_id: client.id,
    scope: "",
    iat: NOW / 1000,
    exp: NOW / 1000 + 600,
    jti: makeId("token"),
    ...claims,
  };
}

export function signToken(
  { value, privateKey }: TestSigner,
  claims: object,
  header: object = {},
): string {
  const parts = [{ typ: "at+jwt", alg: value.algorithm, kid: value.kid, ...header }, claims];
  const signed = parts.map((part) => base64Url(JSON.stringify(part))).join(".");
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
