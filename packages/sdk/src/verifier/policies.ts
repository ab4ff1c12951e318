import { Undecidable } from "@keyward/core/failure/undecidable";
import type { VerifierKey } from "@keyward/core/feed/verifier-change";
import { compileRestrictions } from "@keyward/core/restriction/restrictions";
import type { CompiledRestrictions, CompileResult } from "@keyward/core/restriction/restrictions";
import { compileGrants } from "@keyward/core/scope/scope";
import type { GrantSet, ScopeGrant } from "@keyward/core/scope/scope";
import { Interned } from "./interned.ts";
import { isLimited, LimitSet } from "./limit-set.ts";
import type { Plans } from "./plans.ts";
import type { RoleEntry, Roles, RoleUser } from "./roles.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

type PolicyOfKey = Pick<VerifierKey, "scopes" | "roleIds" | "restrictions" | "planId" | "limits">;

/** What many keys share: compiled once, however many they are. */
export class Policy implements RoleUser {
  readonly roles: readonly RoleEntry[];
  /** `undefined` where the key has neither a plan nor limits of its own. */
  readonly limitSet: LimitSet | undefined;
  readonly #restrictions: CompileResult | undefined;
  readonly #scopes: readonly ScopeGrant[];
  #grants: GrantSet;

  constructor(key: PolicyOfKey, roles: readonly RoleEntry[], limitSet: LimitSet | undefined) {
    this.roles = roles;
    this.limitSet = limitSet;
    this.#restrictions =
      key.restrictions === null ? undefined : compileRestrictions(key.restrictions);
    this.#scopes = key.scopes;
    this.#grants = grantsOf(key.scopes, roles);
  }

  /** The own scopes and those of the roles. */
  get grants(): GrantSet {
    return this.#grants;
  }

  /**
   * @throws Undecidable for restrictions that this version cannot read, as a newer authority may send:
   * whoever does not know what they say can neither allow nor deny (K3)
   */
  get restrictions(): CompiledRestrictions | undefined {
    if (this.#restrictions === undefined) return undefined;
    if (this.#restrictions.ok) return this.#restrictions.restrictions;
    const [problem] = this.#restrictions.problems;
    throw new Undecidable(
      `restrictions that cannot be read: ${problem?.pointer} ${problem?.detail}`,
    );
  }

  rolesChanged(): void {
    this.#grants = grantsOf(this.#scopes, this.roles);
  }
}

export class Policies {
  readonly #roles: Roles;
  readonly #plans: Plans;
  readonly #policies = new Interned<Policy>();

  constructor(roles: Roles, plans: Plans) {
    this.#roles = roles;
    this.#plans = plans;
  }

  get count(): number {
    return this.#policies.count;
  }

  at(row: number): Policy {
    return this.#policies.at(row);
  }

  /** The row of the policy, with one reference more. */
  acquire(workspace: WorkspaceEntry, key: PolicyOfKey): number {
    return this.#policies.acquire(textOf(workspace, key), () => {
      const roles = key.roleIds.map((id) => this.#roles.acquire(workspace, id));
      const limitSet = isLimited(key) ? new LimitSet(this.#plans, workspace, key) : undefined;
      const policy = new Policy(key, roles, limitSet);
      for (const role of roles) role.users.add(policy);
      return policy;
    });
  }

  release(row: number): void {
    const unused = this.#policies.release(row);
    if (unused === undefined) return;
    for (const role of unused.roles) this.#roles.release(role, unused);
    unused.limitSet?.release();
  }
}

function grantsOf(scopes: readonly ScopeGrant[], roles: readonly RoleEntry[]): GrantSet {
  return compileGrants([...new Set([...scopes, ...roles.flatMap((role) => role.scopes)])]);
}

/** Roles and plans belong to a workspace, so policies that name some are not shared across workspaces. */
function textOf(workspace: WorkspaceEntry, key: PolicyOfKey): string {
  const { scopes, roleIds, restrictions, planId, limits } = key;
  const limitedBy = isLimited(key) ? [planId, limits] : 0;
  if (roleIds.length === 0 && restrictions === null && limitedBy === 0) {
    return JSON.stringify(scopes);
  }
  const isShared = roleIds.length === 0 && planId === null;
  return JSON.stringify([isShared ? 0 : workspace.row, scopes, roleIds, restrictions, limitedBy]);
}
