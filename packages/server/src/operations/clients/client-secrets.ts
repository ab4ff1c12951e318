import { MANAGEMENT_BRAND } from "@keyward/core/key/brand";
import { OperationError } from "@keyward/core/failure/failures";
import type { Environment } from "@keyward/core/key/format";
import type { Client } from "@keyward/core/model/client";
import type { AuditAction } from "@keyward/core/audit/event";
import type { JsonValue } from "@keyward/core/model/metadata";
import type { KeySecret } from "@keyward/core/model/records";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { SECRETS_PER_KEY_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNoOverlap, endBy } from "../keys/overlap.ts";
import { liveSecrets } from "../keys/live-secrets.ts";
import { assertLife } from "../keys/secrets.ts";
import { issueSecret } from "../keys/issue-secret.ts";
import { assertWithinPolicies, endWithin } from "../policies/governed.ts";
import { formatNullable, presentSecret } from "../present.ts";
import { policiesOfClient } from "./client-policies.ts";
import { assertNotRevoked, assertProfile, readClient } from "./client-rules.ts";
import { describeClient, presentSecrets } from "./describe-clients.ts";

/** A client is of several apis, so that its secrets carry the brand of none. */
export function issueClientSecret(
  call: Call,
  environment: Environment,
  life?: Parameters<typeof issueSecret>[2],
) {
  return issueSecret(call, { brand: MANAGEMENT_BRAND, kind: "client_secret", environment }, life);
}

export async function listClientSecrets(
  call: Call,
  reader: Reader,
  { params }: InputOf<"clients.secrets.list">,
): Promise<ResultOf<"clients.secrets.list">> {
  const { value } = await readClient(call, reader, params.client);
  const uses = await reader.findLastUses(call.caller.scope, [value.id]);
  return { data: presentSecrets(value, uses, call.now), next_cursor: null };
}

export async function rotateClient(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"clients.rotate">,
): Promise<Written<ResultOf<"clients.rotate">>> {
  const before = await readClient(call, writer, params.client);
  assertUnchanged(call, before.rev);
  assertNotRevoked(before.value);
  const live = liveSecrets(before.value.secrets, call.now);
  if (!body.force) assertNoOverlap(live);
  const ending = live.map((one) => endBy(one, addSeconds(call.now, body.overlap_seconds)));
  assertRoom(liveSecrets(ending, call.now));
  const policies = await policiesOfClient(call, writer, before.value);
  const expiresAt = endWithin(policies, null, call.now);
  const life = { notBefore: null, expiresAt };
  const { secret, record } = issueClientSecret(call, before.value.environment, life);
  const detail = { overlap_seconds: body.overlap_seconds, hint: record.hint };
  const secrets = [...ending, record];
  const written = await replaceSecrets(
    call,
    writer,
    before.value,
    secrets,
    "client.rotated",
    detail,
  );
  const description = await describeClient(writer, call.caller.scope, written, call.now);
  const result = { ...description, secret: secret.reveal(), previous: previousOf(ending.at(-1)) };
  return { result, rev: written.rev, targetId: before.value.id };
}

export async function addClientSecret(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"clients.secrets.add">,
): Promise<Written<ResultOf<"clients.secrets.add">>> {
  const { value: before } = await readClient(call, writer, params.client);
  assertNotRevoked(before);
  const life = { notBefore: body.not_before ?? null, expiresAt: body.expires_at ?? null };
  assertLife(call, life);
  await assertLifeAllowed(call, writer, before, life.expiresAt);
  const live = liveSecrets(before.secrets, call.now);
  assertRoom(live);
  const { secret, record } = issueClientSecret(call, before.environment, life);
  const detail = { secret: record.id, hint: record.hint };
  const secrets = [...live, record];
  const { rev } = await replaceSecrets(
    call,
    writer,
    before,
    secrets,
    "client.secret_added",
    detail,
  );
  const shown = presentSecret({ state: before.state, expiresAt: null }, record, [], call.now);
  const result = { ...shown, client: before.id, secret: secret.reveal() };
  return { result, rev, targetId: record.id };
}

/** The last one, too: a client may have keys instead, and one that has nothing gets no token. */
export async function removeClientSecret(
  call: Call,
  writer: Writer,
  { params }: InputOf<"clients.secrets.remove">,
): Promise<Written<undefined>> {
  const { value: before } = await readClient(call, writer, params.client);
  const removed = found(
    before.secrets.find(({ id }) => id === params.secret),
    "secret",
  );
  const kept = before.secrets.filter((secret) => secret !== removed);
  const detail = { secret: removed.id, hint: removed.hint };
  const action = "client.secret_removed";
  const { rev } = await replaceSecrets(call, writer, before, kept, action, detail);
  return { result: undefined, rev, targetId: removed.id };
}

/** @throws OperationError `policy_violation` */
async function assertLifeAllowed(
  call: Call,
  reader: Reader,
  client: Client,
  expiresAt: Instant | null,
): Promise<void> {
  const policies = await policiesOfClient(call, reader, client);
  const secrets = [{ createdAt: call.now, expiresAt }];
  const governed = { scopes: [], restrictions: undefined, expiresAt: null, secrets };
  assertWithinPolicies(policies, governed, call.now, { lifetime: "/expires_at" });
}

async function replaceSecrets(
  call: Call,
  writer: Writer,
  before: Client,
  secrets: readonly KeySecret[],
  action: AuditAction,
  detail: { readonly [name: string]: JsonValue },
) {
  const value: Client = { ...before, secrets, updatedAt: call.now };
  assertProfile(value);
  const change = { entity: "client", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, factsOf(call, action, detail));
  return { value, rev };
}

/** @throws OperationError `too_many_secrets` */
function assertRoom(live: readonly KeySecret[]): void {
  if (live.length < SECRETS_PER_KEY_MAX) return;
  throw new OperationError("too_many_secrets", {
    detail: `The client has ${SECRETS_PER_KEY_MAX} working secrets; remove one first`,
  });
}

function previousOf(secret: KeySecret | undefined): ResultOf<"clients.rotate">["previous"] {
  if (secret === undefined) return null;
  return { id: secret.id, hint: secret.hint, expires_at: formatNullable(secret.expiresAt) };
}
