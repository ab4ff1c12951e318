// The part of the storage port that is about policies. A workspace has a few, and whoever needs them needs all.
import type { PolicyId } from "@keyward/core/id";
import type { Policy } from "@keyward/core/model/policy";
import type { TenantScope, Versioned } from "./storage.ts";

export interface PolicyReader {
  findPolicy(scope: TenantScope, id: PolicyId): Promise<Versioned<Policy> | undefined>;
  findPolicyByName(scope: TenantScope, name: string): Promise<Versioned<Policy> | undefined>;
  /** Newest first. */
  listPolicies(scope: TenantScope): Promise<readonly Versioned<Policy>[]>;
}

export interface PolicyWriter {
  /** How far the policy's application has come. It is no change, and takes no rev. */
  keepApplication(scope: TenantScope, policy: Policy): Promise<void>;
}

/** What belongs to no tenant: the clock's work for all of them. */
export interface PolicySystem {
  listAllPolicies(): Promise<readonly Policy[]>;
}
