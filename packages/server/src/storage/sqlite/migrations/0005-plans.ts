import type { Migration } from "./migration.ts";

/** Changes of before are completed as well: a verifier that was away reads them as if they had been written now. */
export const plans: Migration = {
  version: 5,
  name: "plans",
  compatible: false,
  sql: `
create table plans (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  name text not null,
  description text,
  limits text not null,
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, name)
) strict;

alter table apis add column limits text not null default '[]';
alter table owners add column plan_id text;
alter table owners add column limits text not null default '[]';
alter table keys add column plan_id text;
alter table keys add column limits text not null default '[]';
create index keys_by_plan on keys (workspace_id, plan_id) where plan_id is not null;
create index owners_by_plan on owners (workspace_id, plan_id) where plan_id is not null;

update changes set payload = json_set(payload, '$.limits', json('[]'))
where entity = 'api' and payload is not null;
update changes set payload = json_set(payload, '$.limits', json('[]'), '$.planId', null)
where entity in ('owner', 'key') and payload is not null;

-- So that management keys of before can be granted what is new.
update apis set scopes = json_insert(
  scopes,
  '$[#]', json('{"name":"plans:read","description":"See plans"}'),
  '$[#]', json('{"name":"plans:write","description":"Create, change and delete plans"}')
) where built_in = 1;
`,
};
