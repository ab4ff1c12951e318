import { OperationError } from "@keyward/core/failure/failures";
import type { Key } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { factsOf, found } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNotOwnKey } from "../grants.ts";
import { invalid } from "../invalid.ts";
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
  const data = key.secrets.map((secret) => presentSecret(secret, uses, call.now));
  return { data, next_cursor: null };
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
  const live = liveSecrets(before.value, call.now);
  assertRoomForSecret(live);

  const { secret, record } = issueSecret(call, { brand: api.prefix, ...before.value }, life);
  const facts = factsOf(call, "key.secret_added", { secret: record.id, hint: record.hint });
  const rev = await replaceSecrets(call, writer, before.value, [...live, record], facts);
  const result = {
    ...presentSecret(record, [], call.now),
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
  if (secrets.length === 1) throw new OperationError("last_secret");
  const facts = factsOf(call, "key.secret_removed", { secret: removed.id, hint: removed.hint });
  const kept = secrets.filter((secret) => secret !== removed);
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

/** @throws OperationError `invalid_request` for a secret that would never work */
function assertLife(
  call: Call,
  life: { readonly notBefore: Instant | null; readonly expiresAt: Instant | null },
): void {
  assertAhead(call, life.expiresAt, "/expires_at");
  if (life.notBefore === null || life.expiresAt === null || life.notBefore < life.expiresAt) return;
  throw invalid("/not_before", "after_the_end", "The secret would end before it starts");
}
