import type { Migration } from "./migration.ts";

/** Whom a change concerns stands with the change, because of a thing that was deleted nothing else says it any more. */
export const feedSubjects: Migration = {
  version: 2,
  name: "feed-subjects",
  compatible: false,
  sql: `
alter table changes add column api_id text;
alter table changes add column environment text;

update changes set
  api_id = (
    select json_extract(known.payload, '$.apiId') from changes as known
    where known.workspace_id = changes.workspace_id and known.entity = changes.entity
      and known.entity_id = changes.entity_id and known.payload is not null
    order by known.rev desc limit 1
  ),
  environment = (
    select json_extract(known.payload, '$.environment') from changes as known
    where known.workspace_id = changes.workspace_id and known.entity = changes.entity
      and known.entity_id = changes.entity_id and known.payload is not null
    order by known.rev desc limit 1
  )
where entity in ('key', 'role') and payload is null;
update changes set api_id = json_extract(payload, '$.apiId'),
  environment = json_extract(payload, '$.environment')
where entity in ('key', 'role') and payload is not null;

create index keys_by_subject on keys (workspace_id, api_id, environment, id);
create index keys_by_owner_subject on keys (workspace_id, owner_id, api_id, environment);
`,
};
