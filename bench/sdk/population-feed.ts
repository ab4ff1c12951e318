// An authority inside the process: it speaks spec/feed.md about a made-up population, so that a million keys need no
// database and no other process takes the processor while a verification is measured.
import { randomBytes } from "node:crypto";
import { feedItem } from "@keyward/core/feed/item";
import type { CommittedChange } from "@keyward/core/feed/change";
import {
  FEED_MEDIA_TYPE,
  beatLine,
  helloLine,
  snapshotEndLine,
  snapshotItemLine,
  snapshotStartLine,
} from "@keyward/core/feed/lines";
import { headAnswerBody, lookupAnswerBody } from "@keyward/core/feed/questions";
import { Keyward } from "@keyward/sdk";
import type { Population } from "../population.ts";

const BEAT_MS = 1_000;
const encoder = new TextEncoder();

/** A `Keyward` that has loaded the population and counts uses. */
export async function followPopulation(population: Population): Promise<Keyward> {
  const feed = new PopulationFeed(population);
  const keyward = new Keyward({
    url: "http://keyward.test",
    token: "token",
    api: "acme",
    environment: "live",
    fetch: feed.fetch,
    // Freshness is judged all the same; but a bench that keeps the processor to itself sends no heads meanwhile.
    maxStalenessMs: 600_000,
    reportUses: () => Promise.resolve(),
  });
  await keyward.ready({ timeoutMs: 120_000 });
  if (keyward.status().keys !== population.keyCount) throw new Error("not all keys were loaded");
  return keyward;
}

class PopulationFeed {
  readonly #population: Population;
  readonly #epoch = randomBytes(12).toString("hex");

  constructor(population: Population) {
    this.#population = population;
  }

  /** To be given to `Keyward` in place of the real one. */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const { lastRev: rev } = this.#population;
    switch (pathname) {
      case "/v1/feed/snapshot":
        return answerLines(ReadableStream.from(this.#snapshot()));
      case "/v1/feed/changes":
        return answerLines(changes(this.#epoch, rev, init?.signal ?? undefined));
      case "/v1/feed/head":
        return Promise.resolve(Response.json(headAnswerBody({ epoch: this.#epoch, rev })));
      case "/v1/feed/keys":
        return Promise.resolve(Response.json(lookupAnswerBody(rev, [])));
      default:
        return Promise.resolve(new Response(null, { status: 404 }));
    }
  };

  *#snapshot(): Generator<Uint8Array> {
    const { subject, lastRev: rev } = this.#population;
    yield lines([snapshotStartLine({ epoch: this.#epoch, subject, rev })]);
    let count = 0;
    for (const batch of this.#population.changes()) {
      count += batch.length;
      yield lines(batch.map(itemLine));
    }
    yield lines([snapshotEndLine(rev, count)]);
  }
}

function itemLine({ rev, change }: CommittedChange): string {
  switch (change.entity) {
    case "api":
    case "owner":
    case "key":
      return snapshotItemLine(feedItem(change, rev));
    default:
      throw new Error(`the population has no ${change.entity}`);
  }
}

/** A stream on which nothing happens. */
function changes(epoch: string, rev: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(lines([helloLine(epoch, rev)]));
      const beat = setInterval(() => controller.enqueue(lines([beatLine(rev)])), BEAT_MS);
      signal?.addEventListener("abort", () => {
        clearInterval(beat);
        controller.error(signal.reason);
      });
    },
  });
}

function answerLines(body: ReadableStream<Uint8Array>): Promise<Response> {
  return Promise.resolve(new Response(body, { headers: { "content-type": FEED_MEDIA_TYPE } }));
}

function lines(texts: readonly string[]): Uint8Array {
  return encoder.encode(texts.map((text) => `${text}\n`).join(""));
}
