import type { PolicyId } from "@keyward/core/id";
import { isRunning } from "@keyward/core/model/policy";
import { applySlice } from "../operations/policies/apply-slice.ts";
import type { SlicedJob } from "./slice-runner.ts";

/** A policy that is applied to what was there before it. */
export const POLICY_JOB: SlicedJob<PolicyId> = {
  heard: ({ change }) =>
    change.entity === "policy"
      ? { id: change.id, isRunning: change.value !== null && isRunning(change.value) }
      : undefined,
  left: async (system) => (await system.listAllPolicies()).filter(isRunning),
  slice: applySlice,
};
