import { Undecidable } from "@keyward/core/failure/undecidable";
import type { PlanId } from "@keyward/core/id";
import { withOverrides } from "@keyward/core/limit/limit";
import type { Limit } from "@keyward/core/limit/limit";
import type { PlanEntry, Plans } from "./plans.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

export const NO_LIMITS: readonly Limit[] = Object.freeze([]);

/** Who may have limits: a key by its policy, a client, or an owner. */
export interface LimitedBy {
  readonly planId: PlanId | null;
  readonly limits: readonly Limit[];
}

export function isLimited({ planId, limits }: LimitedBy): boolean {
  return planId !== null || limits.length > 0;
}

/** The limits of a plan and its user's own, put together once for every change of either. */
export class LimitSet {
  readonly #plans: Plans;
  readonly #plan: PlanEntry | undefined;
  readonly #own: readonly Limit[];
  #limits: readonly Limit[] = NO_LIMITS;

  constructor(plans: Plans, workspace: WorkspaceEntry, { planId, limits }: LimitedBy) {
    this.#plans = plans;
    this.#own = limits;
    this.#plan = planId === null ? undefined : plans.acquire(workspace, planId);
    this.#plan?.users.add(this);
    this.planChanged();
  }

  /**
   * The same list as long as nothing changes, so that whoever counts by it need not compare.
   *
   * @throws Undecidable while the plan is not there: nobody knows then how little it allows (K3)
   */
  get limits(): readonly Limit[] {
    if (this.#plan?.rev === 0) throw new Undecidable(`the plan ${this.#plan.id} is not known`);
    return this.#limits;
  }

  planChanged(): void {
    this.#limits = withOverrides(this.#plan?.limits ?? NO_LIMITS, this.#own);
  }

  release(): void {
    if (this.#plan !== undefined) this.#plans.release(this.#plan, this);
  }
}
