// A Keyward of its own for a test: started by the command line itself, in a directory that goes with it.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Place } from "./run-command.ts";

const BIN = fileURLToPath(new URL("../../packages/server/bin/keyward.mjs", import.meta.url));
/** As `npm start` has it: what was compiled once starts in half the time. */
const COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));
const START_MS_MAX = 20_000;

export interface RunningKeyward {
  readonly url: string;
  /** The working directory of the commands; `management.key` lies in it. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** A directory of its own, in which commands find `keyward` and nothing of the surroundings. */
export function makePlace(): Place & { readonly program: string } {
  const directory = mkdtempSync(join(tmpdir(), "keyward-cli-"));
  const programs = join(directory, ".programs");
  mkdirSync(programs);
  const program = join(programs, "keyward");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(program, 0o755);
  return { directory, env: environment(programs), program };
}

export async function startKeyward(): Promise<RunningKeyward> {
  const { directory, env, program } = makePlace();
  const server = spawn(program, ["serve"], {
    cwd: directory,
    env: {
      ...env,
      KEYWARD_DATA: join(directory, "data"),
      KEYWARD_PORT: "0",
      KEYWARD_METRICS_PORT: "off",
      KEYWARD_BOOTSTRAP_KEY_FILE: join(directory, "management.key"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await urlOf(server);
  return {
    url,
    directory,
    env: { ...env, KEYWARD_URL: url, KEYWARD_TOKEN_FILE: join(directory, "management.key") },
    stop: async () => {
      await ended(server);
      rmSync(directory, { recursive: true });
    },
  };
}

function environment(programs: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${programs}:${process.env["PATH"] ?? ""}`,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    NODE_OPTIONS: "--conditions=@keyward/source",
    NO_COLOR: "1",
    TERM: "xterm",
  };
}

function urlOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => reject(new Error(`no start:\n${log}`)), START_MS_MAX);
    const read = (chunk: Buffer) => {
      log += chunk.toString("utf8");
      const url = /"url":"([^"]+)"/.exec(log)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    server.stdout?.on("data", read);
    server.stderr?.on("data", read);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  });
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null) resolve();
    server.once("exit", () => resolve());
    server.kill("SIGTERM");
  });
}
