import { ClientOfflineError } from "@redis/client";
import type { Clock } from "../runtime/clock.ts";
import { Circuit } from "./circuit.ts";
import type { RedisClient } from "./redis-client.ts";

/** While Redis does not answer it is tried so often. */
const TRY_EVERY_MS = 1_000;
/** How long one trial waits for a connection. */
const CONNECT_MS_MAX = 900;
/** Commands that Redis owes an answer at once; more than that are not sent. */
export const COMMANDS_MAX = 1_000;
/** How often a key of another type is told of. */
const ODD_KEY_TOLD_EVERY_MS = 60_000;

export interface RedisLinkParts {
  readonly client: RedisClient;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** Longer than this nobody waits for Redis. */
  readonly timeoutMs: number;
  /** Told once whenever Redis stops answering, with why, and once when it answers again. */
  onRedis(reason: string | undefined): void;
  /** Told, once a minute at most, that somebody else has written to a key of ours. */
  onOddKey(key: string): void;
}

/**
 * Asks Redis, and never waits for it long: each command has its time, and after some failures in a row nobody is made
 * to wait until Redis has answered a trial. A trial comes every second, and writes as any charge does.
 */
export class RedisLink {
  readonly #parts: RedisLinkParts;
  readonly #circuit: Circuit;
  #commandCount = 0;
  /** Trials go where something failed last: of a cluster, another node may be well. */
  #triedTag = "trial";
  #trying: NodeJS.Timeout | undefined;
  #isTrying = false;
  #oddKeyToldMs = -Infinity;
  #connectionError: Error | undefined;

  constructor(parts: RedisLinkParts) {
    this.#parts = parts;
    this.#circuit = new Circuit((reason) => parts.onRedis(reason));
    parts.client.on("error", (error) => {
      this.#connectionError = error;
    });
  }

  get isUp(): boolean {
    return !this.#circuit.isOpen;
  }

  /** Commands under way. */
  get commandCount(): number {
    return this.#commandCount;
  }

  /** Resolves when Redis has answered, or is given up for now. */
  async open(): Promise<void> {
    this.#trying = setInterval(() => void this.#try(), TRY_EVERY_MS).unref();
    await this.#try();
  }

  close(): void {
    clearInterval(this.#trying);
    this.#parts.client.destroy();
  }

  /**
   * Runs the script.
   *
   * @param tag stands in braces in each of the keys, so that one node of a cluster has them all
   * @returns `undefined` when Redis does not answer
   */
  async charge(
    tag: string,
    keys: readonly string[],
    rest: readonly string[],
  ): Promise<readonly number[] | undefined> {
    if (this.#circuit.isOpen || this.#commandCount >= COMMANDS_MAX) return undefined;
    return this.#ask(tag, keys, rest);
  }

  async #ask(
    tag: string,
    keys: readonly string[],
    rest: readonly string[],
  ): Promise<readonly number[] | undefined> {
    this.#commandCount++;
    try {
      const answer = this.#parts.client.charge(keys, rest).finally(() => this.#commandCount--);
      const reply = await inTime(answer, this.#parts.timeoutMs);
      this.#circuit.succeeded();
      return reply;
    } catch (error) {
      const reason = reasonOf(error instanceof ClientOfflineError ? this.#connectionError : error);
      // An older Redis puts it behind the name of the script.
      if (reason.includes("WRONGTYPE")) this.#tellOddKey(keys);
      else this.#fail(tag, reason);
      return undefined;
    }
  }

  #fail(tag: string, reason: string): void {
    this.#triedTag = tag;
    this.#circuit.failed(reason);
    // The name of a master that has become a replica may lead to its successor by now.
    if (reason.includes("READONLY")) this.#parts.client.destroy();
  }

  async #try(): Promise<void> {
    if (!this.#circuit.isOpen || this.#isTrying) return;
    this.#isTrying = true;
    const { client } = this.#parts;
    // What keeps it from connecting, the command that follows is told as well.
    if (!client.isOpen) await inTime(client.connect(), CONNECT_MS_MAX).catch(() => undefined);
    const tag = this.#triedTag;
    await this.#ask(tag, [`keyward:{${tag}}:trial`], TRIAL);
    this.#isTrying = false;
  }

  #tellOddKey([key = ""]: readonly string[]): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#oddKeyToldMs < ODD_KEY_TOLD_EVERY_MS) return;
    this.#oddKeyToldMs = nowMs;
    this.#parts.onOddKey(key);
  }
}

/** Charges a rate that nothing exhausts. */
const TRIAL = ["charge", "1", "", "", "", "rate", "0", "1000000", "1000000", "1"];

/** Node says of several addresses that all failed in a code alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "not connected";
  return error.message || ("code" in error && String(error.code)) || error.name;
}

function inTime<Value>(answer: Promise<Value>, ms: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no answer within ${ms} ms`));
    // After a pause of this process the answer may lie there unread: it is read before this counts as late.
    const timer = setTimeout(() => setImmediate(late), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
