import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { formatKey } from "@keyward/core/key/format";
import { systemRandom } from "./random.ts";

test("T29: an error that nobody caught ends the process with 70, and its key is in no output", () => {
  const key = formatKey({
    brand: "acme",
    kind: "secret",
    environment: "live",
    random: systemRandom.bytes(32),
  }).reveal();
  for (const defect of [`throw new Error(text)`, `Promise.reject(new Error(text))`]) {
    const program = `
      import { endOnDefects } from "${import.meta.dirname}/shutdown.ts";
      import { createLog } from "${import.meta.dirname}/log.ts";
      endOnDefects(createLog("info"));
      const text = process.argv[1];
      setTimeout(() => { ${defect} }, 1);
      setTimeout(() => {}, 10_000);`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--conditions=@keyward/source", "--input-type=module", "-e", program, `with ${key}`],
      { encoding: "utf8", cwd: import.meta.dirname },
    );
    assert.equal(status, 70, stderr);
    assert.match(stdout, /"code":"defect".*with acme_live_\[redacted\]/);
    assert.ok(!(stdout + stderr).includes(key.slice(-40)));
  }
});
