import { strict as assert } from "node:assert";
import type { VerifiedThing, VerifierToken } from "@keyward/core/feed/verifier-change";
import { digestFromHex } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { Client } from "@keyward/core/model/client";
import type { Api, Key, KeySecret, Owner, Plan, Role } from "@keyward/core/model/records";
import type { SigningKey } from "@keyward/core/model/signing-key";
import type { SubjectWithin } from "../storage.ts";
import type { ChangesTable } from "./schema.ts";

/** The secret as `changePayload` writes it. */
type SecretInPayload = Omit<KeySecret, "digest"> & { readonly digest: string };

/**
 * Reads back what `changePayload` has written, as the subject's feed tells it. A workspace and a revocation are no things of
 * a feed.
 */
export function thingFromPayload(
  row: Pick<ChangesTable, "entity" | "entity_id" | "payload">,
  { apiId }: SubjectWithin,
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
    case "client":
      return { entity, id: id as Client["id"], value: atApi(value as Client | null, apiId) };
    case "signing_key":
      return { entity, id: id as SigningKey["id"], value: value as SigningKey | null };
    case "token":
      return { entity, id: id as AccessToken["id"], value: tokenOf(value) };
    default:
      throw new assert.AssertionError({ message: `${entity} has no feed` });
  }
}

/** Of a client's resources no feed tells but its own; a client that has none there is gone from it (T17). */
export function atApi(client: Client | null, apiId: SubjectWithin["apiId"]): Client | null {
  const resources = client?.resources.filter((resource) => resource.apiId === apiId) ?? [];
  return client === null || resources.length === 0 ? null : { ...client, resources };
}

function keyOf(value: unknown): Key {
  const { secrets, ...rest } = value as Omit<Key, "secrets"> & {
    readonly secrets: readonly SecretInPayload[];
  };
  return {
    ...rest,
    secrets: secrets.map(({ digest: hex, ...secret }) => ({ ...secret, digest: digestOf(hex) })),
  };
}

function tokenOf(value: unknown): VerifierToken {
  const { digest: hex, ...token } = value as Omit<AccessToken, "digest"> & {
    readonly digest: string | null;
  };
  return { ...token, digest: hex === null ? null : digestOf(hex) };
}

function digestOf(hex: string): Digest {
  const digest = digestFromHex(hex);
  assert.ok(digest !== undefined, "a change holds digests");
  return digest;
}
