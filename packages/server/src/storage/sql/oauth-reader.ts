import { all, find } from "./query.ts";
import type { Queries } from "./query.ts";
import type { ClientReader, TenantScope } from "../storage.ts";
import { digestToBytes } from "@keyward/core/key/digest";
import { ACCESS_TOKEN_COLUMNS, CLIENT_COLUMNS, SIGNING_KEY_COLUMNS } from "./columns.ts";
import { clientFromRow, signingKeyFromRow, tokenFromRow } from "./oauth-rows.ts";
import { scoped } from "./scoped.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { prepared, statement } from "./statement.ts";

const selectClient = prepared(({ scope, id }: { scope: TenantScope; id: string }) =>
  scoped(scope).selectFrom("clients").select(CLIENT_COLUMNS).where("id", "=", id),
);
const selectSigningKeys = prepared(({ scope }: { scope: TenantScope }) =>
  scoped(scope).selectFrom("signing_keys").select(SIGNING_KEY_COLUMNS).orderBy("id"),
);
const selectUsedOnce = prepared((of: { scope: TenantScope; digest: Uint8Array }) =>
  scoped(of.scope).selectFrom("used_once").select("expires_at").where("digest", "=", of.digest),
);
const selectToken = prepared(({ scope, digest }: { scope: TenantScope; digest: Uint8Array }) =>
  scoped(scope)
    .selectFrom("access_tokens")
    .select(ACCESS_TOKEN_COLUMNS)
    .where("digest", "=", digest),
);

export const clientReader: Queries<ClientReader> = {
  *findClient(scope, id) {
    const row = yield* find(selectClient({ scope, id }));
    return row && { value: clientFromRow(row), rev: row.rev };
  },

  *listClients(scope, filter, page) {
    let query = scoped(scope)
      .selectFrom("clients")
      .select(CLIENT_COLUMNS)
      .where("id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("id", "desc")
      .limit(page.limit + 1);
    if (filter.ownerId !== undefined) query = query.where("owner_id", "=", filter.ownerId);
    if (filter.environment !== undefined) {
      query = query.where("environment", "=", filter.environment);
    }
    const rows = yield* all(statement(query));
    const items = rows.slice(0, page.limit);
    return {
      items: items.map((row) => ({ value: clientFromRow(row), rev: row.rev })),
      more: rows.length > page.limit,
    };
  },

  *listSigningKeys(scope) {
    const rows = yield* all(selectSigningKeys({ scope }));
    return rows.map((row) => ({ value: signingKeyFromRow(row), rev: row.rev }));
  },

  *wasUsed(scope, digest) {
    return (yield* find(selectUsedOnce({ scope, digest }))) !== undefined;
  },

  *findToken(scope, digest) {
    const row = yield* find(selectToken({ scope, digest: digestToBytes(digest) }));
    return row && tokenFromRow(row);
  },
};
