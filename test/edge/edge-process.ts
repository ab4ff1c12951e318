// `keyward edge` in a process of its own, as an operator starts it.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { ROOT, stop } from "../gateways/processes.ts";
import { until } from "./running-edge.ts";

export interface SocketAnswer {
  readonly status: number;
  readonly body: string;
}

export class EdgeProcess {
  readonly socketPath: string;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  /** @param folder where the socket and the file of the token are */
  constructor(folder: string, token: string, environment: Readonly<Record<string, string>> = {}) {
    this.#folder = folder;
    this.#environment = environment;
    this.socketPath = join(folder, "edge.sock");
    writeFileSync(join(folder, "feed.key"), token, { mode: 0o600 });
  }

  async start(upstream: string): Promise<void> {
    const program = join(ROOT, "packages/server/bin/keyward.mjs");
    const flags = ["edge", "--upstream", upstream, "--listen", `unix:${this.socketPath}`];
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
    this.#child = spawn(process.execPath, [program, ...flags], {
      env: {
        ...Object.fromEntries(inherited),
        NODE_OPTIONS: "--conditions=@keyward/source",
        KEYWARD_TOKEN_FILE: join(this.#folder, "feed.key"),
        KEYWARD_EDGE_MAX_STALENESS_SECONDS: "1",
        KEYWARD_DRAIN_SECONDS: "0",
        ...this.#environment,
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await until(async () => (await this.status("/readyz")) === 200, "the edge is ready");
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    this.signal("SIGCONT");
    if (this.#child) await stop(this.#child, signal);
  }

  /** 0 where nobody answers. */
  async status(path: string): Promise<number> {
    return (await this.ask("GET", path).catch(() => undefined))?.status ?? 0;
  }

  async codeOf(credential: string): Promise<string> {
    const { body } = await this.ask("POST", "/v1/verify", { credential, api: "acme" });
    return (JSON.parse(body) as { readonly code: string }).code;
  }

  ask(method: string, path: string, body?: object): Promise<SocketAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<SocketAnswer>();
    const { socketPath } = this;
    const headers = { "content-type": "application/json" };
    const asked = request({ socketPath, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body && JSON.stringify(body));
    return promise;
  }
}
