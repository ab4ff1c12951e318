import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { initial } from "./0001-initial.ts";
import { feedSubjects } from "./0002-feed-subjects.ts";
import { plans } from "./0005-plans.ts";

test("changes of before say that there is no plan and no limit, and management keys may be granted plans", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(initial.sql);
  database.exec(feedSubjects.sql);
  const insert = database.prepare(
    "insert into changes (workspace_id, rev, entity, entity_id, payload) values ('w', ?, ?, 'x', ?)",
  );
  insert.run(1, "api", '{"prefix":"acme"}');
  insert.run(2, "owner", '{"disabled":false}');
  insert.run(3, "key", '{"state":"active"}');
  insert.run(4, "key", null);
  insert.run(5, "role", "{}");
  database.exec(`
    insert into workspaces (workspace_id, name, operator, created_at, updated_at, rev, last_rev, audit_head)
    values ('w', 'W', 1, 0, 0, 1, 1, zeroblob(32));
    insert into apis (workspace_id, id, name, prefix, audience, scopes, built_in, created_at, updated_at, rev)
    values ('w', 'a', 'A', 'keyward', 'urn:x', '[{"name":"keys:read","description":null}]', 1, 0, 0, 1);
  `);
  database.exec(plans.sql);
  const payloads = database.prepare("select payload from changes order by rev").all();
  assert.deepEqual(
    payloads.map(({ payload }) => (payload === null ? null : JSON.parse(String(payload)))),
    [
      { prefix: "acme", limits: [] },
      { disabled: false, limits: [], planId: null },
      { state: "active", limits: [], planId: null },
      null,
      {},
    ],
  );
  const api = database.prepare("select scopes, limits from apis").get();
  assert.deepEqual(JSON.parse(String(api?.["scopes"])), [
    { name: "keys:read", description: null },
    { name: "plans:read", description: "See plans" },
    { name: "plans:write", description: "Create, change and delete plans" },
  ]);
  database.close();
});
