import type { Migration } from "./migration.ts";

/** Which limit it has been told of in its period that most of it is used. */
export const unitNotices: Migration = {
  version: 33,
  name: "unit-notices",
  compatible: true,
  sql: `
alter table limit_units add column told integer not null default 0;
`,
};
