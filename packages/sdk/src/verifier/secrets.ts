import type { SecretId } from "@keyward/core/id";
import { DIGEST_BYTES } from "@keyward/core/key/digest";
import type { Digest } from "@keyward/core/key/digest";
import type { KeySecret } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import { EMPTY, HashIndex } from "./hash-index.ts";
import { readId } from "./id-rows.ts";
import { readInstant, writeInstant } from "./instant-words.ts";
import { ID_WORDS, packId } from "./packed-id.ts";
import { Rows } from "./rows.ts";

const DIGEST_WORDS = DIGEST_BYTES / 4;
// The words of a row after the eight of its digest: sixteen in all, one cache line, what a decision reads first.
const WORKSPACE = 8;
const KEY = 9;
const PERIOD = 10;
const NEXT = 11;
const ID = 12;
const WORDS = 16;

// The words of a period: most secrets have none, so its room is taken only where one is.
const NOT_BEFORE = 0;
const EXPIRES_AT = 2;
const PERIOD_WORDS = 4;

/** The digest that is being looked for or stored, as words. */
const wanted = new Uint32Array(DIGEST_WORDS);
const idWords = new Uint32Array(ID_WORDS);

/** Every secret of every key, found by its digest. The secrets of one key are a chain. */
export class Secrets {
  readonly #rows = new Rows(WORDS);
  readonly #periods = new Rows(PERIOD_WORDS);
  /** A caller cannot choose what SHA-256 makes of a text, so the first word of a digest is hash enough. */
  readonly #index = new HashIndex((row) => this.#rows.get(row, 0));

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    return this.#rows.byteLength + this.#periods.byteLength + this.#index.byteLength;
  }

  /** The row with this digest in the workspace, or in any where that is 0; 0 where there is none. */
  find(digest: Digest, workspaceRow: number): number {
    readDigest(digest);
    const hash = wanted[0] ?? 0;
    for (let slot = this.#index.start(hash); ; slot = this.#index.after(slot)) {
      const row = this.#index.rowAt(slot, hash);
      if (row === EMPTY) return 0;
      if (row > 0 && this.#rows.beginsWith(row, wanted) && this.#isVisible(row, workspaceRow)) {
        return row;
      }
    }
  }

  /** Stores the secret in front of the chain that begins with `next`, and returns its row. */
  add(workspaceRow: number, keyRow: number, secret: KeySecret, next: number): number {
    readDigest(secret.digest);
    packId(secret.id, idWords);
    const row = this.#rows.add();
    this.#rows.setWords(row, 0, wanted);
    this.#rows.setWords(row, ID, idWords);
    this.#rows.set(row, WORKSPACE, workspaceRow);
    this.#rows.set(row, KEY, keyRow);
    this.#rows.set(row, NEXT, next);
    this.#rows.set(row, PERIOD, this.#addPeriod(secret));
    this.#index.add(row);
    return row;
  }

  /** Removes the chain that begins with `first`; 0 is an empty one. */
  removeChain(first: number): void {
    for (let row = first; row !== 0;) {
      const next = this.#rows.get(row, NEXT);
      const period = this.#rows.get(row, PERIOD);
      if (period !== 0) this.#periods.remove(period);
      this.#index.remove(row);
      this.#rows.remove(row);
      row = next;
    }
  }

  keyRowOf(row: number): number {
    return this.#rows.get(row, KEY);
  }

  idOf(row: number): SecretId {
    return readId("sec", this.#rows, row, ID);
  }

  notBeforeOf(row: number): Instant | undefined {
    const period = this.#rows.get(row, PERIOD);
    return period === 0 ? undefined : readInstant(this.#periods, period, NOT_BEFORE);
  }

  expiresAtOf(row: number): Instant | undefined {
    const period = this.#rows.get(row, PERIOD);
    return period === 0 ? undefined : readInstant(this.#periods, period, EXPIRES_AT);
  }

  #addPeriod(secret: KeySecret): number {
    if (secret.notBefore === null && secret.expiresAt === null) return 0;
    const row = this.#periods.add();
    writeInstant(this.#periods, row, NOT_BEFORE, secret.notBefore);
    writeInstant(this.#periods, row, EXPIRES_AT, secret.expiresAt);
    return row;
  }

  #isVisible(row: number, workspaceRow: number): boolean {
    return workspaceRow === 0 || this.#rows.get(row, WORKSPACE) === workspaceRow;
  }
}

function readDigest(digest: Digest): void {
  if (digest.length !== DIGEST_BYTES) throw new RangeError("not a digest");
  for (let word = 0; word < DIGEST_WORDS; word++) {
    const at = word * 4;
    wanted[word] =
      digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24);
  }
}
