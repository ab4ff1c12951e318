// What must not compile: branded values are made by their own parsers alone, and none stands for another.
import { formatId, parseId } from "./id.ts";
import type { Id, KeyId, OwnerId } from "./id.ts";
import { digestKey } from "./key/digest.ts";
import type { Digest } from "./key/digest.ts";
import { parseScope } from "./scope/scope.ts";
import type { Scope, ScopeGrant } from "./scope/scope.ts";
import { instant } from "./time.ts";
import type { Instant } from "./time.ts";

// @ts-expect-error a string is not a KeyId
export const fromText: KeyId = "key_01kdvdna0004hmasw9nf6yy07z";

// @ts-expect-error what was parsed may be missing
export const unchecked: KeyId = parseId("key", "");

// @ts-expect-error an OwnerId is not a KeyId
export const ofAnotherKind: KeyId = formatId("owner", instant(0), new Uint8Array(10));

export const text: string = formatId("key", instant(0), new Uint8Array(10));

export function anyKind(id: Id<"key" | "owner">): KeyId | OwnerId {
  // @ts-expect-error an id of one of two kinds is not known to be of the first
  const narrowed: KeyId = id;
  return narrowed;
}

// @ts-expect-error a kind that there is not
export const ofNoKind = parseId("planet", "");

// @ts-expect-error a number is not an Instant: it may be seconds
export const seconds: Instant = 1_767_225_600;

// @ts-expect-error a date is not an Instant
export const date: Instant = new Date();

// @ts-expect-error a string is not a Digest: it may be the key itself
export const secret: Digest = "swordfish";

// @ts-expect-error a Digest is not a KeyId
export const digest: KeyId = digestKey("swordfish");

// @ts-expect-error a string is not a Scope
export const scope: Scope = "invoices:read";

export function wildcards(grant: ScopeGrant): Scope | undefined {
  // @ts-expect-error a grant may be a wildcard, and a wildcard is no scope
  const asked: Scope = grant;
  return parseScope(asked);
}
