// What is published, as its users have it: looked at, checked by others' tools, and run, also by what is not Node.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { createClient } from "@keyward/sdk/client";
import { bin, ROOT } from "../../tools/exec.ts";
import { Installed, PACKAGES } from "./installed.ts";
import type { PackageName } from "./installed.ts";
import { runtime, UNAVAILABLE_HERE } from "./runtimes.ts";

const execute = promisify(execFile);
const COMMAND = "node_modules/keyward/bin/keyward.mjs";
const PROGRAMS = join(ROOT, "test/packages/programs");
const START_MS_MAX = 60_000;
const ADAPTERS = ["express", "fastify", "fetch", "hono", "nest", "next", "node"];
/** What the guides import, and some of what the rest is made of. */
const ENTRY_POINTS: Readonly<Record<Exclude<PackageName, "server">, readonly string[]>> = {
  core: ["key/format", "id", "scope/scope", "time"],
  sdk: [".", "client", "testing", "spool", ...ADAPTERS.map((name) => `adapters/${name}`)],
};

let installed: Installed;
let server: ChildProcess | undefined;

before(async () => {
  installed = await Installed.make();
  cpSync(PROGRAMS, installed.directory, { recursive: true });
});
after(async () => {
  if (server?.exitCode === null) {
    const gone = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGTERM");
    await gone;
  }
  installed.remove();
});

for (const name of PACKAGES) {
  test(`the package of ${name} holds programs, types and what programs print, and neither sources nor tests`, async () => {
    const { stdout } = await execute("tar", ["-tzf", installed.tarballs[name]]);
    const paths = stdout.trim().split("\n");
    assert.ok(paths.includes("package/LICENSE"));
    assert.ok(paths.includes("package/README.md"));
    const expected =
      /^package\/(?:dist\/.*(?:\.js|\.d\.ts)|dist\/dashboard\/.*|bin\/keyward\.mjs|proto\/ext_authz\.proto|deploy\/[a-z]+\/(?:Caddyfile|[a-z-]+\.(?:cfg|conf|lua|yaml))|LICENSE|README\.md|package\.json)$/;
    assert.deepEqual(
      paths.filter((path) => !expected.test(path) || /\.test\./.test(path)),
      [],
    );
    const manifest = ["-xzOf", installed.tarballs[name], "package/package.json"];
    assert.doesNotMatch((await execute("tar", manifest)).stdout, /@keyward\/source/);
  });

  test(`publint has nothing to say of the package of ${name}`, async () => {
    await execute(bin("publint"), ["run", installed.tarballs[name], "--strict"]);
  });
}

for (const [name, entryPoints] of Object.entries(ENTRY_POINTS)) {
  test(`the types of ${name} are found wherever its programs are, as attw sees it`, async () => {
    const tarball = installed.tarballs[name as keyof typeof ENTRY_POINTS];
    const args = [tarball, "--profile", "esm-only", "--entrypoints", ...entryPoints];
    await execute(bin("attw"), args);
  });
}

test("a program compiles against the published types, and one that misspells a scope does not", async () => {
  const { directory } = installed;
  const options = "--noEmit --strict --module nodenext --target es2024 --lib es2024,dom --types";
  await execute(bin("tsc"), [...options.split(" "), "", join(directory, "types.ts")], {
    cwd: directory,
  });
});

test("the published command tells its version", async () => {
  assert.equal(await installed.run(process.execPath, [COMMAND, "--version"]), "0.1.0");
});

test("the published packages make and decide about a key by themselves", async () => {
  const program = `
    import { fakeKeyward } from "@keyward/sdk/testing";
    import { isWellFormedKey } from "@keyward/core/key/format";
    const keyward = fakeKeyward({ keys: { reader: { scopes: ["invoices:read"] } } });
    const { code } = await keyward.verify(keyward.key("reader"), { scopes: ["invoices:read"] });
    console.log(code, isWellFormedKey(keyward.key("reader")));
  `;
  const args = ["--input-type=module", "--eval", program];
  assert.equal(await installed.run(process.execPath, args), "allowed true");
});

/** What the programs are told; of the published server, once it runs. */
let environment: Readonly<Record<string, string>> = {};

test("the published server starts where there is nothing, and its README's commands issue a key", async () => {
  const url = await startServer();
  const tokenFile = join(installed.directory, "data/bootstrap.key");
  const of = { KEYWARD_URL: url, KEYWARD_TOKEN_FILE: tokenFile };
  await installed.run("sh", ["-ec", commandsOfReadme()], of);
  const issued = readFileSync(join(installed.directory, "billing.key"), "utf8");
  assert.match(issued, /^acme_live_[0-9A-Za-z]{49}\n?$/);
  const token = readFileSync(tokenFile, "utf8").trim();
  const client = createClient({ url, token });
  const reader = { api: "acme", name: "reader", owner: "cus_42", scopes: ["invoices:read"] };
  const { secret } = await client.keys.create(reader);
  environment = { KEYWARD_URL: url, KEYWARD_TOKEN: token, READER: secret };
});

const STATUSES = { remote: [200, 401, 403, 503], local: [200, 401, 403] };
const DENO = "run --quiet --no-prompt --node-modules-dir=manual --allow-env --allow-net=127.0.0.1";
const ARGUMENTS = { node22: [], bun: [], deno: DENO.split(" ") } as const;

for (const name of ["node22", "bun", "deno"] as const) {
  test(
    `${name} runs the published SDK: by asking and by its copy it answers alike, and 503 when nobody is there`,
    {
      skip: UNAVAILABLE_HERE,
    },
    async () => {
      const args = [...ARGUMENTS[name], "main.ts"];
      const printed = await installed.run(await runtime(name), args, environment);
      assert.deepEqual(JSON.parse(printed), STATUSES);
    },
  );
}

test(
  "workerd runs the published guard: it answers alike, and 503 when nobody is there",
  {
    skip: UNAVAILABLE_HERE,
  },
  async () => {
    const bundle = ["worker.ts", "--bundle", "--format=esm", "--log-level=warning"];
    await installed.run(bin("esbuild"), [...bundle, "--outfile=worker.js"]);
    const printed = await installed.run(
      await runtime("workerd"),
      ["test", "worker.capnp"],
      environment,
    );
    assert.deepEqual(JSON.parse(printed), { remote: STATUSES.remote });
  },
);

/** Those that manage: the block after the one that starts the server. */
function commandsOfReadme(): string {
  const readme = readFileSync(join(ROOT, "packages/server/README.md"), "utf8");
  return [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)][1]?.[1] ?? "exit 1";
}

/** Answers its address. */
function startServer(): Promise<string> {
  const child = spawn(process.execPath, [COMMAND, "serve"], {
    cwd: installed.directory,
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      KEYWARD_DATA: join(installed.directory, "data"),
      KEYWARD_PORT: "0",
      KEYWARD_METRICS_PORT: "off",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  server = child;
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => reject(new Error(`no start:\n${printed}`)), START_MS_MAX);
    const note = (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /"url":"(http:[^"]+)".*Keyward is ready/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    child.once("exit", () => reject(new Error(printed)));
  });
}
