// What belongs to the installation: the one file, beside scan.ts, that looks across the tenants.
import { all, find } from "./query.ts";
import type { Queries } from "./query.ts";
import type { SystemStorage } from "../storage.ts";
import { WORKSPACE_COLUMNS } from "./columns.ts";
import { readEpoch } from "./epoch.ts";
import { eventsSystemReader, eventsSystemWriter } from "./events-system.ts";
import { trimChanges } from "./trim-changes.ts";
import { keepTrustMax, readTrustMaxes } from "./trust-max.ts";
import { forgetSessions } from "./people.ts";
import { forgetTokens } from "./oauth-writes.ts";
import { forgetCharges } from "./charges.ts";
import { forgetReplies } from "./replies.ts";
import { listAllPolicies } from "./policies.ts";
import { listRunningRevocations } from "./revocation-jobs.ts";
import { workspaceFromRow } from "./rows.ts";
import { AFTER_EVERY_ID } from "./search-slices.ts";
import { builder, statement } from "./statement.ts";
import { pageOf } from "./versioned.ts";

export const systemReader: Queries<
  Pick<
    SystemStorage,
    | "isEmpty"
    | "epoch"
    | "listWorkspaces"
    | "listRunningRevocations"
    | "listAllPolicies"
    | "readTrustMaxes"
    | "dueDeliveries"
    | "listEndingKeys"
  >
> = {
  ...eventsSystemReader,
  epoch: readEpoch,
  listRunningRevocations,
  listAllPolicies,
  readTrustMaxes,

  *isEmpty() {
    const any = builder.selectFrom("workspaces").select("workspace_id").limit(1);
    return (yield* find(statement(any))) === undefined;
  },

  *listWorkspaces(page) {
    const query = builder
      .selectFrom("workspaces")
      .select(WORKSPACE_COLUMNS)
      .where("workspace_id", "<", page.after ?? AFTER_EVERY_ID)
      .orderBy("workspace_id", "desc")
      .limit(page.limit + 1);
    return pageOf(yield* all(statement(query)), page, workspaceFromRow);
  },
};

export const systemWriter: Queries<
  Pick<
    SystemStorage,
    | "forgetCharges"
    | "forgetReplies"
    | "forgetSessions"
    | "forgetTokens"
    | "trimChanges"
    | "keepTrustMax"
    | "settleDeliveries"
    | "forgetDeliveries"
  >
> = {
  ...eventsSystemWriter,
  forgetCharges,
  forgetReplies,
  forgetSessions,
  forgetTokens,
  trimChanges,
  keepTrustMax,
};
