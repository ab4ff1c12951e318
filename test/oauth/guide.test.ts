// Runs the commands and programs of docs/guides/oauth.md as they stand there, before a real server.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { startKeyward } from "../cli/running-keyward.ts";
import { ROOT } from "../repo/sources.ts";

const RUN_MS_MAX = 60_000;

test("the commands of docs/guides/oauth.md get tokens by a secret, by a key pair with DPoP, and in a key's stead", async () => {
  const guide = readFileSync(join(ROOT, "docs/guides/oauth.md"), "utf8");
  const blocks = (language: string) =>
    [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
      ([, block = ""]) => block,
    );
  const keyward = await startKeyward();
  try {
    const { directory, env } = keyward;
    symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
    for (const program of blocks("js")) {
      const [, name = ""] = /^\/\/ (\S+)/.exec(program) ?? [];
      writeFileSync(join(directory, name), program);
    }
    const script = `set -euo pipefail\n${blocks("sh").join("\n")}`;
    const options = { cwd: directory, env, timeout: RUN_MS_MAX };
    const { stdout } = await promisify(execFile)("bash", ["-c", script], options);
    assert.match(stdout, /"outcome":"allowed"/);
    assert.match(stdout, /a token of the type dpop, for 600 seconds/);
    assert.match(stdout, /"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"/);
  } finally {
    await keyward.stop();
  }
});
