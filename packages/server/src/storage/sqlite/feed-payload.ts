import { strict as assert } from "node:assert";
import type { VerifiedThing } from "@keyward/core/feed/verifier-change";
import { digestFromHex } from "@keyward/core/key/digest";
import type { Api, Key, KeySecret, Owner, Plan, Role } from "@keyward/core/model/records";
import type { ChangesTable } from "./schema.ts";

/** The secret as `changePayload` writes it. */
type SecretInPayload = Omit<KeySecret, "digest"> & { readonly digest: string };

/** Reads back what `changePayload` has written. A workspace and a revocation are no things of a feed. */
export function thingFromPayload(
  row: Pick<ChangesTable, "entity" | "entity_id" | "payload">,
): VerifiedThing {
  const { entity, entity_id: id, payload } = row;
  const value: unknown = payload === null ? null : JSON.parse(payload);
  switch (entity) {
    case "api":
      return { entity, id: id as Api["id"], value: value as Api | null };
    case "role":
      return { entity, id: id as Role["id"], value: value as Role | null };
    case "plan":
      return { entity, id: id as Plan["id"], value: value as Plan | null };
    case "owner":
      return { entity, id: id as Owner["id"], value: value as Owner | null };
    case "key":
      return { entity, id: id as Key["id"], value: value === null ? null : keyOf(value) };
    default:
      throw new assert.AssertionError({ message: `${entity} has no feed` });
  }
}

function keyOf(value: unknown): Key {
  const { secrets, ...rest } = value as Omit<Key, "secrets"> & {
    readonly secrets: readonly SecretInPayload[];
  };
  return {
    ...rest,
    secrets: secrets.map(({ digest: hex, ...secret }) => {
      const digest = digestFromHex(hex);
      assert.ok(digest !== undefined, "a change holds digests");
      return { ...secret, digest };
    }),
  };
}
