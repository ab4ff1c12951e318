import type { Migration } from "./migration.ts";

/** By which plan what was used was limited, and which process told of a last use. */
export const usagePlans: Migration = {
  version: 35,
  name: "usage-plans",
  compatible: true,
  sql: `
alter table usage_series rename to usage_series_without_plans;
create table usage_series (
  workspace_id text not null references workspaces (workspace_id),
  id integer not null,
  key_id text not null,
  owner_id text not null,
  api_id text not null,
  environment text not null,
  code text not null,
  tag text not null,
  total integer not null check (total in (0, 1)),
  plan_id text not null default '',
  primary key (workspace_id, id),
  unique (workspace_id, key_id, owner_id, api_id, environment, code, tag, total, plan_id)
) strict, without rowid;
insert into usage_series
  select workspace_id, id, key_id, owner_id, api_id, environment, code, tag, total, ''
  from usage_series_without_plans;
drop table usage_series_without_plans;

alter table key_uses add column reporter text;
`,
};
