import assert from "node:assert/strict";
import { test } from "node:test";
import { formatKey } from "@keyward/core/key/format";
import { createLog, LOG_LEVELS } from "./log.ts";
import type { LogLevel } from "./log.ts";
import { systemRandom } from "./random.ts";

const KEY = formatKey({
  brand: "acme",
  kind: "secret",
  environment: "live",
  random: systemRandom.bytes(32),
}).reveal();

function linesOf(write: (log: ReturnType<typeof createLog>) => void, level: LogLevel = "debug") {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => void lines.push(line) }));
  return lines;
}

test("T29: a key in a message, a stack, a cause or a field is not in the line", () => {
  const error = new Error(`refused ${KEY}`, { cause: new TypeError(`from ${KEY}`) });
  for (const level of LOG_LEVELS) {
    const lines = linesOf((log) => {
      log.failed(error, { requestId: KEY });
      log.failed(KEY);
      log.event(KEY, { file: `/var/${KEY}`, reason: KEY });
      log.warning(`${KEY}${KEY}`);
      log.answered({ requestId: KEY, operation: undefined, status: 200, durationMs: 1 });
    }, level);
    const text = lines.join("");
    assert.ok(!text.includes(KEY.slice(-20)), text);
    if (level === "debug") assert.match(text, /acme_live_\[redacted\]/);
  }
});

test("T29: what hangs on an error besides its text is not written", () => {
  const error = Object.assign(new Error("failed"), {
    headers: { authorization: "Basic c2VjcmV0" },
  });
  const [line = ""] = linesOf((log) => log.failed(error));
  assert.ok(!line.includes("c2VjcmV0"), line);
  assert.match(line, /"message":"failed"/);
  assert.match(line, /log\.test\.ts/);
});

test("a line is one JSON object with level and time", () => {
  const [line = ""] = linesOf((log) => log.event("ready\n{}", { url: "http://127.0.0.1:1" }));
  assert.equal(line.indexOf("\n"), line.length - 1);
  const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, { level: "info", url: "http://127.0.0.1:1", msg: "ready\n{}" });
});
