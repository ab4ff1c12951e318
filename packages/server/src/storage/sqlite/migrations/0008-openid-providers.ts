import type { Migration } from "./migration.ts";

/** What an OpenID Provider says of a session, and the leave to ask it whether its user is still one. */
export const openIdProviders: Migration = {
  version: 8,
  name: "openid-providers",
  compatible: false,
  sql: `
alter table sessions add column proved_at integer not null default 0;
alter table sessions add column provider_session text;
create index sessions_by_provider_session on sessions (workspace_id, provider_session)
  where provider_session is not null;

create table provider_grants (
  workspace_id text not null,
  member_id text not null,
  provider text not null,
  sealed blob not null,
  obtained_at integer not null,
  primary key (workspace_id, member_id),
  foreign key (workspace_id, member_id) references members (workspace_id, id)
) strict, without rowid;
`,
};
