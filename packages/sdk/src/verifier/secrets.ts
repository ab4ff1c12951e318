import type { SecretId } from "@keyward/core/id";
import { DIGEST_BYTES } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { VerifierSecret } from "@keyward/core/feed/verifier-change";
import type { Instant } from "@keyward/core/time";
import type { Apis } from "./apis.ts";
import { EMPTY, HashIndex } from "./hash-index.ts";
import { readId } from "./id-rows.ts";
import { highBits, joinBits, lowBits } from "./instant-words.ts";
import { ID_WORDS, packId } from "./packed-id.ts";
import { Rows, wordOfBytes } from "./rows.ts";

const DIGEST_WORDS = DIGEST_BYTES / 4;
// The words of a row after those of its digest: with them, all that a decision reads of a key, in one line of the cache.
const KEY = 8;
const API = 9;
const POLICY = 10;
const OWNER = 11;
const KEY_ENDS_LOW = 12;
const KEY_ENDS_HIGH_AND_FACTS = 13;
const PERIOD = 14;
const NEXT = 15;
const WORDS = 16;
const FACTS_SHIFT = 16;

// The words of a period: most secrets have none, so its room is taken only where one is.
const NOT_BEFORE_LOW = 0;
const NOT_BEFORE_HIGH = 1;
const ENDS_LOW = 2;
const ENDS_HIGH = 3;
const PERIOD_WORDS = 4;

const digestWords = new Uint32Array(DIGEST_WORDS);
const idWords = new Uint32Array(ID_WORDS);

/** What a secret's row knows of its key, so that a decision need not look there. */
export interface KeyOfSecret {
  readonly keyRow: number;
  readonly apiRow: number;
  readonly policyRow: number;
  readonly ownerRow: number;
  /** Of `packFacts`. */
  readonly facts: number;
  readonly expiresAt: Instant | null;
}

/** Every secret of every key, found by its digest. The secrets of one key are a chain. */
export class Secrets {
  readonly #apis: Apis;
  readonly #rows = new Rows(WORDS);
  /** Apart from the rows, and with the same numbers, because no decision reads them. */
  readonly #ids = new Rows(ID_WORDS);
  readonly #periods = new Rows(PERIOD_WORDS);
  /** A caller cannot choose what SHA-256 makes of a text, so the first word of a digest is hash enough. */
  readonly #index = new HashIndex((row) => this.#rows.get(row, 0));

  constructor(apis: Apis) {
    this.#apis = apis;
  }

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    const rows = this.#rows.byteLength + this.#ids.byteLength + this.#periods.byteLength;
    return rows + this.#index.byteLength;
  }

  /** The row with this digest in the workspace, or in any where that is 0; 0 where there is none. */
  find(digest: Digest, workspaceRow: number): number {
    const hash = wordOfBytes(digest, 0);
    for (let slot = this.#index.start(hash); ; slot = this.#index.after(slot)) {
      const row = this.#index.rowAt(slot, hash);
      if (row === EMPTY) return 0;
      if (
        row > 0 &&
        this.#rows.beginsWithBytes(row, digest, DIGEST_WORDS) &&
        this.#isVisible(row, workspaceRow)
      )
        return row;
    }
  }

  /** Stores the secret in front of the chain that begins with `next`, and returns its row. */
  add(secret: VerifierSecret, key: KeyOfSecret, next: number): number {
    if (secret.digest.length !== DIGEST_BYTES) throw new RangeError("not a digest");
    for (let word = 0; word < DIGEST_WORDS; word++)
      digestWords[word] = wordOfBytes(secret.digest, word);
    packId(secret.id, idWords);
    const row = this.#rows.add();
    this.#ids.add();
    this.#ids.setWords(row, 0, idWords);
    this.#rows.setWords(row, 0, digestWords);
    this.#rows.set(row, KEY, key.keyRow);
    this.#rows.set(row, API, key.apiRow);
    this.#rows.set(row, POLICY, key.policyRow);
    this.#rows.set(row, OWNER, key.ownerRow);
    this.#rows.set(row, KEY_ENDS_LOW, lowBits(key.expiresAt));
    const high = highBits(key.expiresAt) | (key.facts << FACTS_SHIFT);
    this.#rows.set(row, KEY_ENDS_HIGH_AND_FACTS, high);
    this.#rows.set(row, PERIOD, this.#addPeriod(secret));
    this.#rows.set(row, NEXT, next);
    this.#index.add(row);
    return row;
  }

  remove(row: number): void {
    const period = this.#rows.get(row, PERIOD);
    if (period !== 0) this.#periods.remove(period);
    this.#index.remove(row);
    this.#ids.remove(row);
    this.#rows.remove(row);
  }

  /** The next secret of the same key, or 0. */
  nextOf(row: number): number {
    return this.#rows.get(row, NEXT);
  }

  idOf(row: number): SecretId {
    return readId("sec", this.#ids, row, 0);
  }

  keyRowOf(row: number): number {
    return this.#rows.get(row, KEY);
  }

  apiRowOf(row: number): number {
    return this.#rows.get(row, API);
  }

  policyRowOf(row: number): number {
    return this.#rows.get(row, POLICY);
  }

  ownerRowOf(row: number): number {
    return this.#rows.get(row, OWNER);
  }

  factsOf(row: number): number {
    return this.#rows.get(row, KEY_ENDS_HIGH_AND_FACTS) >>> FACTS_SHIFT;
  }

  /** The key's own end. */
  keyExpiresAtOf(row: number): Instant | undefined {
    const high = this.#rows.get(row, KEY_ENDS_HIGH_AND_FACTS);
    return joinBits(this.#rows.get(row, KEY_ENDS_LOW), high);
  }

  notBeforeOf(row: number): Instant | undefined {
    return this.#readPeriod(row, NOT_BEFORE_LOW, NOT_BEFORE_HIGH);
  }

  /** The secret's end. */
  expiresAtOf(row: number): Instant | undefined {
    return this.#readPeriod(row, ENDS_LOW, ENDS_HIGH);
  }

  #readPeriod(row: number, low: number, high: number): Instant | undefined {
    const period = this.#rows.get(row, PERIOD);
    if (period === 0) return undefined;
    return joinBits(this.#periods.get(period, low), this.#periods.get(period, high));
  }

  #addPeriod({ notBefore, expiresAt }: VerifierSecret): number {
    if (notBefore === null && expiresAt === null) return 0;
    const row = this.#periods.add();
    this.#periods.set(row, NOT_BEFORE_LOW, lowBits(notBefore));
    this.#periods.set(row, NOT_BEFORE_HIGH, highBits(notBefore));
    this.#periods.set(row, ENDS_LOW, lowBits(expiresAt));
    this.#periods.set(row, ENDS_HIGH, highBits(expiresAt));
    return row;
  }

  #isVisible(row: number, workspaceRow: number): boolean {
    return workspaceRow === 0 || this.#apis.at(this.apiRowOf(row)).workspace.row === workspaceRow;
  }
}
