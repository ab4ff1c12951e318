import type { PlanId } from "@keyward/core/id";
import type { VerifierPlan } from "@keyward/core/feed/verifier-change";
import type { Limit } from "@keyward/core/limit/limit";
import type { LimitSet } from "./limit-set.ts";
import { assertSameWorkspace } from "./workspaces.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

export interface PlanEntry {
  readonly id: PlanId;
  readonly workspace: WorkspaceEntry;
  readonly users: Set<LimitSet>;
  /** Of the change that it came with; 0 when the plan is not there. */
  rev: number;
  limits: readonly Limit[];
}

/** The plans, each held by its own presence and by its users. */
export class Plans {
  readonly #byId = new Map<string, PlanEntry>();

  get count(): number {
    return this.#byId.size;
  }

  revOf(id: PlanId): number {
    return this.#byId.get(id)?.rev ?? 0;
  }

  acquire(workspace: WorkspaceEntry, id: PlanId): PlanEntry {
    const known = this.#byId.get(id);
    if (known !== undefined) {
      assertSameWorkspace(known.workspace, workspace, id);
      return known;
    }
    const entry = { id, workspace, users: new Set<LimitSet>(), rev: 0, limits: [] };
    this.#byId.set(id, entry);
    return entry;
  }

  release(plan: PlanEntry, user: LimitSet): void {
    plan.users.delete(user);
    this.#forgetIfUnused(plan);
  }

  put(workspace: WorkspaceEntry, rev: number, value: VerifierPlan): void {
    this.#set(this.acquire(workspace, value.id), rev, value.limits);
  }

  remove(workspace: WorkspaceEntry, id: PlanId): void {
    const plan = this.acquire(workspace, id);
    this.#set(plan, 0, []);
    this.#forgetIfUnused(plan);
  }

  #set(plan: PlanEntry, rev: number, limits: readonly Limit[]): void {
    plan.rev = rev;
    plan.limits = limits;
    for (const user of plan.users) user.planChanged();
  }

  #forgetIfUnused(plan: PlanEntry): void {
    if (plan.rev === 0 && plan.users.size === 0) this.#byId.delete(plan.id);
  }
}
