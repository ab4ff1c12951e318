type Kind = "snapshot" | "changes" | "head" | "keys";

/** What a verifier has asked for and has not been answered, by kind, and the most there ever were of each. */
export class Traffic {
  readonly #carry: typeof fetch;
  readonly #running = new Map<string, number>();
  readonly #most = new Map<string, number>();

  constructor(carry: typeof fetch) {
    this.#carry = carry;
  }

  fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const kind = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    const running = (this.#running.get(kind) ?? 0) + 1;
    this.#running.set(kind, running);
    this.#most.set(kind, Math.max(running, this.#most.get(kind) ?? 0));
    try {
      return await this.#carry(input, init);
    } finally {
      this.#running.set(kind, (this.#running.get(kind) ?? 0) - 1);
    }
  };

  mostAtOnce(kind: Kind): number {
    return this.#most.get(kind) ?? 0;
  }
}
