// The authority's side of its worker processes: feeds them, waits for them, starts them again.
import type { CommittedChange } from "@keyward/core/feed/change";
import type { UsageBatch } from "@keyward/core/usage/cell";
import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";
import type { Log } from "../runtime/log.ts";
import type { Storage, TenantScope } from "../storage/storage.ts";
import type { VerdictCounts } from "../verification/verdict-counts.ts";
import type { Assignment, ToAuthority, ToWorker } from "./messages.ts";

/** Who has not applied a change after this is ended: then it cannot decide without it either. */
export const APPLY_MS_MAX = 2_000;
const RESTART_MS_BASE = 100;
const RESTART_MS_MAX = 5_000;
/** A worker that ends sooner than this has not worked. */
const WORKED_MS_MIN = 5_000;
/** Beyond the time that requests under way are given. */
const STOP_GRACE_MS = 5_000;

/** One worker process, as the pool sees it. */
export interface WorkerProcess {
  /** Resolves when the message has left. What cannot be sent any more is dropped: the process is gone. */
  send(message: ToWorker): Promise<void>;
  onMessage(listener: (message: ToAuthority) => void): void;
  /** At once, whatever it is doing. */
  kill(): void;
  readonly ended: Promise<void>;
}

export interface WorkerPoolParts {
  readonly count: number;
  readonly spawn: () => WorkerProcess;
  readonly storage: Pick<Storage, "subscribe"> & {
    readonly system: Pick<Storage["system"], "scan">;
  };
  /** Counts what a worker has decided. */
  readonly countUses: (scope: TenantScope, batch: UsageBatch) => Promise<unknown>;
  /** Lends units of limits that all workers share. */
  readonly lend: (request: LeaseRequest) => Promise<LeaseAnswer>;
  readonly assignment: Assignment;
  readonly counts: VerdictCounts;
  readonly log: Pick<Log, "warning" | "failed">;
}

type BorrowMessage = Extract<ToAuthority, { readonly type: "borrow" }>;
type UsesMessage = Extract<ToAuthority, { readonly type: "uses" }>;

interface Member {
  readonly process: WorkerProcess;
  /** What was committed while it was being loaded; `undefined` once it is fed directly. */
  waiting: ToWorker[] | undefined;
  /** Whether a write waits for it. */
  isCounted: boolean;
  applied: number;
  readonly watchers: Set<() => void>;
  hasEnded: boolean;
}

export class WorkerPool {
  readonly #parts: WorkerPoolParts;
  readonly #members = new Set<Member>();
  #assignment: Assignment;
  /** Of the last commit that was told. */
  #position = 0;
  #isStopping = false;
  #failures = 0;

  constructor(parts: WorkerPoolParts) {
    this.#parts = parts;
    this.#assignment = parts.assignment;
    parts.storage.subscribe((changes) => this.#tell(changes));
  }

  /** Starts all of them; answers where they listen. @throws Error when one of them cannot */
  async start(): Promise<string> {
    let url = "";
    // One after the other: the second must not race the first for a port that nobody has chosen yet.
    for (let count = 0; count < this.#parts.count; count++) url = await this.#startOne();
    return url;
  }

  /** Resolves when every worker has applied what has been committed so far, or has ended (K2). */
  async caughtUp(): Promise<void> {
    const position = this.#position;
    const behind = [...this.#members].filter(
      (member) => member.isCounted && member.applied < position,
    );
    await Promise.all(behind.map((member) => this.#reaches(member, position)));
  }

  /** Has them finish the requests under way within the time, and end. */
  async stop(drainMs: number): Promise<void> {
    this.#isStopping = true;
    const ending = [...this.#members].map(async ({ process }) => {
      void process.send({ type: "stop", drainMs });
      const timer = setTimeout(() => process.kill(), drainMs + STOP_GRACE_MS);
      await process.ended;
      clearTimeout(timer);
    });
    await Promise.all(ending);
  }

  #tell(changes: readonly CommittedChange[]): void {
    this.#position++;
    const message: ToWorker = { type: "changes", position: this.#position, changes };
    for (const { process, waiting } of this.#members) {
      if (waiting === undefined) void process.send(message);
      else waiting.push(message);
    }
  }

  async #reaches(member: Member, position: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (member.applied >= position || member.hasEnded) resolve();
    };
    member.watchers.add(look);
    look();
    const timer = setTimeout(() => {
      this.#parts.log.warning("a worker did not apply a change in time, and is ended");
      member.process.kill();
    }, APPLY_MS_MAX);
    await promise;
    clearTimeout(timer);
    member.watchers.delete(look);
  }

  #startOne(): Promise<string> {
    const process = this.#parts.spawn();
    const member: Member = {
      process,
      waiting: [],
      isCounted: false,
      applied: -1,
      watchers: new Set(),
      hasEnded: false,
    };
    const startedMs = performance.now();
    this.#members.add(member);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let isListening = false;
    process.onMessage((message) => {
      if (message.type === "listening") {
        isListening = true;
        this.#listensAt(message.port);
        resolve(message.url);
      } else if (message.type === "failed") reject(new Error(message.reason));
      else this.#heard(member, message);
    });
    void process.ended.finally(() => {
      this.#members.delete(member);
      member.hasEnded = true;
      for (const look of member.watchers) look();
      reject(new Error("a worker ended before it served"));
      if (isListening && !this.#isStopping) this.#startAgain(performance.now() - startedMs);
    });
    return promise;
  }

  #startAgain(workedMs: number): void {
    this.#failures = workedMs < WORKED_MS_MIN ? this.#failures + 1 : 0;
    const delayMs = Math.min(RESTART_MS_MAX, RESTART_MS_BASE * 2 ** (this.#failures - 1));
    this.#parts.log.warning("a worker ended, and is started again");
    setTimeout(() => {
      if (this.#isStopping) return;
      this.#startOne().catch((error: unknown) => {
        if (this.#isStopping) return;
        this.#parts.log.failed(error);
        this.#startAgain(0);
      });
    }, delayMs);
  }

  /** Whoever is started later takes the port that the first was given. */
  #listensAt(port: number): void {
    const { config } = this.#assignment;
    this.#assignment = { ...this.#assignment, config: { ...config, port } };
  }

  #heard(member: Member, message: ToAuthority): void {
    switch (message.type) {
      case "started":
        this.#load(member).catch((error: unknown) => {
          this.#parts.log.failed(error);
          member.process.kill();
        });
        return;
      case "applied":
        member.applied = message.position;
        for (const look of member.watchers) look();
        return;
      case "ask":
        void member.process.send({ type: "proof", id: message.id });
        return;
      case "borrow":
        void this.#lend(member, message);
        return;
      case "uses":
        void this.#takeUses(member, message);
        return;
      case "counts":
        for (const [code, count] of message.counts) this.#parts.counts.add(code, count);
        return;
      case "listening":
      case "failed":
    }
  }

  /**
   * Everything as of some moment after the worker was taken in, then what was committed since: what stands in both is
   * applied once. Only then is it counted, and only after that told to serve.
   */
  async #load(member: Member): Promise<void> {
    for await (const changes of this.#parts.storage.system.scan()) {
      await member.process.send({ type: "load", changes });
    }
    for (const message of member.waiting ?? []) void member.process.send(message);
    member.waiting = undefined;
    member.isCounted = true;
    const assignment = this.#assignment;
    void member.process.send({ type: "serve", position: this.#position, assignment });
  }

  async #lend(member: Member, { id, request }: BorrowMessage): Promise<void> {
    let answer: LeaseAnswer | undefined;
    try {
      answer = await this.#parts.lend(request);
    } catch (error) {
      this.#parts.log.failed(error);
    }
    void member.process.send({ type: "lent", id, answer });
  }

  async #takeUses(member: Member, { id, scope, batch }: UsesMessage): Promise<void> {
    let isKept = true;
    try {
      await this.#parts.countUses(scope, batch);
    } catch (error) {
      isKept = false;
      this.#parts.log.failed(error);
    }
    void member.process.send({ type: "uses_taken", id, isKept });
  }
}
