import type { RedisLink } from "./redis-link.ts";
import { numberAt } from "./shared-limits.ts";

/** A slot of a concurrency limit that nobody reaches: held for five seconds, taken again every second. */
const SLOTS = 1_000_000;
const ARGUMENTS = ["slots", "0", `${SLOTS}`, "5", "0"];
const KEYS = ["keyward:{peers}:peers"];

/** Knows how many processes count in a Redis, so that each knows its share when it is gone. */
export class Peers {
  readonly #link: Pick<RedisLink, "charge">;
  readonly #id: string;
  #count = 1;

  constructor(link: Pick<RedisLink, "charge">, id: string) {
    this.#link = link;
    this.#id = id;
  }

  /** As when Redis last answered, this process included. */
  get count(): number {
    return this.#count;
  }

  /** To be called every second. */
  async beat(): Promise<void> {
    void this.#ask("charge", "1");
    const reply = await this.#ask("look", "0");
    if (reply !== undefined) this.#count = Math.max(1, SLOTS - numberAt(reply, 3));
  }

  #ask(mode: string, cost: string): Promise<readonly number[] | undefined> {
    return this.#link.charge("peers", KEYS, [mode, cost, this.#id, "", "", ...ARGUMENTS]);
  }
}
