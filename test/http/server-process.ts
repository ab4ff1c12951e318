// `keyward serve` as a process of its own.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

const MAIN = join(import.meta.dirname, "../../packages/server/src/main.ts");

type Environment = Readonly<Record<string, string>>;

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Everything written so far. */
  readonly output: () => string;
  /** Waits for a line of the log, or for the end. */
  readonly until: (text: string) => Promise<void>;
  readonly ended: Promise<number | null>;
}

export interface StartedServer extends ServerProcess {
  readonly url: string;
  /** The first management key. */
  readonly key: string;
}

/** What one file of tests starts; all of it ends with the file. */
export function serverProcesses() {
  const directories: string[] = [];
  const children: ChildProcess[] = [];
  after(() => {
    for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  function freshDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), "keyward-process-"));
    directories.push(directory);
    return directory;
  }

  /** @param prefix words of a shell before the program, such as a limit; none if left out */
  function start(environment: Environment, prefix = ""): ServerProcess {
    const child = spawn(
      "sh",
      ["-c", `${prefix} exec "$0" --conditions=@keyward/source "$1"`, process.execPath, MAIN],
      {
        env: {
          PATH: process.env["PATH"] ?? "",
          KEYWARD_PORT: "0",
          KEYWARD_METRICS_PORT: "off",
          ...environment,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    children.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => (output += chunk));
    const ended = once(child, "close").then(() => child.exitCode);
    const until = async (text: string) => {
      while (!output.includes(text)) {
        const isOver = child.exitCode !== null;
        if (isOver) throw new Error(`ended without "${text}": ${output}`);
        await delay(10);
      }
    };
    return { child, output: () => output, until, ended };
  }

  async function started(environment: Environment, prefix = ""): Promise<StartedServer> {
    const running = start(environment, prefix);
    await running.until("Keyward is ready");
    const url = /"url":"([^"]+)"/.exec(running.output())?.[1] ?? "";
    const file = join(environment["KEYWARD_DATA"] ?? "", "bootstrap.key");
    return { ...running, url, key: readFileSync(file, "utf8").trim() };
  }

  return { freshDirectory, start, started };
}
