import type { Migration } from "./migration.ts";

/** What keys needed of their scopes, and from when to when. */
export const keyNeeds: Migration = {
  version: 32,
  name: "key-needs",
  compatible: true,
  sql: `
create table key_needs (
  workspace_id text not null references workspaces (workspace_id),
  key_id text not null,
  need text not null,
  first_day integer not null,
  last_day integer not null,
  primary key (workspace_id, key_id, need)
) strict, without rowid;
`,
};
