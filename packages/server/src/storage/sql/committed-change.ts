// The table of changes, read back as what was committed: for nodes that follow what others write.
import { strict as assert } from "node:assert";
import type { Change, CommittedChange } from "@keyward/core/feed/change";
import { digestFromHex } from "@keyward/core/key/digest";
import type { AccessToken } from "@keyward/core/model/access-token";
import type { KeySecret } from "@keyward/core/model/records";
import type { SigningKey } from "@keyward/core/model/signing-key";
import type { TenantScope } from "../storage.ts";
import { SIGNING_KEY_COLUMNS } from "./columns.ts";
import { signingKeyFromRow } from "./oauth-rows.ts";
import { all } from "./query.ts";
import type { Query } from "./query.ts";
import type { ChangesTable } from "./schema.ts";
import { scoped } from "./scoped.ts";
import { prepared } from "./statement.ts";

const selectChanges = prepared((of: { scope: TenantScope; after: number; limit: number }) =>
  scoped(of.scope)
    .selectFrom("changes")
    .select(["rev", "entity", "entity_id", "payload"])
    .where("rev", ">", of.after)
    .orderBy("rev")
    .limit(of.limit),
);
const selectSigningKeys = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("signing_keys").select(SIGNING_KEY_COLUMNS),
);

type Row = Pick<ChangesTable, "rev" | "entity" | "entity_id" | "payload">;

/** The changes after a rev, oldest first. */
export function* readCommitted(
  scope: TenantScope,
  after: number,
  limit: number,
): Query<readonly CommittedChange[]> {
  const rows: readonly Row[] = yield* all(selectChanges({ scope, after, limit }));
  const hasSigners = rows.some(({ entity }) => entity === "signing_key");
  const signers = hasSigners ? yield* all(selectSigningKeys({ scope })) : [];
  const signingKeys = new Map(signers.map((row) => [row.id, signingKeyFromRow(row)]));
  return rows.map((row) => ({
    workspaceId: scope,
    rev: row.rev,
    change: changeOf(row, signingKeys),
  }));
}

/** `payload` is what `changePayload` has written of the change. */
function changeOf(row: Row, signingKeys: ReadonlyMap<string, SigningKey>): Change {
  const { entity, entity_id: id, payload } = row;
  const value: unknown = payload === null ? null : JSON.parse(payload);
  switch (entity) {
    case "key":
    case "client":
      return changed(entity, id, value === null ? null : withDigests(value));
    case "token":
      return changed(entity, id, tokenOf(value));
    case "signing_key":
      // Its private half is in its table alone. One that is there no longer was let go of since.
      return changed(entity, id, signingKeys.get(id) ?? null);
    default:
      return changed(entity, id, value);
  }
}

/** The row was written from a change of just this shape. */
function changed(entity: string, id: string, value: unknown): Change {
  return { entity, id, value } as Change;
}

/** The same with its secrets as a record has them: of a key, or of a client. */
function withDigests(value: unknown): object {
  const { secrets, ...rest } = value as {
    readonly secrets: readonly (Omit<KeySecret, "digest"> & { readonly digest: string })[];
  };
  return {
    ...rest,
    secrets: secrets.map((secret) => ({ ...secret, digest: digestOf(secret.digest) })),
  };
}

function tokenOf(value: unknown): AccessToken {
  const { digest, ...token } = value as Omit<AccessToken, "digest"> & {
    readonly digest: string | null;
  };
  return { ...token, digest: digest === null ? null : digestOf(digest) };
}

function digestOf(hex: string): KeySecret["digest"] {
  const digest = digestFromHex(hex);
  assert.ok(digest !== undefined, "a change holds digests");
  return digest;
}
