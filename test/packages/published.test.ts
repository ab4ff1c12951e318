// What is published, packed and unpacked as npm does it, in a directory that knows nothing of the sources.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exec, ROOT } from "../../tools/exec.ts";

let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "keyward-published-"));
  assert.equal(await exec(process.execPath, ["tools/build.ts"]), 0);
  const modules = join(directory, "node_modules");
  mkdirSync(join(modules, "@keyward"), { recursive: true });
  for (const [name, place] of Object.entries({
    core: "@keyward/core",
    sdk: "@keyward/sdk",
    server: "keyward",
  })) {
    cpSync(join(ROOT, "build", name), join(modules, place), { recursive: true });
  }
  const { dependencies } = JSON.parse(
    readFileSync(join(ROOT, "packages/server/package.json"), "utf8"),
  ) as { readonly dependencies: object };
  for (const name of Object.keys(dependencies).filter((each) => !each.startsWith("@keyward/"))) {
    mkdirSync(join(modules, name, ".."), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a program without the condition that leads to the sources. */
function run(...args: readonly string[]): string {
  const env = { ...process.env, NODE_OPTIONS: "" };
  return execFileSync(process.execPath, args, { cwd: directory, env, encoding: "utf8" });
}

for (const name of ["core", "sdk", "server"]) {
  test(`the package of ${name} holds programs and types, and neither sources nor tests`, () => {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json"], {
      cwd: join(ROOT, "build", name),
      encoding: "utf8",
    });
    const [{ files }] = JSON.parse(packed) as [
      { readonly files: readonly { readonly path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    assert.ok(paths.includes("package.json") && paths.includes("LICENSE"));
    const expected =
      /^(?:dist\/.*(?:\.js|\.d\.ts)|dist\/dashboard\/.*|bin\/keyward\.mjs|LICENSE|package\.json)$/;
    assert.deepEqual(
      paths.filter((path) => !expected.test(path) || /\.test\./.test(path)),
      [],
    );
    assert.doesNotMatch(
      readFileSync(join(ROOT, "build", name, "package.json"), "utf8"),
      /@keyward\/source/,
    );
  });
}

test("the published command tells its version", () => {
  assert.equal(run("node_modules/keyward/bin/keyward.mjs", "--version").trim(), "0.1.0");
});

test("the published packages make and decide about a key by themselves", () => {
  const program = `
    import { fakeKeyward } from "@keyward/sdk/testing";
    import { isWellFormedKey } from "@keyward/core/key/format";
    import { createClient } from "@keyward/sdk/client";
    import { Keyward } from "@keyward/sdk";
    const keyward = fakeKeyward({ keys: { reader: { scopes: ["invoices:read"] } } });
    const { code } = await keyward.verify(keyward.key("reader"), { scopes: ["invoices:read"] });
    console.log(code, isWellFormedKey(keyward.key("reader")), typeof createClient, typeof Keyward);
  `;
  assert.equal(
    run("--input-type=module", "--eval", program).trim(),
    "allowed true function function",
  );
});

test("the published server starts in an empty directory", async () => {
  const child = spawn(process.execPath, ["node_modules/keyward/bin/keyward.mjs", "serve"], {
    cwd: directory,
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      KEYWARD_DATA: join(directory, "data"),
      KEYWARD_PORT: "0",
      KEYWARD_METRICS_PORT: "off",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const ready = new Promise<void>((resolve, reject) => {
    const note = (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.includes("Keyward is ready")) resolve();
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    child.once("exit", () => reject(new Error(printed)));
  });
  await ready;
  child.kill("SIGTERM");
});
