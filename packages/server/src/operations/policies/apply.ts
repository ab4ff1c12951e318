// Bringing a policy to what was there before it: who would be affected, and the beginning of a job that does as much.
import { isRunning } from "@keyward/core/model/policy";
import type { Policy, PolicyApplication } from "@keyward/core/model/policy";
import { addSeconds } from "@keyward/core/time";
import { LIST_LIMIT_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertFresh } from "../grants.ts";
import { describeKeys } from "../keys/describe-keys.ts";
import { formatNullable } from "../present.ts";
import type { ReadAccess } from "../handlers.ts";
import { affectedOf, governedKeys } from "./affected.ts";
import type { AffectedKey, AffectedReason } from "./affected.ts";
import { assertAtRest, readPolicy, recordPolicy, written } from "./policies.ts";

type Preview = ResultOf<"policies.preview">;

/** Every key that the policy speaks of is looked at, page after page; others have their turn between. */
export async function previewPolicy(
  call: Call,
  { reader, pause }: ReadAccess,
  { params, body }: InputOf<"policies.preview">,
): Promise<Preview> {
  const { value: policy } = await readPolicy(call, reader, params.policy);
  const position = {
    scope: call.caller.scope,
    list: "policies.preview",
    filter: { policy: policy.id },
  };
  const { limit, cursor } = body;
  let after = cursor === undefined ? null : call.cursors.open(position, cursor);
  const counts: Record<AffectedReason, number> = { lifetime: 0, restriction: 0, scope: 0, idle: 0 };
  const shown: AffectedKey[] = [];
  let affected = 0;
  for await (const keys of affectedPages(call, reader, policy, body.grace_seconds, after)) {
    affected += keys.length;
    for (const { reasons } of keys) for (const reason of reasons) counts[reason] += 1;
    shown.push(...keys.slice(0, limit + 1 - shown.length));
    await pause();
    // Of a further page nothing more is counted: the first has told how many there are.
    if (cursor !== undefined && shown.length > limit) break;
  }
  const page = shown.slice(0, limit);
  after = page.at(-1)?.key.value.id ?? null;
  return {
    affected: cursor === undefined ? affected : null,
    by_reason: cursor === undefined ? counts : null,
    data: await presentAffected(call, reader, page),
    next_cursor: shown.length > limit && after !== null ? call.cursors.seal(position, after) : null,
  };
}

async function* affectedPages(
  { caller, now }: Call,
  reader: Reader,
  policy: Policy,
  graceSeconds: number,
  from: string | null,
): AsyncGenerator<readonly AffectedKey[]> {
  const { scope, keyId } = caller;
  const of = { now, createdBy: now, sparedKeyId: keyId ?? null };
  const filter = await governedKeys(reader, scope, policy, of);
  if (filter === undefined) return;
  const terms = { now, graceUntil: addSeconds(now, graceSeconds) };
  for (let after = from; ;) {
    const page = await reader.listKeys(scope, filter, { limit: LIST_LIMIT_MAX, after });
    yield await affectedOf(reader, scope, policy, page.items, terms);
    after = page.items.at(-1)?.value.id ?? null;
    if (!page.more || after === null) return;
  }
}

async function presentAffected(
  { caller, now }: Call,
  reader: Reader,
  affected: readonly AffectedKey[],
): Promise<Preview["data"]> {
  const keys = await describeKeys(
    reader,
    caller.scope,
    affected.map(({ key }) => key),
    now,
  );
  return affected.flatMap(({ reasons, after }, index) => {
    const key = keys[index];
    if (key === undefined) return [];
    return [{ key, reasons: [...reasons], ends_at: formatNullable(after.expiresAt) }];
  });
}

export async function applyPolicy(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"policies.apply">,
): Promise<Written<ResultOf<"policies.apply">>> {
  assertFresh(call);
  const before = await readPolicy(call, writer, params.policy);
  assertUnchanged(call, before.rev);
  assertAtRest(before.value);
  const application: PolicyApplication = {
    state: "counting",
    expectedCount: body.expected_count,
    countedCount: 0,
    changedCount: 0,
    position: null,
    graceUntil: addSeconds(call.now, body.grace_seconds),
    sparedKeyId: call.caller.keyId ?? null,
    startedBy: call.actor,
    requestId: call.requestId,
    startedAt: call.now,
    endedAt: null,
  };
  const detail = { name: before.value.name, expected: body.expected_count };
  const facts = factsOf(call, "policy.application_started", detail);
  return await recordPolicy(call, writer, { ...before.value, application }, facts);
}

export async function cancelApplication(
  call: Call,
  writer: Writer,
  { params }: InputOf<"policies.cancel">,
): Promise<Written<ResultOf<"policies.cancel">>> {
  const before: Versioned<Policy> = await readPolicy(call, writer, params.policy);
  const { application } = before.value;
  if (application === null || !isRunning(before.value)) return await written(call, writer, before);
  const ended = { ...application, state: "cancelled", endedAt: call.now } as const;
  const facts = factsOf(call, "policy.application_cancelled", { changed: ended.changedCount });
  return await recordPolicy(call, writer, { ...before.value, application: ended }, facts);
}
