import type { ApiId } from "@keyward/core/id";
import type { VerifierApi } from "@keyward/core/feed/verifier-change";
import type { Limit } from "@keyward/core/limit/limit";
import { Interned } from "./interned.ts";
import { NO_LIMITS } from "./limit-set.ts";
import { assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

export interface ApiEntry {
  readonly id: ApiId;
  readonly workspace: WorkspaceEntry;
  /** Of the change that it came with; 0 when the api is not there. */
  rev: number;
  /** `undefined` when the api is not there, because it was deleted or its change has yet to come. */
  prefix: string | undefined;
  limits: readonly Limit[];
  /** `undefined` exactly when the prefix is. */
  audience: string | undefined;
}

/** The apis, each held by its own presence and by every secret whose key names it. */
export class Apis {
  readonly #entries = new Interned<ApiEntry>();

  get count(): number {
    return this.#entries.count;
  }

  /** The row of the api, with one reference more. */
  acquire(workspace: WorkspaceEntry, id: ApiId): number {
    const row = this.#entries.acquire(id, () => ({
      id,
      workspace,
      rev: 0,
      prefix: undefined,
      limits: NO_LIMITS,
      audience: undefined,
    }));
    assertSameWorkspace(this.#entries.at(row).workspace, workspace, id);
    return row;
  }

  /** Takes back a reference of {@link acquire}. */
  release(row: number): void {
    this.#entries.release(row);
  }

  at(row: number): ApiEntry {
    return this.#entries.at(row);
  }

  revOf(id: ApiId): number {
    const row = this.#entries.find(id);
    return row === 0 ? 0 : this.#entries.at(row).rev;
  }

  put(workspace: WorkspaceEntry, rev: number, value: VerifierApi): void {
    const row = this.acquire(workspace, value.id);
    const api = this.at(row);
    if (api.rev !== 0) this.release(row);
    api.rev = rev;
    api.prefix = value.prefix;
    api.limits = value.limits;
    api.audience = value.audience;
  }

  remove(workspace: WorkspaceEntry, id: ApiId): void {
    const row = this.acquire(workspace, id);
    const api = this.at(row);
    if (api.rev !== 0) this.release(row);
    api.rev = 0;
    api.prefix = undefined;
    api.limits = NO_LIMITS;
    api.audience = undefined;
    this.release(row);
  }
}
