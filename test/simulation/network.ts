// Carries requests and answers between simulated processes, badly.
import type { Prng } from "./prng.ts";
import type { Scheduler, SimulatedProcess } from "./scheduler.ts";

export interface SimulatedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

/** Where an endless answer is written. */
export interface Sink {
  write(text: string): void;
  end(): void;
}

export interface SimulatedAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: string | ((sink: Sink) => () => void);
}

/** Answers at once; `undefined` while it is down. */
export interface SimulatedServer {
  handle(request: SimulatedRequest): SimulatedAnswer | undefined;
}

export interface Conditions {
  latencyMsMax: number;
  /** Of a request, and of an answer. */
  lossProbability: number;
  duplicateProbability: number;
  /** Nothing passes in either direction; connections that stand do not notice. */
  isPartitioned: boolean;
  /** A proxy that hands over an answer only once it has ended. */
  isBuffering: boolean;
}

export const GOOD_CONDITIONS: Conditions = {
  latencyMsMax: 20,
  lossProbability: 0,
  duplicateProbability: 0,
  isPartitioned: false,
  isBuffering: false,
};

const LATENCY_MS_MIN = 1;

/** The way from one process to one server. */
export class Link {
  readonly conditions: Conditions = { ...GOOD_CONDITIONS };
  readonly #scheduler: Scheduler;
  readonly #random: Prng;
  readonly #process: SimulatedProcess;
  readonly #server: SimulatedServer;
  readonly #streams = new Set<Stream>();

  constructor(parts: {
    readonly scheduler: Scheduler;
    readonly random: Prng;
    readonly process: SimulatedProcess;
    readonly server: SimulatedServer;
  }) {
    this.#scheduler = parts.scheduler;
    this.#random = parts.random;
    this.#process = parts.process;
    this.#server = parts.server;
  }

  fetch: typeof fetch = (input, init) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const signal = init?.signal;
    const request = {
      method: init?.method ?? "GET",
      url: new URL(input instanceof Request ? input.url : input),
      headers: new Headers(init?.headers),
      body: typeof init?.body === "string" ? init.body : "",
    };
    if (signal?.aborted === true) reject(signal.reason as Error);
    signal?.addEventListener("abort", () => reject(signal.reason as Error));
    this.#carry(() => {
      if (this.#random.chance(this.conditions.duplicateProbability)) this.#repeat(request);
      const answer = this.#server.handle(request);
      if (answer === undefined) {
        this.#carry(() => this.#process.deliver(() => reject(new TypeError("fetch failed"))));
        return;
      }
      const body =
        typeof answer.body === "string"
          ? answer.body
          : this.#open(answer.body, signal ?? undefined).readable;
      this.#carry(() => this.#process.deliver(() => resolve(responseOf(answer, body))));
    });
    return promise;
  };

  /** Endless answers that are being given. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** Breaks every answer that is still being given. */
  cut(): void {
    for (const stream of this.#streams) stream.fail();
  }

  /** Lets them stand, and brings nothing of them any more. */
  stall(): void {
    for (const stream of this.#streams) stream.isStalled = true;
  }

  #carry(arrive: () => void): void {
    const isLost = this.#random.chance(this.conditions.lossProbability);
    this.#scheduler.schedule(this.#latencyMs(), () => {
      if (!isLost && !this.conditions.isPartitioned) arrive();
    });
  }

  #repeat(request: SimulatedRequest): void {
    this.#scheduler.schedule(this.#latencyMs(), () => {
      const answer = this.#server.handle(request);
      if (answer !== undefined && typeof answer.body !== "string") answer.body(NOWHERE)();
    });
  }

  #open(write: (sink: Sink) => () => void, signal: AbortSignal | undefined): Stream {
    const stream: Stream = new Stream(() => {
      this.#streams.delete(stream);
      stop();
    });
    this.#streams.add(stream);
    signal?.addEventListener("abort", () => stream.fail(signal.reason));
    let arrivesAtMs = 0;
    const carry = (arrive: () => void) => {
      arrivesAtMs = Math.max(arrivesAtMs, this.#scheduler.nowMs + this.#latencyMs());
      this.#scheduler.schedule(arrivesAtMs - this.#scheduler.nowMs, () => {
        // TCP has no gaps: where a part is lost, nothing follows.
        if (this.conditions.isPartitioned) stream.isStalled = true;
        if (!stream.isStalled) this.#process.deliver(arrive);
      });
    };
    let held = "";
    const stop = write({
      write: (text) => {
        held += text;
        if (this.conditions.isBuffering) return;
        const cutAt = this.#random.between(0, held.length);
        const parts = [held.slice(0, cutAt), held.slice(cutAt)];
        held = "";
        for (const part of parts) carry(() => stream.bring(part));
      },
      end: () => {
        const rest = held;
        carry(() => {
          stream.bring(rest);
          stream.end();
        });
      },
    });
    // A request that was given up on its way finds nobody to answer to.
    if (signal?.aborted === true) stream.fail(signal.reason);
    return stream;
  }

  #latencyMs(): number {
    return this.#random.between(LATENCY_MS_MIN, this.conditions.latencyMsMax);
  }
}

const NOWHERE: Sink = { write: () => undefined, end: () => undefined };

class Stream {
  isStalled = false;
  readonly readable: ReadableStream<Uint8Array>;
  readonly #onOver: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(onOver: () => void) {
    this.#onOver = onOver;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#over(),
    });
  }

  bring(text: string): void {
    if (text !== "") this.#controller?.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller?.close();
    this.#over();
  }

  fail(reason: unknown = new TypeError("terminated")): void {
    this.#controller?.error(reason);
    this.#over();
  }

  #over(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#onOver();
  }
}

function responseOf(
  { status, mediaType }: SimulatedAnswer,
  body: string | ReadableStream<Uint8Array>,
): Response {
  return new Response(body, { status, headers: { "content-type": mediaType } });
}
