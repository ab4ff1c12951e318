import type { RoleId } from "@keyward/core/id";
import type { VerifierRole } from "@keyward/core/feed/verifier-change";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

/** Whoever has derived something from roles, and must derive it anew when one changes. */
export interface RoleUser {
  rolesChanged(): void;
}

export interface RoleEntry {
  readonly id: RoleId;
  readonly workspace: WorkspaceEntry;
  readonly users: Set<RoleUser>;
  /** Of the change that it came with; 0 when the role is not there. */
  rev: number;
  /** Empty when the role is not there: what nobody defined grants nothing. */
  scopes: readonly ScopeGrant[];
}

/** The roles, each held by its own presence and by its users. */
export class Roles {
  readonly #byId = new Map<string, RoleEntry>();

  get count(): number {
    return this.#byId.size;
  }

  revOf(id: RoleId): number {
    return this.#byId.get(id)?.rev ?? 0;
  }

  acquire(workspace: WorkspaceEntry, id: RoleId): RoleEntry {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      assertSameWorkspace(known.workspace, workspace, id);
      return known;
    }
    const entry = { id, workspace, users: new Set<RoleUser>(), rev: 0, scopes: [] };
    this.#byId.set(id, entry);
    return entry;
  }

  release(role: RoleEntry, user: RoleUser): void {
    role.users.delete(user);
    this.#forgetIfUnused(role);
  }

  put(workspace: WorkspaceEntry, rev: number, value: VerifierRole): void {
    const role = this.acquire(workspace, value.id);
    role.rev = rev;
    this.#setScopes(role, value.scopes);
  }

  remove(workspace: WorkspaceEntry, id: RoleId): void {
    const role = this.acquire(workspace, id);
    role.rev = 0;
    this.#setScopes(role, []);
    this.#forgetIfUnused(role);
  }

  #setScopes(role: RoleEntry, scopes: readonly ScopeGrant[]): void {
    role.scopes = scopes;
    for (const user of role.users) user.rolesChanged();
  }

  #forgetIfUnused(role: RoleEntry): void {
    if (role.rev === 0 && role.users.size === 0) this.#byId.delete(role.id);
  }
}
