// Bodies of kept replies at rest: to open one takes the server key and the Idempotency-Key, and only one of them is kept (T14).
import { hkdfSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Random } from "../runtime/random.ts";
import { seal, unseal } from "../runtime/sealing.ts";
import type { Sealing } from "../runtime/sealing.ts";

const KEY_BYTES = 32;

export interface SealOptions {
  readonly serverKey: KeyObject;
  /** What is kept nowhere, and so must come with the request that opens the body. */
  readonly idempotencyKey: string;
  /** Binds the body to its place: a row moved elsewhere does not open. */
  readonly place: Uint8Array;
}

export function sealBody(options: SealOptions, random: Random, body: string): Uint8Array {
  return seal(sealingOf(options), random, body);
}

/** @throws Error when it was not sealed with the same options, or has been changed since */
export function openBody(options: SealOptions, sealed: Uint8Array): string {
  return unseal(sealingOf(options), sealed);
}

function sealingOf({ serverKey, idempotencyKey, place }: SealOptions): Sealing {
  const info = `keyward/reply/v1 ${idempotencyKey}`;
  return { key: new Uint8Array(hkdfSync("sha256", serverKey, place, info, KEY_BYTES)), place };
}
