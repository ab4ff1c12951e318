import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { initial } from "./0001-initial.ts";
import { feedSubjects } from "./0002-feed-subjects.ts";

test("changes of before say whom they concern, those of deleted things too, each by its own workspace", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(initial.sql);
  const insert = database.prepare(
    "insert into changes (workspace_id, rev, entity, entity_id, payload) values (?, ?, ?, ?, ?)",
  );
  const key = (apiId: string, environment: string) => JSON.stringify({ apiId, environment });
  insert.run("a", 1, "workspace", "a", "{}");
  insert.run("a", 2, "key", "k", key("p", "live"));
  insert.run("a", 3, "role", "r", JSON.stringify({ apiId: "p" }));
  insert.run("a", 4, "key", "k", null);
  insert.run("a", 5, "role", "r", null);
  insert.run("b", 1, "key", "k", key("q", "test"));
  insert.run("b", 2, "key", "k", null);
  database.exec(feedSubjects.sql);
  const rows = database
    .prepare("select workspace_id as w, rev, api_id, environment from changes order by 1, 2")
    .all();
  assert.deepEqual(
    rows.map(({ w, rev, api_id, environment }) => [w, rev, api_id, environment]),
    [
      ["a", 1, null, null],
      ["a", 2, "p", "live"],
      ["a", 3, "p", null],
      ["a", 4, "p", "live"],
      ["a", 5, "p", null],
      ["b", 1, "q", "test"],
      ["b", 2, "q", "test"],
    ],
  );
  database.close();
});
