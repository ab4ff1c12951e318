import type { Migration } from "./migration.ts";

/** What a restore takes for spent of credits, so that an older copy does not refill them (K10). */
export const creditMarks: Migration = {
  version: 21,
  name: "credit-marks",
  compatible: true,
  sql: `
alter table limit_units add column marked integer not null default 0;
create table credit_marks (
  seq integer primary key autoincrement,
  workspace_id text not null,
  counter text not null,
  units integer not null check (units >= 0)
) strict;
insert into credit_marks (workspace_id, counter, units)
  select workspace_id, counter, total from limit_units where period_start = 0 and total > 0;
update limit_units set marked = total where period_start = 0;
`,
};
