import { ANY_SCOPE, needOfAny, NO_SCOPE } from "./need.ts";
import type { AskedScopes, KeyNeed } from "./need.ts";
import type { NeedQueue } from "./need-queue.ts";

/** Needs that are told apart for one secret within a day; one more is told as {@link ANY_SCOPE}. */
export const NEEDS_PER_SECRET_MAX = 64;
/** Lists of which any scope does, that are known by sight. Few enough to be looked through. */
const LISTS_MAX = 8;

/** What one secret needed on one day, each told once. Of what is known already nothing is allocated. */
export class OpenNeeds {
  readonly #of: Omit<KeyNeed, "need">;
  readonly #told = new Set<string>();
  readonly #lists: (readonly string[])[] = [];

  constructor(of: Omit<KeyNeed, "need">, told: string | undefined) {
    this.#of = of;
    if (told !== undefined) this.#told.add(told);
  }

  note(asked: AskedScopes | undefined, queue: NeedQueue): void {
    if (asked === undefined) this.#noteOne(NO_SCOPE, queue);
    else if (isList(asked)) this.#noteAll(asked, queue);
    else if ("all" in asked) this.#noteAll(asked.all, queue);
    else this.#noteAny(asked.any, queue);
  }

  #noteAll(scopes: readonly string[], queue: NeedQueue): void {
    if (scopes.length === 0) this.#noteOne(NO_SCOPE, queue);
    for (const scope of scopes) this.#noteOne(scope, queue);
  }

  #noteAny(scopes: readonly string[], queue: NeedQueue): void {
    if (this.#lists.some((list) => isSame(list, scopes))) return;
    const need = needOfAny(scopes);
    this.#noteOne(need, queue);
    // Not before it is told: where there was no room for it, the next decision tries again.
    if (this.#lists.length < LISTS_MAX && this.#told.has(need)) this.#lists.push([...scopes]);
  }

  #noteOne(need: string, queue: NeedQueue): void {
    if (this.#told.has(need) || this.#told.has(ANY_SCOPE)) return;
    const told = this.#told.size < NEEDS_PER_SECRET_MAX ? need : ANY_SCOPE;
    if (queue.add({ ...this.#of, need: told })) this.#told.add(told);
  }
}

/** The need of a request that has one and no more; of most there is one. */
export function soleNeedOf(asked: AskedScopes | undefined): string | undefined {
  if (asked === undefined) return NO_SCOPE;
  if (!isList(asked) && "any" in asked) return undefined;
  const all = isList(asked) ? asked : asked.all;
  return all.length === 1 ? all[0] : undefined;
}

/** `Array.isArray` does not narrow what is read-only. */
function isList(asked: AskedScopes): asked is readonly string[] {
  return Array.isArray(asked);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((scope, index) => scope === other[index]);
}
