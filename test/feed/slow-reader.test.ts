// F18: a reader who takes nothing. In a file of its own, because it takes as long as the server's patience.
import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startTestServer } from "../http/test-server.ts";
import { STALLED_MS_MAX } from "../../packages/server/src/feed/feed.ts";
import { FakeVerifier } from "./fake-verifier.ts";

const KEYS = 1_200;

interface BatchLine {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

test("F18: one who takes nothing is cut off, never skipped, while everybody else goes on", async (t) => {
  const server = await startTestServer();
  t.after(async () => await server.stop());
  const post = async (path: string, body: object) => {
    const answer = await server.call("POST", path, { body });
    assert.equal(answer.status, 201, answer.text);
    return answer.json;
  };
  const api = await post("/v1/apis", { name: "A", prefix: "acme", audience: "https://a.test" });
  const of = { server, key: server.key, api: api.id };
  const slow = await new FakeVerifier(of).load();
  const fast = await (await new FakeVerifier(of).load()).follow();
  const response = await slow.followWithoutReading();
  // More than the buffers of both ends of a connection hold.
  const metadata = { filler: "x".repeat(15_000) };
  let rev = 0;
  for (let made = 0; made < KEYS; made += 50) {
    const keys = await Promise.all(
      Array.from({ length: 50 }, () =>
        post("/v1/keys", { api: api.id, name: "n", owner: "o", metadata }),
      ),
    );
    rev = Math.max(rev, ...keys.map((key) => key.rev));
  }
  await fast.until(() => fast.applied >= rev, "all changes", 20_000);
  await delay(STALLED_MS_MAX + 2_500);
  const batches: BatchLine[] = [];
  const reader = createInterface({ input: response });
  reader.on("line", (line) => {
    // The last one may be cut in the middle: that is no line.
    if (!line.endsWith("}")) return;
    const parsed = JSON.parse(line) as BatchLine;
    if (parsed.type === "batch") batches.push(parsed);
  });
  // That it was cut off is an error to a reader.
  reader.on("error", () => {});
  const closed = new Promise((resolve) => response.on("close", resolve));
  response.resume();
  await closed;
  let position = slow.applied;
  for (const { from, to } of batches) {
    assert.equal(from, position, "no gap");
    position = to;
  }
  assert.ok(position > slow.applied, "it was told the beginning");
  assert.ok(position < rev, "and not the end");
  fast.close();
  slow.close();
});
