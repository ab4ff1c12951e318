import { createApi, deleteApi, updateApi } from "./apis/apis.ts";
import { addScope, removeScope } from "./apis/scopes.ts";
import {
  deleteClient,
  disableClient,
  enableClient,
  revokeClient,
  revokeClientTokens,
} from "./clients/change-client-state.ts";
import { addClientCredits } from "./clients/add-client-credits.ts";
import { addClientSecret, removeClientSecret, rotateClient } from "./clients/client-secrets.ts";
import { createClient } from "./clients/create-client.ts";
import { updateClient } from "./clients/update-client.ts";
import type { WriteHandlers } from "./handlers.ts";
import { disableKey, enableKey, revokeKey } from "./keys/change-state.ts";
import { createKey } from "./keys/create-key.ts";
import { deleteKey } from "./keys/delete-key.ts";
import { importKeys } from "./keys/import-keys.ts";
import { rotateKey } from "./keys/rotate-key.ts";
import { addSecret, removeSecret } from "./keys/secrets.ts";
import { addCredits } from "./keys/add-credits.ts";
import { updateKey } from "./keys/update-key.ts";
import {
  createMember,
  deleteMember,
  disableMember,
  enableMember,
  linkMember,
  updateMember,
} from "./members/members.ts";
import { endSessionOf } from "./members/sessions.ts";
import {
  addOwnerCredits,
  createOwner,
  deleteOwner,
  disableOwner,
  enableOwner,
  updateOwner,
} from "./owners/owners.ts";
import { createPlan, deletePlan, updatePlan } from "./plans/plans.ts";
import { applyPolicy, cancelApplication } from "./policies/apply.ts";
import { createPolicy, deletePolicy, updatePolicy } from "./policies/policies.ts";
import { cancelRevocation, createRevocation } from "./revocations/revocations.ts";
import { endPortalSession, openPortalSession } from "./portal/open-portal.ts";
import { createRole, deleteRole, updateRole } from "./roles/roles.ts";
import { approveLogin, authorizeLogin, denyLogin, findLogin } from "./sign-in/decide-login.ts";
import { approveToken, denyToken } from "./tokens/approvals.ts";
import { createToken, renewToken, revokeToken } from "./tokens/tokens.ts";
import { redeliver, redeliverFailed, testWebhook } from "./webhooks/deliveries.ts";
import {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  rotateWebhook,
  updateWebhook,
} from "./webhooks/webhooks.ts";
import { createWorkspace, updateWorkspace } from "./workspaces/workspaces.ts";

export const WRITE_HANDLERS: WriteHandlers = {
  "keys.create": createKey,
  "keys.import": importKeys,
  "keys.update": updateKey,
  "keys.credits.add": addCredits,
  "keys.rotate": rotateKey,
  "keys.revoke": revokeKey,
  "keys.disable": disableKey,
  "keys.enable": enableKey,
  "keys.delete": deleteKey,
  "keys.secrets.add": addSecret,
  "keys.secrets.remove": removeSecret,
  "revocations.create": createRevocation,
  "revocations.cancel": cancelRevocation,
  "apis.create": createApi,
  "apis.update": updateApi,
  "apis.delete": deleteApi,
  "apis.scopes.add": addScope,
  "apis.scopes.remove": removeScope,
  "roles.create": createRole,
  "roles.update": updateRole,
  "roles.delete": deleteRole,
  "plans.create": createPlan,
  "plans.update": updatePlan,
  "plans.delete": deletePlan,
  "policies.create": createPolicy,
  "policies.update": updatePolicy,
  "policies.delete": deletePolicy,
  "policies.apply": applyPolicy,
  "policies.cancel": cancelApplication,
  "owners.create": createOwner,
  "owners.update": updateOwner,
  "owners.credits.add": addOwnerCredits,
  "owners.disable": disableOwner,
  "owners.enable": enableOwner,
  "owners.delete": deleteOwner,
  "members.create": createMember,
  "members.update": updateMember,
  "members.disable": disableMember,
  "members.enable": enableMember,
  "members.delete": deleteMember,
  "members.link": linkMember,
  "sessions.end": endSessionOf,
  "logins.find": findLogin,
  "logins.approve": approveLogin,
  "logins.deny": denyLogin,
  "logins.authorize": authorizeLogin,
  "tokens.create": createToken,
  "tokens.renew": renewToken,
  "tokens.approve": approveToken,
  "tokens.deny": denyToken,
  "tokens.revoke": revokeToken,
  "webhooks.create": createWebhook,
  "webhooks.update": updateWebhook,
  "webhooks.rotate": rotateWebhook,
  "webhooks.disable": disableWebhook,
  "webhooks.enable": enableWebhook,
  "webhooks.delete": deleteWebhook,
  "webhooks.test": testWebhook,
  "webhooks.redeliver": redeliverFailed,
  "webhooks.deliveries.redeliver": redeliver,
  "clients.create": createClient,
  "clients.update": updateClient,
  "clients.credits.add": addClientCredits,
  "clients.rotate": rotateClient,
  "clients.disable": disableClient,
  "clients.enable": enableClient,
  "clients.revoke": revokeClient,
  "clients.tokens.revoke": revokeClientTokens,
  "clients.delete": deleteClient,
  "clients.secrets.add": addClientSecret,
  "clients.secrets.remove": removeClientSecret,
  "portal.sessions.create": openPortalSession,
  "portal.sessions.end": endPortalSession,
  "workspaces.create": createWorkspace,
  "workspaces.update": updateWorkspace,
};
