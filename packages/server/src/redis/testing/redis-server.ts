// For tests alone: real Redis servers, each on ports of its own, that end with their test.
import { spawn, execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { RedisPlace } from "../../config/redis-place.ts";
import { freePort } from "../../runtime/testing/free-port.ts";

/** Whatever ends what it has used: a test, or with `{ after }` of `node:test` a whole file. */
export interface Ending {
  after(end: () => Promise<void>): void;
}

const HOST = "127.0.0.1";
/** Of a cluster, nodes speak with each other on a port that is so much higher. */
const BUS_OFFSET = 10_000;

/** A Redis that can be ended, and started again where it was, having forgotten everything. */
export class TestRedis {
  readonly port: number;
  readonly #directory: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, directory: string, options: readonly string[]) {
    this.port = port;
    this.#directory = directory;
    this.#options = options;
  }

  static async start(t: Ending, ...options: string[]): Promise<TestRedis> {
    const redis = await TestRedis.planned(t, ...options);
    await redis.start();
    return redis;
  }

  /** Has a port, and nobody listens there yet. */
  static async planned(t: Ending, ...options: string[]): Promise<TestRedis> {
    const directory = mkdtempSync(join(tmpdir(), "keyward-redis-"));
    const redis = new TestRedis(await freePort([BUS_OFFSET]), directory, options);
    t.after(async () => {
      await redis.stop();
      rmSync(directory, { recursive: true, force: true });
    });
    return redis;
  }

  get place(): RedisPlace {
    return placeOf([this]);
  }

  get url(): string {
    return `redis://${HOST}:${this.port}`;
  }

  /** @param until what it says when it is as far as it is wanted */
  async start(until = "Ready to accept connections"): Promise<void> {
    const options = ["--port", `${this.port}`, "--bind", HOST, "--save", "", ...this.#options];
    const child = spawn("redis-server", options, {
      cwd: this.#directory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    for await (const line of createInterface(child.stdout)) {
      if (!line.includes(until)) continue;
      child.stdout.resume();
      return;
    }
    throw new Error("redis-server did not start");
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Still has its connections, and answers nothing. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Resolves when it knows that its cluster is whole. */
  async isOfCluster(): Promise<void> {
    while (!(await this.say("cluster", "info")).includes("cluster_state:ok")) await delay(50);
  }

  /** Has redis-cli say something to it. */
  async say(...command: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("redis-cli", ["-p", `${this.port}`, ...command]);
    return stdout.trim();
  }
}

/** A cluster of three, each with a third of all slots. */
export async function startCluster(t: Ending): Promise<readonly TestRedis[]> {
  const options = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const nodes: TestRedis[] = [];
  for (let count = 0; count < 3; count++) nodes.push(await TestRedis.start(t, ...options));
  const addresses = nodes.map(({ port }) => `${HOST}:${port}`);
  await promisify(execFile)("redis-cli", ["--cluster", "create", ...addresses, "--cluster-yes"]);
  for (const node of nodes) await node.isOfCluster();
  return nodes;
}

export function placeOf(nodes: readonly TestRedis[]): RedisPlace {
  const [first, ...others] = nodes.map(({ port }) => ({ host: HOST, port }));
  if (first === undefined) throw new Error("a place has a node");
  return {
    nodes: [first, ...others],
    tls: false,
    username: undefined,
    password: undefined,
    database: 0,
  };
}
