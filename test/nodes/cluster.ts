// Several `keyward serve` on one PostgreSQL, as real processes.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../edge/running-edge.ts";
import { ROOT } from "../gateways/processes.ts";
import type { Body } from "../http/test-server.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const MAIN = join(ROOT, "packages/server/src/main.ts");

/** What is read of answers. */
type Json = Body & { readonly acknowledged?: number; readonly pending?: number };

export interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export class Node {
  readonly url: string;
  readonly #start: () => ChildProcess;
  #process: ChildProcess;

  constructor(url: string, start: () => ChildProcess) {
    this.url = url;
    this.#start = start;
    this.#process = start();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  async isReady(): Promise<boolean> {
    if (this.hasEnded) throw new Error("the node has ended");
    const response = await fetch(`${this.url}/readyz`).catch(() => undefined);
    await response?.body?.cancel();
    return response?.status === 200;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Answers with the exit code. */
  async stop(): Promise<number | null> {
    if (this.hasEnded) return this.#process.exitCode;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await ended;
    return this.#process.exitCode;
  }

  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async startAgain(): Promise<void> {
    this.#process = this.#start();
    await until(() => this.isReady(), "the node is ready again");
  }
}

/** Nodes that share a database and a server key, and nothing else. */
export class Cluster {
  readonly #directory = mkdtempSync(join(tmpdir(), "keyward-nodes-"));
  readonly #databaseUrl: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly nodes: Node[] = [];

  constructor(databaseUrl: string, environment: Readonly<Record<string, string>> = {}) {
    this.#databaseUrl = databaseUrl;
    this.#environment = environment;
  }

  static async start(
    databaseUrl: string,
    count: number,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Cluster> {
    const cluster = new Cluster(databaseUrl, environment);
    for (let index = 0; index < count; index++) await cluster.add();
    try {
      const all = cluster.nodes.map((node) => until(() => node.isReady(), "every node is ready"));
      await Promise.all(all);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  get managementKey(): string {
    return readFileSync(join(this.#directory, "management.key"), "utf8").trim();
  }

  async add(databaseUrl = this.#databaseUrl): Promise<Node> {
    const port = await freePort();
    const index = this.nodes.length;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
    const env = {
      ...Object.fromEntries(inherited),
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node"),
      KEYWARD_DATABASE_URL: databaseUrl,
      KEYWARD_DATA: join(this.#directory, `node-${index}`),
      KEYWARD_SERVER_KEY_FILE: join(this.#directory, "server.key"),
      KEYWARD_BOOTSTRAP_KEY_FILE: join(this.#directory, "management.key"),
      KEYWARD_PORT: String(port),
      KEYWARD_METRICS_PORT: "off",
      KEYWARD_DRAIN_SECONDS: "5",
      KEYWARD_LOG_LEVEL: "warn",
      ...this.#environment,
    };
    const stdio = process.env["KEYWARD_TEST_LOG"] === undefined ? "ignore" : "inherit";
    const node = new Node(`http://127.0.0.1:${port}`, () =>
      spawn(process.execPath, ["--conditions=@keyward/source", MAIN], {
        env,
        stdio: ["ignore", stdio, stdio],
      }),
    );
    this.nodes.push(node);
    return node;
  }

  /** A call of the management API, or `/v1/verify`. */
  async call(
    node: Node,
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(node.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.managementKey}`,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === "" ? {} : JSON.parse(text)) as Json,
      headers: response.headers,
    };
  }

  /** The same, and it must succeed. */
  async done(node: Node, method: string, path: string, body?: object): Promise<Json> {
    const answer = await this.call(node, method, path, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body;
  }

  /** What the node says of a key: the code of its verdict, or the status where there is none. */
  async verdictOf(node: Node, credential: string, minRev = 0): Promise<string> {
    const { status, body } = await this.call(node, "POST", "/v1/verify", {
      credential,
      ...(minRev > 0 ? { min_rev: minRev } : {}),
    });
    return status === 200 ? (body.outcome === "allowed" ? "allowed" : body.code) : String(status);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
