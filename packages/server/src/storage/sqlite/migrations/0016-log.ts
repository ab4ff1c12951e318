import type { Migration } from "./migration.ts";

/** Single decisions. The id begins with the instant, so that it is the order of the list and the age. */
export const log: Migration = {
  version: 16,
  name: "log",
  compatible: true,
  sql: `
create table log_entries (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  key_id text not null,
  entry text not null,
  primary key (workspace_id, id)
) strict, without rowid;
create index log_entries_by_key on log_entries (workspace_id, key_id, id);
`,
};
