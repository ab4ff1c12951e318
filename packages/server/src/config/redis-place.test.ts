import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRedisPlace } from "./redis-place.ts";

const nobody = { tls: false, username: undefined, password: undefined, database: 0 };

test("a Redis is named as everywhere, and a cluster by some of its nodes", () => {
  for (const [text, value] of [
    ["redis://localhost", { ...nobody, nodes: [{ host: "localhost", port: 6379 }] }],
    ["redis://[::1]:7000/", { ...nobody, nodes: [{ host: "::1", port: 7000 }] }],
    [
      "rediss://keyward:p%40ss:w@redis.example.com:6380/2",
      {
        nodes: [{ host: "redis.example.com", port: 6380 }],
        tls: true,
        username: "keyward",
        password: "p@ss:w",
        database: 2,
      },
    ],
    [
      "redis://:secret@one:7000, two",
      {
        ...nobody,
        password: "secret",
        nodes: [
          { host: "one", port: 7000 },
          { host: "two", port: 6379 },
        ],
      },
    ],
  ] as const) {
    assert.deepEqual(parseRedisPlace(text), { ok: true, value }, text);
  }
});

test("what is no Redis is refused, and not repeated: it may hold a password", () => {
  for (const text of [
    "localhost:6379",
    "http://localhost:6379",
    "redis://",
    "redis://:secret@",
    "redis://one:7000,,two:7000",
    "redis://one:70000",
    "redis://one:7000/first",
    "redis://one:7000/0?tls=secret",
    "redis://%zz:secret@one:7000",
  ]) {
    const parsed = parseRedisPlace(text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.problem, /^must be redis:\/\//);
    assert.doesNotMatch(parsed.problem, /secret/);
  }
  const cluster = parseRedisPlace("redis://one:7000,two:7000/1");
  assert.ok(!cluster.ok);
  assert.match(cluster.problem, /a cluster has none/);
});
