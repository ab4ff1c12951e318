import { IncomingMessage } from "node:http";

/** What became of a body: all of it, or that it is longer than allowed. Never called when the caller went away. */
export type BodyReceiver = (body: Buffer | "too_large") => void;

/**
 * How much of a body that is too large is read to its end all the same: who closes on a caller that is still sending
 * takes the answer back with it.
 */
const DRAINED_BYTES_MAX = 2_097_152;

interface Collecting {
  readonly bytesMax: number;
  readonly receive: BodyReceiver;
  readonly chunks: Buffer[];
  bytes: number;
}

type State = "stream" | "answered" | "ended" | Collecting;

/**
 * A request whose body can be collected as it is parsed, without the life of a stream in between: for a small body that
 * costs more than deciding about a key. Until {@link BodyMessage.collect} is called it is the request that `node:http`
 * would have made.
 */
export class BodyMessage extends IncomingMessage {
  #state: State = "stream";

  /**
   * Hands over the whole body in the turn in which its end is parsed. To be called in the turn of the `request` event, at
   * most once, and instead of everything that reads the stream. After `too_large` the answer must close the connection.
   */
  collect(bytesMax: number, receive: BodyReceiver): void {
    this.#state = { bytesMax, receive, chunks: [], bytes: 0 };
    internalsOf(this)._consuming = true;
  }

  /** Called by the parser of `node:http` with each part of the body, and with `null` at its end. */
  override push(chunk: Buffer | null): boolean {
    const state = this.#state;
    if (state === "stream") return super.push(chunk);
    if (chunk === null) {
      this.#state = "ended";
      internalsOf(this)._readableState.endEmitted = true;
      if (typeof state === "object") state.receive(bodyOf(state));
    } else if (typeof state === "object") {
      this.#keep(state, chunk);
    }
    return true;
  }

  #keep(state: Collecting, chunk: Buffer): void {
    state.bytes += chunk.length;
    if (state.bytes <= state.bytesMax) {
      state.chunks.push(chunk);
      return;
    }
    state.chunks.length = 0;
    if (state.bytes <= DRAINED_BYTES_MAX) return;
    this.#state = "answered";
    state.receive("too_large");
  }
}

/**
 * What `node:http` asks a request after its answer: whether somebody reads the stream, and whether that has come to its
 * end. Told so, it neither sets an empty stream flowing nor keeps the request for it. The tests send a second request on
 * the connection, and fail if a release of Node asks for something else.
 */
interface Internals {
  _consuming: boolean;
  readonly _readableState: { endEmitted: boolean };
}

function internalsOf(message: BodyMessage): Internals {
  return message as unknown as Internals;
}

function bodyOf({ bytesMax, bytes, chunks }: Collecting): Buffer | "too_large" {
  if (bytes > bytesMax) return "too_large";
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, bytes);
}
