// private_key_jwt (RFC 7523 §3): a client proves itself by a statement that it has signed, and that counts once.
import { hash } from "node:crypto";
import { createLocalJWKSet } from "jose";
import { parseId } from "@keyward/core/id";
import type { Client } from "@keyward/core/model/client";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { TenantScope } from "../storage/storage.ts";
import {
  ASSERTION_ALGORITHMS,
  FAPI_ALGORITHMS,
  isAcceptable,
  parseAssertion,
} from "./assertion.ts";
import type { Assertion, KeySource } from "./assertion.ts";
import type { OAuthParts } from "./oauth-parts.ts";

export const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LIFETIME_SECONDS_MAX = 600;
const JTI_CHARS_MAX = 512;

/** The client that has signed the statement, whatever its state; `undefined` when nobody has. */
export async function findBySignature(
  parts: OAuthParts,
  scope: TenantScope,
  { text, clientId }: { readonly text: string; readonly clientId: string | undefined },
  now: Instant,
): Promise<Client | undefined> {
  const assertion = parseAssertion(text);
  const subject = assertion?.claims["sub"];
  if (assertion === undefined || typeof subject !== "string") return undefined;
  // RFC 7521 §4.2.
  if (clientId !== undefined && clientId !== subject) return undefined;
  const id = parseId("client", subject);
  const client = id && (await parts.storage.reader.findClient(scope, id))?.value;
  if (client === undefined || !(await isSignedBy(parts, client, assertion, now))) return undefined;
  return (await useOnce(parts, scope, client, assertion)) ? client : undefined;
}

async function isSignedBy(
  { issuers, remoteKeys }: OAuthParts,
  client: Client,
  assertion: Assertion,
  now: Instant,
): Promise<boolean> {
  const keys = keysOf(client, (url) => remoteKeys.at(url));
  if (keys === undefined) return false;
  const endpoint = issuers.endpointOf(client.workspaceId, "token");
  const rules = {
    keys,
    issuer: client.id,
    algorithms: client.profile === "fapi2" ? FAPI_ALGORITHMS : ASSERTION_ALGORITHMS,
    audiences: [issuers.urlOf(client), ...(client.legacyAssertionAudience ? [endpoint] : [])],
    lifetimeSecondsMax: LIFETIME_SECONDS_MAX,
  };
  return isAcceptable(assertion, rules, now);
}

function keysOf(
  { jwks, jwksUri }: Client,
  remoteAt: (url: string) => KeySource,
): KeySource | undefined {
  if (jwks.length > 0) return createLocalJWKSet({ keys: jwks.map((key) => ({ ...key })) });
  return jwksUri === null ? undefined : remoteAt(jwksUri);
}

/** RFC 7523 §3: `jti` until `exp`. One statement of the database decides, and only what has proved good comes to it. */
async function useOnce(
  { storage }: OAuthParts,
  scope: TenantScope,
  client: Client,
  { claims: { jti, exp } }: Assertion,
): Promise<boolean> {
  if (typeof jti !== "string" || jti === "" || jti.length > JTI_CHARS_MAX) return false;
  const digest = hash("sha256", JSON.stringify(["client_assertion", client.id, jti]), "buffer");
  const expiresAt = instant(Math.ceil(Number(exp)) * 1000);
  return storage.write((writer) => writer.useOnce(scope, digest, expiresAt));
}
