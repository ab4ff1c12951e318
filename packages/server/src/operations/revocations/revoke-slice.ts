// The next few keys of a revocation: one transaction, in which each key has its own change, audit event and rev.
import type { RevocationId } from "@keyward/core/id";
import type { Key } from "@keyward/core/model/records";
import type { Revocation } from "@keyward/core/model/revocation";
import type { Instant } from "@keyward/core/time";
import type { Random } from "../../runtime/random.ts";
import type { TenantScope, Writer } from "../../storage/storage.ts";
import { factsOf } from "../call.ts";
import { keyFilterOf } from "./meant-keys.ts";

/** Bounds how long a slice keeps other writes waiting. */
export const KEYS_PER_SLICE = 200;
/** Bounds how long it keeps everything else waiting. */
const KEYS_PER_PAUSE = 20;

export interface SliceParts {
  readonly now: Instant;
  readonly random: Random;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/**
 * Goes on from where the slice before has ended, so that whoever carries it out may stop at any instant, and two who do
 * revoke no key twice.
 *
 * @returns whether there may be more to do
 */
export async function revokeSlice(
  { now, random, pause }: SliceParts,
  writer: Writer,
  { scope, id }: { readonly scope: TenantScope; readonly id: RevocationId },
): Promise<boolean> {
  const revocation = (await writer.findRevocation(scope, id))?.value;
  if (revocation?.state !== "running") return false;
  const { startedBy: actor, requestId } = revocation;
  const called = { actor, requestId, now, random };
  const page = { limit: KEYS_PER_SLICE, after: revocation.position };
  const { items, more } = await writer.listKeys(scope, keyFilterOf(revocation, now), page);
  for (const [index, { value: key }] of items.entries()) {
    if (index % KEYS_PER_PAUSE === KEYS_PER_PAUSE - 1) await pause();
    const value = revoked(key, revocation, now);
    const facts = factsOf(called, "key.revoked", { reason: revocation.reason, revocation: id });
    await writer.record(scope, { entity: "key", id: key.id, value }, facts);
  }
  const value: Revocation = {
    ...revocation,
    revokedCount: revocation.revokedCount + items.length,
    position: items.at(-1)?.value.id ?? revocation.position,
  };
  if (more) await writer.keepProgress(scope, value);
  else {
    const finished = { ...value, state: "finished", endedAt: now } as const;
    const facts = factsOf(called, "revocation.finished", { revoked: value.revokedCount });
    await writer.record(scope, { entity: "revocation", id, value: finished }, facts);
  }
  return more;
}

function revoked(key: Key, { reason }: Revocation, now: Instant): Key {
  return { ...key, state: "revoked", revokedAt: now, revokedReason: reason, updatedAt: now };
}
