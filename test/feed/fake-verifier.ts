// A verifier as anybody could write one from spec/feed.md, which keeps what it is told as it is told.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { parseChangesLine, parseSnapshotLine, parseSnapshotStart } from "@keyward/core/feed/lines";
import type { ChangesLine } from "@keyward/core/feed/lines";
import type { FeedSubject } from "@keyward/core/feed/subject";
import type { VerifiedThing, VerifierChange } from "@keyward/core/feed/verifier-change";
import type { TestServer } from "../http/test-server.ts";

export interface FakeVerifierOptions {
  readonly server: TestServer;
  readonly key: string;
  readonly api: string;
  readonly environment?: "live" | "test";
}

let made = 0;

export class FakeVerifier {
  readonly name = `fake-verifier-${String(++made).padStart(6, "0")}`;
  readonly things = new Map<string, VerifierChange<VerifiedThing>>();
  readonly lines: ChangesLine[] = [];
  epoch = "";
  applied = 0;
  /** Set when the stream has ended, in whatever way, with the monotonic instant. */
  endedMs: number | undefined;
  readonly #options: FakeVerifierOptions;
  #subject: FeedSubject | undefined;
  #request: ClientRequest | undefined;
  #response: IncomingMessage | undefined;

  constructor(options: FakeVerifierOptions) {
    this.#options = options;
  }

  get query(): string {
    const { api, environment = "live" } = this.#options;
    return `api=${api}&environment=${environment}`;
  }

  /** Loads a snapshot, and refuses one that is not whole. */
  async load(): Promise<this> {
    const { request, response } = await this.#openSnapshot();
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers["content-encoding"], "gzip");
    let count = 0;
    let ended = false;
    for await (const line of createInterface({ input: response.pipe(createGunzip()) })) {
      assert.equal(ended, false, "nothing follows the end");
      if (this.#subject === undefined) {
        const start = parseSnapshotStart(line);
        assert.ok(start !== undefined, line);
        this.#subject = start.subject;
        this.epoch = start.epoch;
        this.applied = start.rev;
        continue;
      }
      const parsed = parseSnapshotLine(line, this.#subject);
      assert.ok(parsed !== undefined, line);
      if (parsed.type === "end") {
        assert.deepEqual([parsed.rev, parsed.count], [this.applied, count]);
        ended = true;
      } else {
        count += 1;
        assert.ok(parsed.change.rev <= this.applied);
        this.#apply(parsed.change);
      }
    }
    assert.ok(ended, "a snapshot has an end");
    request.destroy();
    return this;
  }

  /** Opens a stream and applies what comes; a gap fails. */
  async follow(after = this.applied): Promise<this> {
    const path = `/v1/feed/changes?${this.query}&epoch=${this.epoch}&after=${after}`;
    const { request, response } = await this.#open(path);
    assert.equal(response.statusCode, 200);
    this.#request = request;
    this.#response = response;
    const subject = this.#subject;
    assert.ok(subject !== undefined, "a snapshot comes first");
    const reader = createInterface({ input: response });
    reader.on("line", (text) => {
      const line = parseChangesLine(text, subject);
      assert.ok(line !== undefined, text);
      this.lines.push(line);
      if (line.type !== "batch") return;
      assert.equal(line.from, this.applied, "no gap");
      for (const change of line.changes) this.#apply(change);
      this.applied = line.to;
    });
    const end = () => {
      this.endedMs ??= performance.now();
    };
    response.on("close", end).on("error", end);
    return this;
  }

  /** Opens a snapshot and takes nothing of it. */
  async loadWithoutReading(): Promise<IncomingMessage> {
    const { request, response } = await this.#open(`/v1/feed/snapshot?${this.query}`);
    this.#request = request;
    response.on("error", () => {});
    response.pause();
    return response;
  }

  /** Opens a stream and takes nothing of it. */
  async followWithoutReading(): Promise<IncomingMessage> {
    const path = `/v1/feed/changes?${this.query}&epoch=${this.epoch}&after=${this.applied}`;
    const { request, response } = await this.#open(path);
    this.#request = request;
    response.on("error", () => {});
    response.pause();
    return response;
  }

  /** Tells what it has applied, and answers with the status and the rev. */
  async head(
    fields: { applied?: number; max_staleness_ms?: number | null; leaving?: boolean } = {},
  ) {
    const { server, key } = this.#options;
    return await server.call("POST", `/v1/feed/head?${this.query}`, {
      key,
      body: {
        verifier: this.name,
        epoch: this.epoch,
        applied: this.applied,
        max_staleness_ms: 5_000,
        ...fields,
      },
    });
  }

  async until(isSo: () => boolean, what: string, withinMs = 5_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!isSo()) {
      assert.ok(performance.now() < deadline, `${this.name}: not within ${withinMs} ms: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  stateOf(keyId: string): string | undefined {
    const thing = this.things.get(keyId)?.change;
    return thing?.entity === "key" ? thing.value?.state : undefined;
  }

  close(): void {
    this.#request?.destroy();
    this.#response?.destroy();
  }

  #apply(change: VerifierChange<VerifiedThing>): void {
    const known = this.things.get(change.change.id);
    if (known !== undefined && known.rev >= change.rev) return;
    this.things.set(change.change.id, change);
  }

  /** Comes again while others of its workspace read theirs. */
  async #openSnapshot() {
    for (;;) {
      const opened = await this.#open(`/v1/feed/snapshot?${this.query}`, {
        "accept-encoding": "gzip",
      });
      if (opened.response.statusCode !== 503) return opened;
      opened.request.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #open(path: string, headers: Readonly<Record<string, string>> = {}) {
    const { server, key } = this.#options;
    const sent = request(server.url + path, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      agent: false,
    }).end();
    sent.on("error", () => {});
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { request: sent, response };
  }
}
