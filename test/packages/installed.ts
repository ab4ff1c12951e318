// What is published, as its users get it: built, packed, and installed from the tarballs into an empty directory.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { exec } from "../../tools/exec.ts";

const execute = promisify(execFile);
const PROGRAM_MS_MAX = 120_000;

export const PACKAGES = ["core", "sdk", "server"] as const;
export type PackageName = (typeof PACKAGES)[number];

export class Installed {
  readonly directory: string;
  readonly tarballs: Readonly<Record<PackageName, string>>;

  private constructor(directory: string, tarballs: Readonly<Record<PackageName, string>>) {
    this.directory = directory;
    this.tarballs = tarballs;
  }

  /** The dependencies are those that npm finds: in its cache, and in the registry where they are not there. */
  static async make(): Promise<Installed> {
    const parent = mkdtempSync(join(tmpdir(), "keyward-published-"));
    const built = join(parent, "build");
    assert.equal(await exec(process.execPath, ["tools/build.ts", built]), 0);
    const packed: [PackageName, string][] = [];
    for (const name of PACKAGES) {
      const args = ["pack", "--pack-destination", parent];
      const { stdout } = await execute("npm", args, { cwd: join(built, name) });
      packed.push([name, join(parent, stdout.trim())]);
    }
    const tarballs = Object.fromEntries(packed) as Record<PackageName, string>;
    const directory = join(parent, "app");
    mkdirSync(directory);
    writeFileSync(join(directory, "package.json"), '{"private":true,"type":"module"}');
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const args = ["install", "--prefer-offline", ...quiet, ...Object.values(tarballs)];
    await execute("npm", args, { cwd: directory });
    return new Installed(directory, tarballs);
  }

  /**
   * Runs a program there, without the condition that leads to the sources.
   *
   * @returns what it has written to its standard output
   * @throws Error with what it has written when it fails
   */
  async run(
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const env = { ...process.env, NODE_OPTIONS: "", ...environment };
    const options = { cwd: this.directory, env, timeout: PROGRAM_MS_MAX };
    return (await execute(program, args, options)).stdout.trim();
  }

  remove(): void {
    rmSync(join(this.directory, ".."), { recursive: true, force: true });
  }
}
