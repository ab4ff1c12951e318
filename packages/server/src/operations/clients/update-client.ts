import type { Client } from "@keyward/core/model/client";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertOwnerEnabled } from "../grants.ts";
import { isSame } from "../is-same.ts";
import { resolveOwner, resolvePlanId } from "../resolve.ts";
import { assertNotRevoked, assertProfile, readClient, resolveResources } from "./client-rules.ts";
import { trustedIssuersOf } from "./create-client.ts";
import { describeClient } from "./describe-clients.ts";
import { policiesOfClient } from "./client-policies.ts";
import { checkPublicKeys } from "./public-keys.ts";

type Body = InputOf<"clients.update">["body"];

export async function updateClient(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"clients.update">,
): Promise<Written<ResultOf<"clients.update">>> {
  const before = await readClient(call, writer, params.client);
  assertUnchanged(call, before.rev);
  assertNotRevoked(before.value);
  const after = { ...before.value, ...(await changesOf(call, writer, before.value, body)) };
  assertProfile(after);
  if (body.resources !== undefined) await policiesOfClient(call, writer, after);
  const written = isSame(after, before.value) ? before : await record(call, writer, after, body);
  const result = await describeClient(writer, call.caller.scope, written, call.now);
  return { result, rev: written.rev, targetId: after.id };
}

async function record(
  call: Call,
  writer: Writer,
  after: Client,
  body: Body,
): Promise<Versioned<Client>> {
  const value: Client = { ...after, updatedAt: call.now };
  const facts = factsOf(call, "client.updated", { fields: Object.keys(body).sort() });
  const change = { entity: "client", id: value.id, value } as const;
  return { value, rev: await writer.record(call.caller.scope, change, facts) };
}

async function changesOf(
  call: Call,
  writer: Writer,
  before: Client,
  body: Body,
): Promise<Partial<Client>> {
  return {
    name: body.name ?? before.name,
    ownerId: await ownerIdOf(call, writer, before, body.owner),
    resources:
      body.resources === undefined
        ? before.resources
        : await resolveResources(call, writer, body.resources),
    grants: body.grants ?? before.grants,
    jwks: body.jwks === undefined ? before.jwks : checkPublicKeys(body.jwks?.keys ?? []),
    jwksUri: body.jwks_uri === undefined ? before.jwksUri : body.jwks_uri,
    tlsSubject: body.tls_subject === undefined ? before.tlsSubject : body.tls_subject,
    trustedIssuers:
      body.trusted_issuers === undefined
        ? before.trustedIssuers
        : trustedIssuersOf(body.trusted_issuers),
    profile: body.profile ?? before.profile,
    senderConstraint: body.sender_constraint ?? before.senderConstraint,
    legacyAssertionAudience: body.legacy_assertion_audience ?? before.legacyAssertionAudience,
    tokenLifetimeSeconds: body.token_lifetime_seconds ?? before.tokenLifetimeSeconds,
    planId: await resolvePlanId(writer, call.caller.scope, body.plan, before.planId),
    limits: body.limits ?? before.limits,
    metadata: body.metadata ?? before.metadata,
  };
}

async function ownerIdOf(
  call: Call,
  writer: Writer,
  before: Client,
  reference: string | undefined,
): Promise<Client["ownerId"]> {
  if (reference === undefined) return before.ownerId;
  const { value: owner } = await resolveOwner(writer, call.caller.scope, reference);
  if (owner.id !== before.ownerId) assertOwnerEnabled(owner);
  return owner.id;
}
