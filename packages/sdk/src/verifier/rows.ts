/**
 * Rows per chunk. Chunks keep growth from copying what is there, and keep what is allocated close to what is used: a
 * column that doubles would hold up to twice its content, and stop the process to copy it.
 */
const CHUNK_ROWS_LOG2 = 13;
const CHUNK_ROWS = 1 << CHUNK_ROWS_LOG2;
const ROW_IN_CHUNK = CHUNK_ROWS - 1;

/** Half-words of 2^32 are joined and split by this factor: JavaScript's shifts end at 32 bits. */
const WORD = 2 ** 32;

/**
 * Records of a fixed number of unsigned 32-bit words, outside of the collected heap. Rows are numbered from 1, so 0
 * can mean none, and the numbers of removed rows are given out again.
 */
export class Rows {
  readonly #width: number;
  readonly #chunks: Uint32Array[] = [];
  readonly #free: number[] = [];
  #end = 1;

  constructor(wordsPerRow: number) {
    this.#width = wordsPerRow;
  }

  get count(): number {
    return this.#end - 1 - this.#free.length;
  }

  get byteLength(): number {
    return this.#chunks.length * CHUNK_ROWS * this.#width * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** One more than the highest row ever in use. Removed rows below it are all zeros. */
  get end(): number {
    return this.#end;
  }

  /** A row of zeros. */
  add(): number {
    const reused = this.#free.pop();
    if (reused !== undefined) return reused;
    const row = this.#end++;
    const needed = (row >>> CHUNK_ROWS_LOG2) + 1;
    if (this.#chunks.length < needed) this.#chunks.push(new Uint32Array(CHUNK_ROWS * this.#width));
    return row;
  }

  remove(row: number): void {
    for (let word = 0; word < this.#width; word++) this.set(row, word, 0);
    this.#free.push(row);
  }

  get(row: number, word: number): number {
    const chunk = this.#chunks[row >>> CHUNK_ROWS_LOG2];
    return chunk?.[(row & ROW_IN_CHUNK) * this.#width + word] ?? 0;
  }

  set(row: number, word: number, value: number): void {
    const chunk = this.#chunks[row >>> CHUNK_ROWS_LOG2];
    if (chunk === undefined) throw new RangeError(`no such row: ${row}`);
    chunk[(row & ROW_IN_CHUNK) * this.#width + word] = value;
  }

  /** Writes the words of `source` from word `first` on. */
  setWords(row: number, first: number, source: Uint32Array): void {
    for (let word = 0; word < source.length; word++) this.set(row, first + word, source[word] ?? 0);
  }

  /** The same for the words of {@link wordOfBytes}. */
  beginsWithBytes(row: number, bytes: string, words: number): boolean {
    const chunk = this.#chunks[row >>> CHUNK_ROWS_LOG2];
    if (chunk === undefined) return false;
    const start = (row & ROW_IN_CHUNK) * this.#width;
    let difference = 0;
    for (let word = 0; word < words; word++) {
      difference |= (chunk[start + word] ?? 0) ^ wordOfBytes(bytes, word);
    }
    return difference === 0;
  }

  /** Whether the row begins with these words. Reads all of them always, so that the time taken says nothing (T20). */
  beginsWith(row: number, words: Uint32Array): boolean {
    const chunk = this.#chunks[row >>> CHUNK_ROWS_LOG2];
    if (chunk === undefined) return false;
    const start = (row & ROW_IN_CHUNK) * this.#width;
    let difference = 0;
    for (let word = 0; word < words.length; word++) {
      difference |= (chunk[start + word] ?? 0) ^ (words[word] ?? 0);
    }
    return difference === 0;
  }
}

/** The word that four characters of one byte each make, the first of them lowest. */
export function wordOfBytes(bytes: string, word: number): number {
  const at = word * 4;
  return (
    bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)
  );
}

/** The number whose halves are a low and a high word. */
export function joinWords(low: number, high: number): number {
  return high * WORD + low;
}

/** What of a number up to 2^53 − 1 lies above its low 32 bits; the low ones are what a word keeps by itself. */
export function highWord(value: number): number {
  return Math.floor(value / WORD);
}
