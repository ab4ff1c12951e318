// What must never reach a log, a trace or an error is held here, and leaves through `reveal()` alone.
const PRINTED = "[secret]";

/**
 * A credential in the clear. However it is printed, serialised, inspected or interpolated, it says `[secret]`; a
 * structured clone of it is empty. Only {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static of(text: string): Secret {
    return new Secret(text);
  }

  /** The text itself: for the one response that shows it, or for the digest. */
  reveal(): string {
    return this.#text;
  }

  /** The last four characters, by which people tell keys apart. May be stored and shown. */
  get hint(): string {
    return this.#text.slice(-4);
  }

  toString(): string {
    return PRINTED;
  }

  toJSON(): string {
    return PRINTED;
  }

  /** Node's hook for `util.inspect`, `console.log` and error causes; the registered symbol spares the import. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return PRINTED;
  }
}
