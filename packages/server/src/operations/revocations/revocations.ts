// Revoking many keys: what is asked for, and how far it has come. Carried out it is slice by slice, by revokeSlice.
import { OperationError } from "@keyward/core/failure/failures";
import type { Revocation } from "@keyward/core/model/revocation";
import { REVOCATION_SAMPLE_KEYS, REVOCATIONS_RUNNING_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertFresh } from "../grants.ts";
import { describeKeys } from "../keys/describe-keys.ts";
import { pageOf } from "../paging.ts";
import { presentRevocation } from "../present.ts";
import { keyFilterOf, resolveMeantKeys } from "./meant-keys.ts";

type RevocationResource = ResultOf<"revocations.create">;

export async function previewRevocation(
  call: Call,
  reader: Reader,
  { body }: InputOf<"revocations.preview">,
): Promise<ResultOf<"revocations.preview">> {
  const { scope } = call.caller;
  const filter = keyFilterOf(await resolveMeantKeys(call, reader, body.filter), call.now);
  const page = { limit: REVOCATION_SAMPLE_KEYS, after: null };
  const { items } = await reader.listKeys(scope, filter, page);
  return {
    matched: await reader.countKeys(scope, filter),
    sample: await describeKeys(reader, scope, items, call.now),
  };
}

export async function createRevocation(
  call: Call,
  writer: Writer,
  { body }: InputOf<"revocations.create">,
): Promise<Written<RevocationResource>> {
  assertFresh(call);
  const { scope } = call.caller;
  const meant = await resolveMeantKeys(call, writer, body.filter);
  await assertFewRunning(call, writer);
  const matchedCount = await writer.countKeys(scope, keyFilterOf(meant, call.now));
  if (matchedCount !== body.expected_count) {
    const detail = `It would be ${matchedCount} keys, and you expect ${body.expected_count}. Nothing was revoked`;
    throw new OperationError("unexpected_count", { detail });
  }
  const value: Revocation = {
    id: mintId(call, "revocation"),
    workspaceId: scope,
    ...meant,
    reason: body.reason ?? null,
    matchedCount,
    revokedCount: 0,
    position: null,
    state: "running",
    startedBy: call.actor,
    requestId: call.requestId,
    startedAt: call.now,
    endedAt: null,
  };
  const { filter } = presentRevocation({ value, rev: 0 });
  const detail = { filter, matched: matchedCount, reason: value.reason };
  return await record(call, writer, value, factsOf(call, "revocation.started", detail));
}

export function listRevocations(
  call: Call,
  reader: Reader,
  { query }: InputOf<"revocations.list">,
): Promise<ResultOf<"revocations.list">> {
  return pageOf(
    call,
    "revocations.list",
    query,
    (page) => reader.listRevocations(call.caller.scope, {}, page),
    (revocations) => revocations.map(presentRevocation),
  );
}

/** What is known without asking the verifiers. */
export async function getRevocation(
  call: Call,
  reader: Reader,
  { params }: InputOf<"revocations.get">,
): Promise<ResultOf<"revocations.get">> {
  const revocation = await readRevocation(call, reader, params.revocation);
  const unknownEffect = { acknowledged: null, pending: null, effective_by: null };
  return { ...presentRevocation(revocation), ...unknownEffect };
}

export async function cancelRevocation(
  call: Call,
  writer: Writer,
  { params }: InputOf<"revocations.cancel">,
): Promise<Written<RevocationResource>> {
  const before = await readRevocation(call, writer, params.revocation);
  assertUnchanged(call, before.rev);
  const { state, revokedCount } = before.value;
  if (state !== "running") return written(before);
  const value = { ...before.value, state: "cancelled", endedAt: call.now } as const;
  const facts = factsOf(call, "revocation.cancelled", { revoked: revokedCount });
  return await record(call, writer, value, facts);
}

async function readRevocation(
  call: Call,
  reader: Reader,
  id: InputOf<"revocations.get">["params"]["revocation"],
): Promise<Versioned<Revocation>> {
  return found(id && (await reader.findRevocation(call.caller.scope, id)), "revocation");
}

async function assertFewRunning({ caller }: Call, reader: Reader): Promise<void> {
  const page = { limit: REVOCATIONS_RUNNING_MAX, after: null };
  const { items } = await reader.listRevocations(caller.scope, { running: true }, page);
  if (items.length < REVOCATIONS_RUNNING_MAX) return;
  throw new OperationError("too_many", {
    detail: `${REVOCATIONS_RUNNING_MAX} revocations are running; wait for one, or cancel one`,
  });
}

async function record(
  { caller }: Call,
  writer: Writer,
  value: Revocation,
  facts: ReturnType<typeof factsOf>,
): Promise<Written<RevocationResource>> {
  const change = { entity: "revocation", id: value.id, value } as const;
  return written({ value, rev: await writer.record(caller.scope, change, facts) });
}

function written(revocation: Versioned<Revocation>): Written<RevocationResource> {
  const { value, rev } = revocation;
  return { result: presentRevocation(revocation), rev, targetId: value.id };
}
