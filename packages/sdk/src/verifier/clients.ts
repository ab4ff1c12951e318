import type { VerifierClient } from "@keyward/core/feed/verifier-change";
import type { ClientId } from "@keyward/core/id";
import type { Environment } from "@keyward/core/key/format";
import type { ClientState } from "@keyward/core/model/key-state";
import type { Metadata } from "@keyward/core/model/metadata";
import { compileGrants } from "@keyward/core/scope/scope";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import type { Apis } from "./apis.ts";
import { isLimited, LimitSet } from "./limit-set.ts";
import type { Owners } from "./owners.ts";
import type { Plans } from "./plans.ts";
import { assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

export interface ClientEntry {
  readonly id: ClientId;
  readonly workspace: WorkspaceEntry;
  readonly rev: number;
  readonly ownerRow: number;
  readonly environment: Environment;
  readonly state: ClientState;
  readonly resources: readonly { readonly apiRow: number; readonly grants: GrantSet }[];
  /** `undefined` where the client has neither a plan nor limits of its own. */
  readonly limitSet: LimitSet | undefined;
  readonly metadata: Metadata;
  readonly revokedBefore: Instant | null;
}

/** The clients: fewer than keys by far, and so each an object. */
export class Clients {
  readonly #apis: Apis;
  readonly #owners: Owners;
  readonly #plans: Plans;
  readonly #byId = new Map<ClientId, ClientEntry>();

  constructor(apis: Apis, owners: Owners, plans: Plans) {
    this.#apis = apis;
    this.#owners = owners;
    this.#plans = plans;
  }

  get count(): number {
    return this.#byId.size;
  }

  find(id: ClientId): ClientEntry | undefined {
    return this.#byId.get(id);
  }

  revOf(id: ClientId): number {
    return this.#byId.get(id)?.rev ?? 0;
  }

  put(workspace: WorkspaceEntry, rev: number, client: VerifierClient): void {
    const known = this.#findOwn(workspace, client.id);
    const entry: ClientEntry = {
      id: client.id,
      workspace,
      rev,
      ownerRow: this.#owners.acquire(workspace, client.ownerId),
      environment: client.environment,
      // Revoked is for ever, whatever a later change may say (K2).
      state: known?.state === "revoked" ? "revoked" : client.state,
      resources: client.resources.map(({ apiId, scopes }) => ({
        apiRow: this.#apis.acquire(workspace, apiId),
        grants: compileGrants(scopes),
      })),
      limitSet: isLimited(client) ? new LimitSet(this.#plans, workspace, client) : undefined,
      metadata: client.metadata,
      revokedBefore: client.revokedBefore,
    };
    if (known !== undefined) this.#release(known);
    this.#byId.set(client.id, entry);
  }

  remove(workspace: WorkspaceEntry, id: ClientId): void {
    const known = this.#findOwn(workspace, id);
    if (known === undefined) return;
    this.#release(known);
    this.#byId.delete(id);
  }

  #findOwn(workspace: WorkspaceEntry, id: ClientId): ClientEntry | undefined {
    const known = this.#byId.get(id);
    if (known !== undefined) assertSameWorkspace(known.workspace, workspace, id);
    return known;
  }

  #release({ ownerRow, resources, limitSet }: ClientEntry): void {
    this.#owners.release(ownerRow);
    limitSet?.release();
    for (const { apiRow } of resources) this.#apis.release(apiRow);
  }
}
