// The pool on workers that are no processes: what a write waits for, and when it stops waiting.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CommittedChange } from "@keyward/core/feed/change";
import { readConfig } from "../config.ts";
import { VerdictCounts } from "../verification/verdict-counts.ts";
import type { ToAuthority, ToWorker } from "./messages.ts";
import { WorkerPool } from "./worker-pool.ts";
import type { WorkerProcess } from "./worker-pool.ts";

class FakeWorker implements WorkerProcess {
  readonly told: ToWorker[] = [];
  isKilled = false;
  /** Whether it says that it has applied what it is told. */
  isPrompt = true;
  readonly #ended = Promise.withResolvers<void>();
  #listener: (message: ToAuthority) => void = () => undefined;

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async send(message: ToWorker): Promise<void> {
    this.told.push(message);
    if (message.type === "serve") {
      this.say({ type: "applied", position: message.position });
      this.say({ type: "listening", url: "http://127.0.0.1:4141", port: 4141 });
    }
    if (message.type === "changes" && this.isPrompt) {
      this.say({ type: "applied", position: message.position });
    }
    if (message.type === "stop") this.kill();
  }

  onMessage(listener: (message: ToAuthority) => void): void {
    this.#listener = listener;
  }

  say(message: ToAuthority): void {
    this.#listener(message);
  }

  kill(): void {
    this.isKilled = true;
    this.#ended.resolve();
  }
}

/** @param whileScanned is called while a worker is being loaded, and can commit */
async function start(whileScanned: (commit: () => void) => void = () => undefined) {
  const workers: FakeWorker[] = [];
  const listeners: ((changes: readonly CommittedChange[]) => void)[] = [];
  const commit = () => {
    for (const listener of listeners) listener([]);
  };
  const pool = new WorkerPool({
    lend: () => Promise.reject(new Error("nobody borrows here")),
    count: 2,
    spawn: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      setImmediate(() => worker.say({ type: "started" }));
      return worker;
    },
    storage: {
      subscribe: (listener) => void listeners.push(listener),
      system: {
        async *scan() {
          yield [];
          whileScanned(commit);
          yield [];
        },
      },
    },
    countUses: () => Promise.resolve(),
    assignment: { config: readConfig({}), socketPath: "/none" },
    counts: new VerdictCounts(),
    log: { warning: () => undefined, failed: () => undefined },
  });
  assert.equal(await pool.start(), "http://127.0.0.1:4141");
  return { pool, workers, commit };
}

function worker(workers: readonly FakeWorker[], at: number): FakeWorker {
  const found = workers[at];
  assert.ok(found !== undefined);
  return found;
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await new Promise((resolve) => void setImmediate(resolve));
  return settled;
}

test("K2: a write is answered when every worker has applied it, and no sooner", async () => {
  const { pool, workers, commit } = await start();
  assert.ok(await isSettled(pool.caughtUp()));
  const slow = worker(workers, 1);
  slow.isPrompt = false;
  commit();
  const caughtUp = pool.caughtUp();
  assert.equal(await isSettled(caughtUp), false);
  slow.say({ type: "applied", position: 1 });
  assert.equal(await isSettled(caughtUp), true);
});

test("F08: a worker that does not apply a change in time is ended, and then the write is answered", async () => {
  const { pool, workers, commit } = await start();
  const stuck = worker(workers, 0);
  stuck.isPrompt = false;
  commit();
  await pool.caughtUp();
  assert.equal(stuck.isKilled, true);
  assert.equal(worker(workers, 1).isKilled, false);
});

test("what is committed while workers are loaded follows what they were loaded with, before they serve", async () => {
  const commits: (() => void)[] = [];
  const { workers } = await start((commit) => {
    commits.push(commit);
    commit();
  });
  assert.equal(commits.length, 2);
  const typesOf = (at: number) => worker(workers, at).told.map(({ type }) => type);
  // The first is told of what came while the second was loaded, and is waited for.
  assert.deepEqual(typesOf(0), ["load", "load", "changes", "serve", "changes"]);
  assert.deepEqual(typesOf(1), ["load", "load", "changes", "serve"]);
});
