// A test file that never ends, or leaves a process behind, must fail by itself and be named: else the whole run waits for it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runTestFile } from "../../tools/test-file.ts";

const directory = mkdtempSync(join(tmpdir(), "keyward-test-file-"));
after(() => rmSync(directory, { recursive: true }));

const LIMITS = { test: 500, file: 3_000, leftovers: 200 };

function testFile(name: string, body: string): string {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(
    path,
    `import { test } from "node:test";\nimport { spawn } from "node:child_process";\n${body}`,
  );
  return path;
}

test("a file whose tests pass is good, and its tests are counted", async () => {
  const file = testFile(
    "good",
    `test("a", () => {}); test("b", () => {}); test.skip("c", () => {});`,
  );
  const { passed, failed, skipped, problems } = await runTestFile(file, LIMITS);
  assert.deepEqual(
    { passed, failed, skipped, problems },
    { passed: 2, failed: 0, skipped: 1, problems: [] },
  );
});

test("a failed test is counted and shown", async () => {
  const file = testFile(
    "failing",
    `test("a", () => {}); test("b", () => { throw new Error("boom"); });`,
  );
  const { passed, failed, problems, output } = await runTestFile(file, LIMITS);
  assert.deepEqual({ passed, failed, problems }, { passed: 1, failed: 1, problems: [] });
  assert.match(output, /boom/u);
});

test("a test that waits for ever fails at its limit", async () => {
  const file = testFile(
    "waiting",
    `test("a", () => new Promise(() => { setInterval(() => {}, 1000).unref(); setTimeout(() => {}, 1000); }));`,
  );
  const { passed, failed } = await runTestFile(file, LIMITS);
  assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 });
});

test("a file that is too busy to notice its limits is ended", async () => {
  const file = testFile("busy", `test("a", () => { for (;;); });`);
  const { passed, problems } = await runTestFile(file, LIMITS);
  assert.equal(passed, 0);
  assert.deepEqual(problems, ["did not end within 3 s", "was ended by SIGKILL", "ran no test"]);
});

test("a process that a test leaves behind is ended and named, though it holds the output open", async () => {
  const file = testFile(
    "leaving",
    `test("a", () => { spawn("sleep", ["60"], { stdio: "inherit", detached: true }).unref(); });`,
  );
  const { passed, problems } = await runTestFile(file, LIMITS);
  assert.equal(passed, 1);
  assert.equal(problems.length, 1);
  assert.match(problems.join(), /^left process \d+ running: sleep 60$/u);
});

test("a file that ends before its tests do is a failure", async () => {
  const file = testFile("early", `process.exit(0);`);
  assert.deepEqual((await runTestFile(file, LIMITS)).problems, ["ran no test"]);
});
