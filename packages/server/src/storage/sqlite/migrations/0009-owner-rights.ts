import type { Migration } from "./migration.ts";

/** What a user may do, and so at most their personal access tokens. */
export const ownerRights: Migration = {
  version: 9,
  name: "owner-rights",
  compatible: false,
  sql: "alter table owners add column rights text;",
};
