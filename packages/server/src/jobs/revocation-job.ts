import type { RevocationId } from "@keyward/core/id";
import { revokeSlice } from "../operations/revocations/revoke-slice.ts";
import type { SlicedJob } from "./slice-runner.ts";

/** The revocation of many keys. */
export const REVOCATION_JOB: SlicedJob<RevocationId> = {
  heard: ({ change }) =>
    change.entity === "revocation"
      ? { id: change.id, isRunning: change.value.state === "running" }
      : undefined,
  left: (system) => system.listRunningRevocations(),
  slice: revokeSlice,
};
