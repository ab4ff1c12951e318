const CHUNK_BYTES_LOG2 = 18;
const CHUNK_BYTES = 1 << CHUNK_BYTES_LOG2;
const LENGTH_BYTES = 2;
const BYTES_PER_CHAR_MAX = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The longest text that is sure to fit, in UTF-16 units. */
export const TEXT_CHARS_MAX = 0xffff / BYTES_PER_CHAR_MAX;

/**
 * Short texts as UTF-8, end to end: a million strings as a few blocks outside of the collected heap. Room is not given
 * back; copy what lives into a new arena when {@link liveBytes} has fallen far below {@link usedBytes}.
 */
export class TextArena {
  readonly #chunks: Uint8Array[] = [];
  #end = CHUNK_BYTES;
  #removedBytes = 0;

  get byteLength(): number {
    return this.#chunks.length * CHUNK_BYTES;
  }

  get usedBytes(): number {
    return Math.max(0, this.#chunks.length - 1) * CHUNK_BYTES + this.#end;
  }

  get liveBytes(): number {
    return this.usedBytes - this.#removedBytes;
  }

  /** The address at which {@link read} finds the text again. A RangeError for more than {@link TEXT_CHARS_MAX}. */
  add(text: string): number {
    if (text.length > TEXT_CHARS_MAX) throw new RangeError("the text is too long for the arena");
    if (this.#end + LENGTH_BYTES + text.length * BYTES_PER_CHAR_MAX > CHUNK_BYTES) {
      this.#chunks.push(new Uint8Array(CHUNK_BYTES));
      this.#end = 0;
    }
    const chunk = this.#chunkAt(this.#chunks.length - 1);
    const start = this.#end;
    const { written } = encoder.encodeInto(text, chunk.subarray(start + LENGTH_BYTES));
    chunk[start] = written & 0xff;
    chunk[start + 1] = written >>> 8;
    this.#end = start + LENGTH_BYTES + written;
    return (this.#chunks.length - 1) * CHUNK_BYTES + start;
  }

  remove(address: number): void {
    this.#removedBytes += LENGTH_BYTES + this.#bytesAt(address).length;
  }

  read(address: number): string {
    return decoder.decode(this.#bytesAt(address));
  }

  #bytesAt(address: number): Uint8Array {
    const chunk = this.#chunkAt(address >>> CHUNK_BYTES_LOG2);
    const start = address & (CHUNK_BYTES - 1);
    const length = (chunk[start] ?? 0) | ((chunk[start + 1] ?? 0) << 8);
    return chunk.subarray(start + LENGTH_BYTES, start + LENGTH_BYTES + length);
  }

  #chunkAt(position: number): Uint8Array {
    const chunk = this.#chunks[position];
    if (chunk === undefined) throw new RangeError("no such address in the arena");
    return chunk;
  }
}
