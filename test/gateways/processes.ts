// The real programs of a gateway test, each on ports and in a folder of its own.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** @throws Error with what the program printed, when it ends or does not listen within ten seconds */
async function waitUntilListening(child: ChildProcess, port: number): Promise<void> {
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  }
  for (let attempt = 0; attempt < 200; attempt++) {
    if (child.exitCode !== null) break;
    if (await canConnect(port)) return;
    await delay(50);
  }
  throw new Error(`${child.spawnfile} does not listen on ${port}: ${printed.join("")}`);
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  const connected = await promise;
  socket.destroy();
  return connected;
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** A Keyward server in a process of its own. */
export class KeywardProcess {
  readonly port: number;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number, environment: Readonly<Record<string, string>> = {}) {
    this.#folder = folder;
    this.#environment = environment;
    this.port = port;
  }

  async start(): Promise<void> {
    const entry = join(ROOT, "packages/server/src/main.ts");
    this.#child = spawn(process.execPath, [...process.execArgv, entry], {
      env: {
        ...process.env,
        NODE_OPTIONS: "",
        KEYWARD_PORT: String(this.port),
        KEYWARD_METRICS_PORT: "off",
        KEYWARD_DATA: this.#folder,
        KEYWARD_BOOTSTRAP_KEY_FILE: this.#keyFile,
        KEYWARD_DRAIN_SECONDS: "0",
        ...this.#environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await waitUntilListening(this.#child, this.port);
    await this.#waitUntilReady();
  }

  /** It listens before its first key is handed over. */
  async #waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if ((await fetch(`http://127.0.0.1:${this.port}/readyz`)).ok) return;
      await delay(50);
    }
    throw new Error("Keyward does not become ready");
  }

  /** Creates with the first management key. */
  async create(path: string, body: object): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/json" };
    return await this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Reads with the first management key. */
  async read<Answer>(path: string): Promise<Answer> {
    return (await this.#ask(path, {})) as Answer;
  }

  async #ask(path: string, init: RequestInit): Promise<Record<string, unknown>> {
    const authorization = `Bearer ${readFileSync(this.#keyFile, "utf8").trim()}`;
    const headers = { ...(init.headers as Record<string, string>), authorization };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { ...init, headers });
    const body = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  }

  /** Keeps its connections and takes new ones, but answers nothing. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    this.thaw();
    if (this.#child) await stop(this.#child, "SIGKILL");
  }

  get #keyFile(): string {
    return join(this.#folder, "bootstrap.key");
  }
}

/** Runs nginx on a folder that holds its nginx.conf. */
export async function startNginx(folder: string, port: number): Promise<ChildProcess> {
  const child = spawn(
    "nginx",
    ["-p", folder, "-e", "error.log", "-c", join(folder, "nginx.conf")],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  child.on("error", () => {
    throw new Error("nginx is needed for this test: on Debian, apt-get install nginx-light");
  });
  await waitUntilListening(child, port);
  return child;
}

/** Runs a gateway with these variables beside the path, until it listens. */
export async function startProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  port: number,
): Promise<ChildProcess> {
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await waitUntilListening(child, port);
  return child;
}
