import type { Key, KeySecret } from "@keyward/core/model/records";
import { addSeconds } from "@keyward/core/time";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertNotOwnKey, assertWithinCaller } from "../grants.ts";
import { assertStillAllowed, endWithin, policiesFor } from "../policies/governed.ts";
import { formatNullable } from "../present.ts";
import { describeKey } from "./describe-keys.ts";
import { issueSecret } from "./issue-secret.ts";
import { assertRoomForSecret, assertTakesSecrets, liveSecrets } from "./live-secrets.ts";
import { assertNoOverlap, earlier, endBy } from "./overlap.ts";
import { readManagedKey } from "./read-managed-key.ts";

export async function rotateKey(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"keys.rotate">,
): Promise<Written<ResultOf<"keys.rotate">>> {
  const { scope } = call.caller;
  const { key: before, api } = await readManagedKey(call, writer, params.key);
  assertNotOwnKey(call, before.value);
  assertUnchanged(call, before.rev);
  // The new secret opens the key for as long as the key lasts, so whoever gets it must last as long (T02).
  await assertWithinCaller(call, writer, api, before.value);
  assertTakesSecrets(call, before.value);
  const policies = await policiesFor(writer, scope, api, before.value.kind);
  await assertStillAllowed(call, writer, policies, before.value);
  const expiresAt = endWithin(policies, before.value.expiresAt, call.now);
  const live = liveSecrets(before.value.secrets, call.now);
  if (!body.force) assertNoOverlap(live);

  const overlapEnd = earlier(addSeconds(call.now, body.overlap_seconds), expiresAt);
  const ending = live.map((secret) => endBy(secret, overlapEnd));
  assertRoomForSecret(liveSecrets(ending, call.now));
  const { secret, record } = issueSecret(call, { brand: api.prefix, ...before.value });
  const secrets = [...ending, record];
  const value: Key = { ...before.value, expiresAt, secrets, updatedAt: call.now };
  const facts = factsOf(call, "key.rotated", {
    overlap_seconds: body.overlap_seconds,
    hint: record.hint,
  });
  const rev = await writer.record(scope, { entity: "key", id: value.id, value }, facts);
  const description = await describeKey(writer, scope, { value, rev }, call.now);
  const result = {
    ...description,
    secret: secret.reveal(),
    previous: previousOf(ending, before.value),
  };
  return { result, rev, targetId: value.id };
}

function previousOf(
  ending: readonly KeySecret[],
  before: Key,
): ResultOf<"keys.rotate">["previous"] {
  const previous = ending.at(-1) ?? before.secrets.at(-1);
  if (previous === undefined) throw new Error(`${before.id} has no secret`);
  return {
    id: previous.id,
    hint: previous.hint,
    expires_at: formatNullable(previous.expiresAt),
  };
}
