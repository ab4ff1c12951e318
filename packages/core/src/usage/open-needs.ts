import type { CredentialId } from "../id.ts";
import { ANY_SCOPE, needOfAny, NO_SCOPE } from "./need.ts";
import type { AskedScopes } from "./need.ts";
import type { NeedTable } from "./need-table.ts";

/** Needs that are told apart for one secret within a day; one more is told as {@link ANY_SCOPE}. */
export const NEEDS_PER_SECRET_MAX = 64;
/** Lists of which any scope does, that are known by sight. Few enough to be looked through. */
const LISTS_MAX = 8;

/** What one secret needed on one day, each told once. Of what is known already nothing is allocated. */
export class OpenNeeds {
  readonly #keyId: CredentialId;
  #day = 0;
  /** Most secrets need one scope: what only others need is made when it is. */
  #first: string | undefined;
  #others: Set<string> | undefined;
  #lists: (readonly string[])[] | undefined;

  constructor(keyId: CredentialId) {
    this.#keyId = keyId;
  }

  turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#first = undefined;
    this.#others = undefined;
    this.#lists = undefined;
  }

  note(asked: AskedScopes | undefined, table: NeedTable): void {
    if (asked === undefined) return this.#noteOne(NO_SCOPE, table);
    if ("any" in asked) return this.#noteAny(asked.any, table);
    const all = "all" in asked ? asked.all : asked;
    if (all.length === 0) return this.#noteOne(NO_SCOPE, table);
    for (const scope of all) this.#noteOne(scope, table);
  }

  #noteOne(need: string, table: NeedTable): void {
    if (need === this.#first || this.#others?.has(need) === true) return;
    this.#learn(need, table);
  }

  #noteAny(scopes: readonly string[], table: NeedTable): void {
    if (this.#lists?.some((list) => isSame(list, scopes)) === true) return;
    this.#noteOne(needOfAny(scopes), table);
    const lists = (this.#lists ??= []);
    // Not before it is told: where there was no room for it, the next decision tries again.
    if (lists.length < LISTS_MAX && this.#isKnown(needOfAny(scopes))) lists.push([...scopes]);
  }

  #learn(need: string, table: NeedTable): void {
    if (this.#isKnown(ANY_SCOPE)) return;
    const isFull = (this.#others?.size ?? 0) >= NEEDS_PER_SECRET_MAX - 1;
    const told = isFull ? ANY_SCOPE : need;
    if (!table.add({ day: this.#day, keyId: this.#keyId, need: told })) return;
    if (this.#first === undefined) this.#first = told;
    else (this.#others ??= new Set()).add(told);
  }

  #isKnown(need: string): boolean {
    return need === this.#first || this.#others?.has(need) === true;
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope, index) => scope === other[index]);
}
