// The next few keys of a policy that is being applied: one transaction, in which each key has its own change and audit event.
import type { PolicyId } from "@keyward/core/id";
import type { Policy, PolicyApplication } from "@keyward/core/model/policy";
import { formatInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Random } from "../../runtime/random.ts";
import type { TenantScope, Writer } from "../../storage/storage.ts";
import { factsOf } from "../call.ts";
import { affectedOf, governedKeys } from "./affected.ts";

/** Bounds how long a slice keeps other writes waiting. */
const KEYS_PER_SLICE = 200;
/** Bounds how long it keeps everything else waiting. */
const KEYS_PER_PAUSE = 20;

export interface ApplyParts {
  readonly now: Instant;
  readonly random: Random;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/**
 * Counts first: where there are not as many as were expected, nothing is changed. Goes on from where the slice before has
 * ended, so that whoever carries it out may stop at any instant.
 *
 * @returns whether there may be more to do
 */
export async function applySlice(
  parts: ApplyParts,
  writer: Writer,
  { scope, id }: { readonly scope: TenantScope; readonly id: PolicyId },
): Promise<boolean> {
  const policy = (await writer.findPolicy(scope, id))?.value;
  const application = policy?.application ?? null;
  if (policy === undefined || application === null) return false;
  if (application.state !== "counting" && application.state !== "applying") return false;
  const slice = { parts, writer, scope, policy, application };
  const { count, position, more } = await lookOn(slice);
  const isCounting = application.state === "counting";
  const on: PolicyApplication = {
    ...application,
    position,
    countedCount: application.countedCount + (isCounting ? count : 0),
    changedCount: application.changedCount + (isCounting ? 0 : count),
  };
  if (more) {
    await writer.keepApplication(scope, { ...policy, application: on });
    return true;
  }
  if (!isCounting) return await end(slice, on, "finished");
  if (on.countedCount !== on.expectedCount) return await end(slice, on, "refused");
  await writer.keepApplication(scope, {
    ...policy,
    application: { ...on, state: "applying", position: null },
  });
  return true;
}

interface Slice {
  readonly parts: ApplyParts;
  readonly writer: Writer;
  readonly scope: TenantScope;
  readonly policy: Policy;
  readonly application: PolicyApplication;
}

async function lookOn({ parts, writer, scope, policy, application }: Slice) {
  const { startedAt: now, position, graceUntil, sparedKeyId, state } = application;
  const of = { now, createdBy: now, sparedKeyId };
  const filter = await governedKeys(writer, scope, policy, of);
  if (filter === undefined) return { count: 0, position: null, more: false };
  const page = { limit: KEYS_PER_SLICE, after: position };
  const { items, more } = await writer.listKeys(scope, filter, page);
  const affected = await affectedOf(writer, scope, policy, items, { now, graceUntil });
  if (state === "applying") {
    const by = calledBy(parts, application);
    for (const [index, { key, reasons, after }] of affected.entries()) {
      if (index % KEYS_PER_PAUSE === KEYS_PER_PAUSE - 1) await parts.pause();
      const value = { ...after, updatedAt: parts.now };
      const facts = factsOf(by, "key.updated", {
        fields: ["expires_at"],
        expires_at: value.expiresAt && formatInstant(value.expiresAt),
        policy: policy.id,
        reasons: [...reasons],
      });
      await writer.record(scope, { entity: "key", id: key.value.id, value }, facts);
    }
  }
  const last = items.at(-1)?.value.id ?? position;
  return { count: affected.length, position: last, more };
}

async function end(
  { parts, writer, scope, policy, application }: Slice,
  on: PolicyApplication,
  state: "finished" | "refused",
): Promise<false> {
  const value = { ...policy, application: { ...on, state, endedAt: parts.now } };
  const detail = { expected: on.expectedCount, counted: on.countedCount, changed: on.changedCount };
  const facts = factsOf(calledBy(parts, application), `policy.application_${state}`, detail);
  await writer.record(scope, { entity: "policy", id: policy.id, value }, facts);
  return false;
}

function calledBy({ now, random }: ApplyParts, { startedBy, requestId }: PolicyApplication) {
  return { actor: startedBy, requestId, now, random };
}
