import type { Migration } from "./migration.ts";

/** What the tokens of a client may use. */
export const clientLimits: Migration = {
  version: 29,
  name: "client-limits",
  compatible: false,
  sql: `
alter table clients add column plan_id text;
alter table clients add column limits text not null default '[]';
create index clients_by_plan on clients (workspace_id, plan_id) where plan_id is not null;
`,
};
