import { initial } from "./0001-initial.ts";
import { feedSubjects } from "./0002-feed-subjects.ts";
import { members } from "./0003-members.ts";
import { usage } from "./0004-usage.ts";
import { plans } from "./0005-plans.ts";
import { revocationJobs } from "./0006-revocation-jobs.ts";
import { limitUnits } from "./0007-limit-units.ts";
import { openIdProviders } from "./0008-openid-providers.ts";
import { ownerRights } from "./0009-owner-rights.ts";
import { webhooks } from "./0010-webhooks.ts";
import { clients } from "./0011-clients.ts";
import { policies } from "./0013-policies.ts";
import { logins } from "./0015-logins.ts";
import { log } from "./0016-log.ts";
import { leakReaction } from "./0017-leak-reaction.ts";
import { creditMarks } from "./0021-credit-marks.ts";
import { clientLimits } from "./0029-client-limits.ts";
import { keyNeeds } from "./0032-key-needs.ts";
import { unitNotices } from "./0033-unit-notices.ts";
import { charges } from "./0034-charges.ts";
import { usagePlans } from "./0035-usage-plans.ts";
import type { Migration } from "./migration.ts";

export const MIGRATIONS: readonly Migration[] = [
  initial,
  feedSubjects,
  members,
  usage,
  plans,
  revocationJobs,
  limitUnits,
  openIdProviders,
  ownerRights,
  webhooks,
  clients,
  policies,
  logins,
  log,
  leakReaction,
  creditMarks,
  clientLimits,
  keyNeeds,
  unitNotices,
  charges,
  usagePlans,
];
