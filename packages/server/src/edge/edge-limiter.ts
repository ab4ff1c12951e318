import { OperationError } from "@keyward/core/failure/failures";
import type { ChargeAnswer, Demand, Limiter } from "@keyward/sdk/limiter/limiter";
import type { Followers } from "./followers.ts";

/** Counts each key by what its own feed's authority lends. */
export class EdgeLimiter implements Limiter {
  readonly #followers: Followers;

  constructor(followers: Followers) {
    this.#followers = followers;
  }

  chargeNow(): undefined {
    return undefined;
  }

  charge(demand: Demand): ChargeAnswer | Promise<ChargeAnswer> {
    const { apiId, environment } = demand.key;
    const follower = this.#followers.find(apiId, environment);
    if (follower !== undefined) return follower.charge(demand);
    throw new OperationError("unavailable", { detail: "This edge does not follow that api" });
  }
}
