// The contract: every operation that Keyward offers under /v1, in one table.
import type { z } from "zod";
import { apiOperations } from "./apis.ts";
import { auditOperations } from "./audit.ts";
import { chargeOperations } from "./charges.ts";
import { clientOperations } from "./clients.ts";
import { feedOperations } from "./feed.ts";
import { keyOperations } from "./keys.ts";
import { leakOperations } from "./leaks.ts";
import { logOperations } from "./logs.ts";
import { loginOperations } from "./logins.ts";
import { memberOperations } from "./members.ts";
import { ownerOperations } from "./owners.ts";
import { planOperations } from "./plans.ts";
import { policyOperations } from "./policies.ts";
import { revocationOperations } from "./revocations.ts";
import { portalOperations } from "./portal.ts";
import { roleOperations } from "./roles.ts";
import { safetyOperations } from "./safety.ts";
import { signInOperations } from "./sign-in.ts";
import { usageOperations } from "./usage.ts";
import { tokenOperations } from "./tokens.ts";
import { verifyOperations } from "./verify.ts";
import { webhookOperations } from "./webhooks.ts";
import { workspaceOperations } from "./workspaces.ts";

export const OPERATIONS = {
  ...verifyOperations,
  ...chargeOperations,
  ...keyOperations,
  ...revocationOperations,
  ...apiOperations,
  ...roleOperations,
  ...planOperations,
  ...ownerOperations,
  ...policyOperations,
  ...workspaceOperations,
  ...usageOperations,
  ...logOperations,
  ...leakOperations,
  ...safetyOperations,
  ...clientOperations,
  ...portalOperations,
  ...auditOperations,
  ...feedOperations,
  ...memberOperations,
  ...signInOperations,
  ...loginOperations,
  ...tokenOperations,
  ...webhookOperations,
};

export type OperationId = keyof typeof OPERATIONS;
export const OPERATION_IDS = Object.keys(OPERATIONS) as OperationId[];

/** What the handler of an operation is given: parsed, branded, complete. */
export interface InputOf<Id extends OperationId> {
  readonly params: z.output<(typeof OPERATIONS)[Id]["params"]>;
  readonly query: z.output<(typeof OPERATIONS)[Id]["query"]>;
  readonly body: OutputOrUndefined<(typeof OPERATIONS)[Id]["body"]>;
}

/** What the handler of an operation answers with. */
export type ResultOf<Id extends OperationId> = InputOrUndefined<
  (typeof OPERATIONS)[Id]["response"]
>;

type OutputOrUndefined<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type InputOrUndefined<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
