import { getApi, listApis } from "./apis/apis.ts";
import { listScopes } from "./apis/scopes.ts";
import { getCheckpoint, listAuditEvents } from "./audit.ts";
import type { ReadHandlers } from "./handlers.ts";
import { listClientSecrets } from "./clients/client-secrets.ts";
import { getClient, listClients } from "./clients/list-clients.ts";
import { getKey, listKeys } from "./keys/list-keys.ts";
import { listSecrets } from "./keys/secrets.ts";
import { getMe } from "./members/me.ts";
import { getMember, listMembers } from "./members/members.ts";
import { listSessions } from "./members/sessions.ts";
import { getOwner, listOwners } from "./owners/owners.ts";
import { getPlan, listPlans } from "./plans/plans.ts";
import { previewPolicy } from "./policies/apply.ts";
import { getPolicy, listPolicies } from "./policies/policies.ts";
import { getRevocation, listRevocations, previewRevocation } from "./revocations/revocations.ts";
import { getRole, listRoles } from "./roles/roles.ts";
import { getUsage, listStrangers } from "./usage/usage.ts";
import { listLogs } from "./logs/logs.ts";
import { listFindings } from "./safety/safety.ts";
import { proposeShrinking } from "./safety/shrink.ts";
import { listTokens } from "./tokens/tokens.ts";
import { getDelivery, listDeliveries } from "./webhooks/deliveries.ts";
import { getWebhook, listWebhooks } from "./webhooks/webhooks.ts";
import { getWorkspace, listWorkspaces } from "./workspaces/workspaces.ts";

export const READ_HANDLERS: ReadHandlers = {
  "keys.list": (call, { reader }, { query }) => listKeys(call, reader, query),
  "keys.search": (call, { reader }, { body }) => listKeys(call, reader, body),
  "keys.get": (call, { reader }, input) => getKey(call, reader, input),
  "keys.secrets.list": (call, { reader }, input) => listSecrets(call, reader, input),
  "revocations.preview": (call, { reader }, input) => previewRevocation(call, reader, input),
  "revocations.list": (call, { reader }, input) => listRevocations(call, reader, input),
  "revocations.get": (call, { reader }, input) => getRevocation(call, reader, input),
  "apis.list": (call, { reader }, input) => listApis(call, reader, input),
  "apis.get": (call, { reader }, input) => getApi(call, reader, input),
  "apis.scopes.list": (call, { reader }, input) => listScopes(call, reader, input),
  "roles.list": (call, { reader }, input) => listRoles(call, reader, input),
  "roles.get": (call, { reader }, input) => getRole(call, reader, input),
  "plans.list": (call, { reader }, input) => listPlans(call, reader, input),
  "plans.get": (call, { reader }, input) => getPlan(call, reader, input),
  "policies.list": (call, { reader }) => listPolicies(call, reader),
  "policies.get": (call, { reader }, input) => getPolicy(call, reader, input),
  "policies.preview": previewPolicy,
  "owners.list": (call, { reader }, input) => listOwners(call, reader, input),
  "owners.get": (call, { reader }, input) => getOwner(call, reader, input),
  "webhooks.list": (call, { reader }, input) => listWebhooks(call, reader, input),
  "webhooks.get": (call, { reader }, input) => getWebhook(call, reader, input),
  "webhooks.deliveries.list": (call, { reader }, input) => listDeliveries(call, reader, input),
  "webhooks.deliveries.get": (call, { reader }, input) => getDelivery(call, reader, input),
  "workspaces.list": listWorkspaces,
  "workspaces.get": getWorkspace,
  "members.list": (call, { reader }, input) => listMembers(call, reader, input),
  "members.get": (call, { reader }, input) => getMember(call, reader, input),
  "sessions.list": (call, { reader }, input) => listSessions(call, reader, input),
  me: (call, { reader }) => getMe(call, reader),
  "usage.get": getUsage,
  "usage.strangers": listStrangers,
  "logs.list": listLogs,
  "safety.list": listFindings,
  "safety.shrink": proposeShrinking,
  "tokens.list": (call, { reader }, input) => listTokens(call, reader, input),
  "clients.list": (call, { reader }, input) => listClients(call, reader, input),
  "clients.get": (call, { reader }, input) => getClient(call, reader, input),
  "clients.secrets.list": (call, { reader }, input) => listClientSecrets(call, reader, input),
  "audit.list": (call, { reader }, input) => listAuditEvents(call, reader, input),
  "audit.checkpoint": (call, { reader }) => getCheckpoint(call, reader),
};
