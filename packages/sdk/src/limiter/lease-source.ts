import type { LeaseAnswer, LeaseRequest } from "@keyward/core/limit/lease";

/** The way to whoever lends. */
export interface LeaseSource {
  /** Rejects, within a bounded time, when there is no answer. */
  lend(request: LeaseRequest): Promise<LeaseAnswer>;
}
