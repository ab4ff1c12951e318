import { compileGrants, intersectGrants } from "@keyward/core/scope/scope";
import type { GrantSet, ScopeGrant } from "@keyward/core/scope/scope";

const NOTHING = compileGrants([]);

/**
 * What users may do, and with it their personal access tokens. Of a million owners few are users with tokens, so only
 * their rows stand here.
 */
export class OwnerRights {
  readonly #byOwnerRow = new Map<number, GrantSet>();
  /** What was worked out holds for as long as the two sets are the same objects. */
  readonly #capped = new WeakMap<GrantSet, WeakMap<GrantSet, GrantSet>>();

  put(ownerRow: number, rights: readonly ScopeGrant[] | null): void {
    if (rights === null) this.#byOwnerRow.delete(ownerRow);
    else this.#byOwnerRow.set(ownerRow, compileGrants(rights));
  }

  /** What is left of a token's grants in the hands of its user. */
  cap(ownerRow: number, grants: GrantSet): GrantSet {
    const rights = this.#byOwnerRow.get(ownerRow) ?? NOTHING;
    const byRights = this.#capped.get(grants) ?? new WeakMap<GrantSet, GrantSet>();
    this.#capped.set(grants, byRights);
    const known = byRights.get(rights);
    if (known !== undefined) return known;
    const capped = intersectGrants(grants, rights);
    byRights.set(rights, capped);
    return capped;
  }
}
