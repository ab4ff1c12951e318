import type { Client } from "@keyward/core/model/client";
import { addSeconds } from "@keyward/core/time";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import { TOKEN_LIFETIME_SECONDS_DEFAULT } from "../../contract/limits.ts";
import type { Writer } from "../../storage/storage.ts";
import { factsOf, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { findOrCreateOwner } from "../owners/find-or-create-owner.ts";
import { resolvePlanId } from "../resolve.ts";
import { defaultLifetime } from "../policies/governed.ts";
import { policiesOfClient } from "./client-policies.ts";
import { assertProfile, resolveResources } from "./client-rules.ts";
import { issueClientSecret } from "./client-secrets.ts";
import { describeClient } from "./describe-clients.ts";
import { checkPublicKeys } from "./public-keys.ts";

export async function createClient(
  call: Call,
  writer: Writer,
  { body }: InputOf<"clients.create">,
): Promise<Written<ResultOf<"clients.create">>> {
  const { scope } = call.caller;
  const resources = await resolveResources(call, writer, body.resources);
  const jwks = checkPublicKeys(body.jwks?.keys ?? []);
  const hasOther = jwks.length > 0 || body.jwks_uri || body.tls_subject || body.trusted_issuers;
  const takesSecret = body.with_secret ?? (!hasOther && body.profile !== "fapi2");
  const policies = await policiesOfClient(call, writer, { resources });
  const seconds = defaultLifetime(policies, null);
  const expiresAt = seconds === null ? null : addSeconds(call.now, seconds);
  const issued = takesSecret
    ? issueClientSecret(call, body.environment, { notBefore: null, expiresAt })
    : undefined;
  const owner = await findOrCreateOwner(call, writer, body.owner, "client");
  const client: Client = {
    id: mintId(call, "client"),
    workspaceId: scope,
    ownerId: owner.id,
    name: body.name,
    environment: body.environment,
    state: "active",
    grants: body.grants ?? ["client_credentials"],
    resources,
    secrets: issued === undefined ? [] : [issued.record],
    jwks,
    jwksUri: body.jwks_uri ?? null,
    tlsSubject: body.tls_subject ?? null,
    trustedIssuers: trustedIssuersOf(body.trusted_issuers ?? []),
    profile: body.profile ?? "standard",
    senderConstraint: body.sender_constraint ?? "none",
    legacyAssertionAudience: body.legacy_assertion_audience ?? false,
    tokenLifetimeSeconds: body.token_lifetime_seconds ?? TOKEN_LIFETIME_SECONDS_DEFAULT,
    planId: await resolvePlanId(writer, scope, body.plan, null),
    limits: body.limits ?? [],
    metadata: body.metadata ?? {},
    revokedBefore: null,
    revokedAt: null,
    revokedReason: null,
    createdAt: call.now,
    updatedAt: call.now,
  };
  assertProfile(client);
  const facts = factsOf(call, "client.created", {
    name: client.name,
    owner: owner.externalId,
    environment: client.environment,
    grants: [...client.grants],
    hint: issued?.record.hint ?? null,
  });
  const rev = await writer.record(scope, { entity: "client", id: client.id, value: client }, facts);
  const description = await describeClient(writer, scope, { value: client, rev }, call.now);
  const secret = issued?.secret.reveal() ?? null;
  return { result: { ...description, secret }, rev, targetId: client.id };
}

export function trustedIssuersOf(
  given: NonNullable<InputOf<"clients.create">["body"]["trusted_issuers"]>,
): Client["trustedIssuers"] {
  return given.map(({ issuer, jwks_uri, audience, claims }) => ({
    issuer,
    jwksUri: jwks_uri,
    audience,
    claims,
  }));
}
