import { OperationError } from "@keyward/core/failure/failures";
import type { Api, Key } from "@keyward/core/model/records";
import { addSeconds, formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNotOwnKey, assertWithinCaller } from "../grants.ts";
import { invalid } from "../invalid.ts";
import {
  assertStillAllowed,
  assertWithinPolicies,
  governedKey,
  policiesFor,
} from "../policies/governed.ts";
import { presentSecret } from "../present.ts";
import { assertAhead } from "./create-key.ts";
import { issueSecret } from "./issue-secret.ts";
import { assertRoomForSecret, assertTakesSecrets, liveSecrets } from "./live-secrets.ts";
import { readManagedKey } from "./read-managed-key.ts";

export async function listSecrets(
  call: Call,
  reader: Reader,
  { params }: InputOf<"keys.secrets.list">,
): Promise<ResultOf<"keys.secrets.list">> {
  const { scope } = call.caller;
  const { value: key } = found(params.key && (await reader.findKey(scope, params.key)), "key");
  const uses = await reader.findLastUses(scope, [key.id]);
  const networks = await reader.countNetworks(
    scope,
    key.id,
    addSeconds(call.now, -NETWORKS_SECONDS),
  );
  const secrets = key.secrets.map((secret) => presentSecret(key, secret, uses, call.now));
  const data = key.secrets.flatMap(({ id }, index) => {
    const secret = secrets[index];
    if (secret === undefined) return [];
    const safe_to_revoke = isSafeToRevoke(secret, secrets, call.now);
    return [{ ...secret, networks: networks.get(id) ?? 0, safe_to_revoke }];
  });
  return { data, next_cursor: null };
}

async function assertSecretAllowed(
  call: Call,
  writer: Writer,
  api: Api,
  key: Key,
  { expiresAt }: { readonly expiresAt: Instant | null },
): Promise<void> {
  const policies = await policiesFor(writer, call.caller.scope, api, key.kind);
  await assertStillAllowed(call, writer, policies, key);
  const secrets = [{ createdAt: call.now, expiresAt }];
  const places = { lifetime: "/expires_at" };
  assertWithinPolicies(policies, governedKey({ ...key, secrets }, []), call.now, places);
}

type SecretResource = ReturnType<typeof presentSecret>;

const NETWORKS_SECONDS = 7 * 86_400;
const UNUSED_SECONDS = 3_600;

/** Times in RFC 3339 with the same digits compare as texts. */
function isSafeToRevoke(
  secret: SecretResource,
  secrets: readonly SecretResource[],
  now: Instant,
): boolean {
  const usedAt = secret.last_used_at ?? "";
  const isUnused = usedAt < formatInstant(addSeconds(now, -UNUSED_SECONDS));
  const isReplaced = secrets.some(
    (other) => other.status === "active" && (other.last_used_at ?? "") > usedAt,
  );
  return isUnused && isReplaced;
}

export async function addSecret(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.secrets.add">,
): Promise<Written<ResultOf<"keys.secrets.add">>> {
  const { key: before, api } = await readManagedKey(call, writer, params.key);
  assertNotOwnKey(call, before.value);
  assertTakesSecrets(call, before.value);
  const life = { notBefore: body.not_before ?? null, expiresAt: body.expires_at ?? null };
  assertLife(call, life);
  // Either end refuses the secret, so that one of them within the caller's is enough (T02).
  const expiresAt = earliest(before.value.expiresAt, life.expiresAt);
  await assertWithinCaller(call, writer, api, { ...before.value, expiresAt });
  await assertSecretAllowed(call, writer, api, before.value, life);
  const live = liveSecrets(before.value.secrets, call.now);
  assertRoomForSecret(live);

  const { secret, record } = issueSecret(call, { brand: api.prefix, ...before.value }, life);
  const facts = factsOf(call, "key.secret_added", { secret: record.id, hint: record.hint });
  const rev = await replaceSecrets(call, writer, before.value, [...live, record], facts);
  const result = {
    ...presentSecret(before.value, record, [], call.now),
    key: before.value.id,
    secret: secret.reveal(),
  };
  return { result, rev, targetId: record.id };
}

export async function removeSecret(
  call: Call,
  writer: Writer,
  { params }: InputOf<"keys.secrets.remove">,
): Promise<Written<undefined>> {
  const { key: before } = await readManagedKey(call, writer, params.key);
  assertNotOwnKey(call, before.value);
  const { secrets } = before.value;
  const removed = found(
    secrets.find((secret) => secret.id === params.secret),
    "secret",
  );
  const kept = secrets.filter((secret) => secret !== removed);
  assertKeepsWorking(secrets, kept, call.now);
  const facts = factsOf(call, "key.secret_removed", { secret: removed.id, hint: removed.hint });
  const rev = await replaceSecrets(call, writer, before.value, kept, facts);
  return { result: undefined, rev, targetId: removed.id };
}

function replaceSecrets(
  call: Call,
  writer: Writer,
  before: Key,
  secrets: Key["secrets"],
  facts: Parameters<Writer["record"]>[2],
): Promise<number> {
  const value: Key = { ...before, secrets, updatedAt: call.now };
  return writer.record(call.caller.scope, { entity: "key", id: value.id, value }, facts);
}

/** @throws OperationError `last_secret` when nothing would be left that opens the key */
function assertKeepsWorking(before: Key["secrets"], after: Key["secrets"], now: Instant): void {
  const losesLast = liveSecrets(before, now).length > 0 && liveSecrets(after, now).length === 0;
  if (after.length === 0 || losesLast) throw new OperationError("last_secret");
}

function earliest(...ends: readonly (Instant | null)[]): Instant | null {
  return ends.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

/** @throws OperationError `invalid_request` for a secret that would never work */
export function assertLife(
  call: Call,
  life: { readonly notBefore: Instant | null; readonly expiresAt: Instant | null },
): void {
  assertAhead(call, life.expiresAt, "secret");
  if (life.notBefore === null || life.expiresAt === null || life.notBefore < life.expiresAt) return;
  throw invalid("/not_before", "after_the_end", "The secret would end before it starts");
}
