import type { Migration } from "./migration.ts";

/** Endpoints, what signs for them, what they are told, and which ends of keys have been told of. */
export const webhooks: Migration = {
  version: 10,
  name: "webhooks",
  compatible: false,
  sql: `
create table webhooks (
  workspace_id text not null references workspaces (workspace_id),
  id text not null,
  url text not null,
  description text,
  events text not null,
  disabled integer not null check (disabled in (0, 1)),
  created_at integer not null,
  updated_at integer not null,
  rev integer not null,
  primary key (workspace_id, id)
) strict;

create table webhook_secrets (
  workspace_id text not null,
  webhook_id text not null,
  position integer not null,
  sealed blob not null,
  expires_at integer,
  primary key (workspace_id, webhook_id, position),
  foreign key (workspace_id, webhook_id) references webhooks (workspace_id, id)
) strict, without rowid;

create table deliveries (
  workspace_id text not null,
  id text not null,
  webhook_id text not null,
  event_id text not null,
  type text not null,
  body text not null,
  state text not null check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null,
  next_attempt_at integer,
  last_attempt_at integer,
  last_status integer,
  last_error text,
  created_at integer not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, webhook_id) references webhooks (workspace_id, id),
  check ((state = 'pending') = (next_attempt_at is not null))
) strict;
create index deliveries_by_webhook on deliveries (workspace_id, webhook_id, id);
create index deliveries_due on deliveries (next_attempt_at) where state = 'pending';
create index deliveries_by_age on deliveries (created_at) where state <> 'pending';

create table notices (
  workspace_id text not null,
  key_id text not null,
  notice text not null,
  primary key (workspace_id, key_id, notice),
  foreign key (workspace_id, key_id) references keys (workspace_id, id)
) strict, without rowid;
-- With a second equality, because SQLite takes the primary key for the better of two that have one.
drop index keys_by_expiry;
create index keys_by_expiry on keys (workspace_id, (state = 'revoked'), id, expires_at)
  where expires_at is not null and state <> 'revoked';
-- By an expression, so that it serves this question alone, and no list of keys is led to it.
create index keys_by_end on keys (coalesce(expires_at, 0)) where expires_at is not null and state <> 'revoked';
`,
};
