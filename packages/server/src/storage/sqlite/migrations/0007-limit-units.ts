import type { Migration } from "./migration.ts";

/** What has been taken of quotas and credits. */
export const limitUnits: Migration = {
  version: 7,
  name: "limit-units",
  compatible: true,
  sql: `
create table limit_units (
  workspace_id text not null references workspaces (workspace_id),
  counter text not null,
  period_start integer not null,
  total integer not null check (total >= 0),
  turn integer not null,
  primary key (workspace_id, counter, period_start)
) strict, without rowid;
`,
};
