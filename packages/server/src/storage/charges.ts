import type { ChargeId } from "@keyward/core/id";
import type { LimitReport } from "@keyward/core/limit/limit-report";
import type { UnitCounter } from "@keyward/core/limit/unit-store";
import type { Instant } from "@keyward/core/time";
import type { TenantScope } from "./storage.ts";

/** A charge that was acknowledged, or is about to be: spec/limits.md §7. */
export interface KeptCharge {
  /** What it is remembered by: a digest of who named it and how, or its id. */
  readonly name: string;
  /** Where its cost is known later. */
  readonly id: ChargeId | null;
  readonly cost: number;
  readonly units: readonly Omit<UnitCounter, "workspaceId">[];
  /** What it was answered with. */
  readonly report: LimitReport;
  /** Until when it can be settled. */
  readonly openUntil: Instant;
  /** Until when it is remembered. */
  readonly endsAt: Instant;
}

export interface Settlement {
  readonly id: ChargeId;
  readonly state: "committed" | "released";
  /** What is to stay charged. */
  readonly cost: number;
  /** Whether the units that were not used go back to their store, rather than to the hand that they were spent from. */
  readonly returnsUnits: boolean;
}

/** What a settlement came to; the charge stays as it was unless it is `first` or `again`. */
export type SettledAs = "absent" | "exceeds" | "otherwise" | "again" | "first";

/** Charges, durable and shared by all nodes: none that was acknowledged is forgotten, and each name counts once. */
export interface ChargeStore {
  find(scope: TenantScope, name: string, now: Instant): Promise<KeptCharge | undefined>;
  /** @returns what was kept by the name before, which stays */
  keep(scope: TenantScope, charge: KeptCharge, now: Instant): Promise<KeptCharge | undefined>;
  settle(scope: TenantScope, settlement: Settlement, now: Instant): Promise<SettledAs>;
  /** What was taken back is not remembered. */
  forget(scope: TenantScope, name: string): Promise<void>;
}
