import type { KeyId } from "@keyward/core/id";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Instant } from "@keyward/core/time";
import { IdRows } from "./id-rows.ts";
import { readInstant, writeInstant } from "./instant-words.ts";
import { highWord, joinWords } from "./rows.ts";

const KINDS = ["secret", "publishable", "pat", "client_secret"] as const satisfies KeyKind[];
const ENVIRONMENTS = ["live", "test"] as const satisfies Environment[];
const STATES = ["active", "disabled", "revoked"] as const satisfies KeyState[];

// The words of a row after the four of its id. What a decision reads stands together.
const REV_LOW = 4;
/** The high 21 bits of the rev, and above them the three facts that have few values. */
const REV_HIGH_AND_FACTS = 5;
const EXPIRES_AT = 6;
const API = 8;
const POLICY = 9;
const OWNER = 10;
const METADATA = 11;
const FIRST_SECRET = 12;
const WORDS = 13;

const REV_HIGH_MASK = 2 ** 21 - 1;
const KIND_SHIFT = 24;
const ENVIRONMENT_SHIFT = 26;
const STATE_SHIFT = 28;

/** What a row refers to in the other tables. */
export interface KeyReferences {
  readonly apiRow: number;
  readonly ownerRow: number;
  readonly policyRow: number;
  /** 0 is no metadata. */
  readonly metadataRow: number;
}

export interface KeyFacts {
  readonly rev: number;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly state: KeyState;
  readonly expiresAt: Instant | null;
}

/** The keys, found by their id; their secrets, which open them, are in a table of their own. */
export class Keys {
  readonly #rows = new IdRows<"key">("key", WORDS);

  get count(): number {
    return this.#rows.count;
  }

  get byteLength(): number {
    return this.#rows.byteLength;
  }

  /** The row, or 0. */
  find(id: KeyId): number {
    return this.#rows.find(id);
  }

  add(id: KeyId): number {
    return this.#rows.add(id);
  }

  remove(row: number): void {
    this.#rows.remove(row);
  }

  write(row: number, facts: KeyFacts, references: KeyReferences): void {
    const bits =
      (KINDS.indexOf(facts.kind) << KIND_SHIFT) |
      (ENVIRONMENTS.indexOf(facts.environment) << ENVIRONMENT_SHIFT) |
      (STATES.indexOf(facts.state) << STATE_SHIFT);
    this.#rows.set(row, REV_LOW, facts.rev);
    this.#rows.set(row, REV_HIGH_AND_FACTS, bits | highWord(facts.rev));
    writeInstant(this.#rows, row, EXPIRES_AT, facts.expiresAt);
    this.#rows.set(row, API, references.apiRow);
    this.#rows.set(row, OWNER, references.ownerRow);
    this.#rows.set(row, POLICY, references.policyRow);
    this.#rows.set(row, METADATA, references.metadataRow);
  }

  /** The head of the chain of its secrets; 0 where it has none. */
  firstSecretOf(row: number): number {
    return this.#rows.get(row, FIRST_SECRET);
  }

  setFirstSecret(row: number, secretRow: number): void {
    this.#rows.set(row, FIRST_SECRET, secretRow);
  }

  idOf(row: number): KeyId {
    return this.#rows.idOf(row);
  }

  revOf(row: number): number {
    const high = this.#rows.get(row, REV_HIGH_AND_FACTS) & REV_HIGH_MASK;
    return joinWords(this.#rows.get(row, REV_LOW), high);
  }

  kindOf(row: number): KeyKind {
    return KINDS[(this.#rows.get(row, REV_HIGH_AND_FACTS) >>> KIND_SHIFT) & 3] ?? "secret";
  }

  environmentOf(row: number): Environment {
    const isTest = ((this.#rows.get(row, REV_HIGH_AND_FACTS) >>> ENVIRONMENT_SHIFT) & 1) === 1;
    return isTest ? "test" : "live";
  }

  stateOf(row: number): KeyState {
    return STATES[(this.#rows.get(row, REV_HIGH_AND_FACTS) >>> STATE_SHIFT) & 3] ?? "revoked";
  }

  expiresAtOf(row: number): Instant | undefined {
    return readInstant(this.#rows, row, EXPIRES_AT);
  }

  apiRowOf(row: number): number {
    return this.#rows.get(row, API);
  }

  ownerRowOf(row: number): number {
    return this.#rows.get(row, OWNER);
  }

  policyRowOf(row: number): number {
    return this.#rows.get(row, POLICY);
  }

  metadataRowOf(row: number): number {
    return this.#rows.get(row, METADATA);
  }
}
