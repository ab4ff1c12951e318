// A whole server on a port and a directory of its own, and a client that says what it sees.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../packages/server/src/config.ts";
import { startServer } from "../../packages/server/src/main.ts";
import type { StartOptions } from "../../packages/server/src/main.ts";
import type { Clock } from "../../packages/server/src/runtime/clock.ts";
import { instant } from "@keyward/core/time";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, parsed. */
  readonly json: Body;
}

/** What tests read of answers. A field that an answer has not is undefined, and the test then says so. */
export interface Body {
  readonly id: string;
  readonly secret: string;
  readonly hint: string;
  readonly owner_id: string;
  readonly rev: number;
  readonly name: string;
  readonly path: string;
  readonly url: string;
  readonly token: string;
  readonly status: string | number;
  readonly code: string;
  readonly detail: string;
  readonly type: string;
  readonly outcome: string;
  readonly request_id: string;
  readonly errors: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly data: readonly Body[];
  readonly next_cursor: string | null;
  readonly management_key: Body;
  readonly charge: Body;
  readonly limits: unknown;
  readonly metadata: unknown;
  readonly state: string;
  readonly attempts: number;
}

export interface CallOptions {
  /** The management key; the first one if left out, none if `null`. */
  readonly key?: string | null;
  /** An object is sent as JSON, text and bytes as they are. */
  readonly body?: object | string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestServer {
  readonly url: string;
  readonly metricsUrl: string | undefined;
  readonly directory: string;
  /** The first management key. */
  readonly key: string;
  readonly clock: MovableClock;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

/** The time of the machine, moved on by the test. */
export class MovableClock implements Clock {
  #offsetMs = 0;

  now() {
    return instant(Date.now() + this.#offsetMs);
  }

  monotonicMs(): number {
    return performance.now();
  }

  passSeconds(seconds: number): void {
    this.#offsetMs += seconds * 1000;
  }
}

export interface TestServerOptions extends StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "keyward-test-"));
  const clock = new MovableClock();
  let key = "";
  const server = await startServer(
    readConfig({
      KEYWARD_DATA: directory,
      KEYWARD_PORT: "0",
      KEYWARD_METRICS_PORT: "off",
      KEYWARD_LOG_LEVEL: "silent",
      ...options.environment,
    }),
    {
      clock,
      delivery: {
        file: undefined,
        stage: async (secret) => {
          key = secret.reveal();
        },
        publish: () => {},
      },
      ...options,
    },
  );
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    directory,
    key,
    clock,
    call: (method, path, callOptions = {}) =>
      call(server.url + path, method, {
        ...callOptions,
        key: callOptions.key === undefined ? key : callOptions.key,
      }),
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function call(url: string, method: string, options: CallOptions): Promise<Answer> {
  const { key, body } = options;
  const isPlain = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: isPlain ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {} as Body;
  }
}
