import type { Migration } from "./migration.ts";

/** What becomes of a key that leaked. A management key opens everything, so it ends. */
export const leakReaction: Migration = {
  version: 17,
  name: "leak-reaction",
  compatible: true,
  sql: `
alter table apis add column leak_reaction text not null default 'notify';
update apis set leak_reaction = 'revoke' where built_in = 1;
`,
};
