import type { Migration } from "./migration.ts";

/** Charges that are open or remembered, so that a restart forgets none of them. */
export const charges: Migration = {
  version: 34,
  name: "charges",
  compatible: true,
  sql: `
create table charges (
  workspace_id text not null references workspaces (workspace_id),
  name text not null,
  id text,
  cost integer not null,
  units text not null,
  report text not null,
  open_until integer not null,
  ends_at integer not null,
  state text,
  settled_cost integer,
  primary key (workspace_id, name)
) strict, without rowid;
create index charges_by_id on charges (workspace_id, id);
create index charges_by_end on charges (ends_at);
`,
};
