// Every address of the dashboard. Its pages are loaded when they are first gone to.
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from "@tanstack/react-router";
import { Skeleton } from "./parts/loaded.tsx";
import { DefectPage } from "./pages/defect-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { Shell } from "./shell/shell.tsx";
import { PREFILLED } from "./pages/keys/key-form.ts";
import { searchOf, textsOf } from "./search-params.ts";
import type { Texts } from "./search-params.ts";

const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFoundPage,
  validateSearch: textsOf("env"),
  search: { middlewares: [retainSearchParams<Texts<"env">>(["env"])] },
});
const page = <const Path extends string>(path: Path) => ({
  getParentRoute: () => rootRoute,
  path,
});

const keysRoute = createRoute({
  ...page("/keys"),
  validateSearch: textsOf("q", "status", "api", "owner", "kind", "role", "after", "limit"),
  component: lazyRouteComponent(() => import("./pages/keys/keys-page.tsx"), "KeysPage"),
});

const createKeyRoute = createRoute({
  ...page("/keys/new"),
  validateSearch: textsOf(...PREFILLED),
  component: lazyRouteComponent(() => import("./pages/keys/create-key-page.tsx"), "CreateKeyPage"),
});
const keyRoute = createRoute({
  ...page("/keys/$key"),
  validateSearch: textsOf("tab"),
  component: lazyRouteComponent(() => import("./pages/keys/detail/key-page.tsx"), "KeyPage"),
});
const clientsRoute = createRoute({
  ...page("/clients"),
  validateSearch: textsOf("after"),
  component: lazyRouteComponent(() => import("./pages/clients/clients-page.tsx"), "ClientsPage"),
});
const createClientRoute = createRoute({
  ...page("/clients/new"),
  component: lazyRouteComponent(
    () => import("./pages/clients/create-client-page.tsx"),
    "CreateClientPage",
  ),
});
const clientRoute = createRoute({
  ...page("/clients/$client"),
  validateSearch: textsOf("tab"),
  component: lazyRouteComponent(
    () => import("./pages/clients/detail/client-page.tsx"),
    "ClientPage",
  ),
});
const tokensRoute = createRoute({
  ...page("/tokens"),
  validateSearch: textsOf("of", "status", "after"),
  component: lazyRouteComponent(() => import("./pages/tokens/tokens-page.tsx"), "TokensPage"),
});
const createTokenRoute = createRoute({
  ...page("/tokens/new"),
  component: lazyRouteComponent(
    () => import("./pages/tokens/create-token-page.tsx"),
    "CreateTokenPage",
  ),
});
const ownersRoute = createRoute({
  ...page("/owners"),
  validateSearch: textsOf("q", "after"),
  component: lazyRouteComponent(() => import("./pages/owners/owners-page.tsx"), "OwnersPage"),
});
const createOwnerRoute = createRoute({
  ...page("/owners/new"),
  component: lazyRouteComponent(
    () => import("./pages/owners/create-owner-page.tsx"),
    "CreateOwnerPage",
  ),
});
const ownerRoute = createRoute({
  ...page("/owners/$owner"),
  component: lazyRouteComponent(() => import("./pages/owners/owner-page.tsx"), "OwnerPage"),
});
const apisRoute = createRoute({
  ...page("/apis"),
  component: lazyRouteComponent(() => import("./pages/apis/apis-page.tsx"), "ApisPage"),
});
const createApiRoute = createRoute({
  ...page("/apis/new"),
  component: lazyRouteComponent(() => import("./pages/apis/create-api-page.tsx"), "CreateApiPage"),
});
const apiRoute = createRoute({
  ...page("/apis/$api"),
  component: lazyRouteComponent(() => import("./pages/apis/api-page.tsx"), "ApiPage"),
});
const rolesRoute = createRoute({
  ...page("/roles"),
  validateSearch: textsOf("after"),
  component: lazyRouteComponent(() => import("./pages/roles/roles-page.tsx"), "RolesPage"),
});
const createRoleRoute = createRoute({
  ...page("/roles/new"),
  component: lazyRouteComponent(
    () => import("./pages/roles/create-role-page.tsx"),
    "CreateRolePage",
  ),
});
const roleRoute = createRoute({
  ...page("/roles/$role"),
  component: lazyRouteComponent(() => import("./pages/roles/role-page.tsx"), "RolePage"),
});
const plansRoute = createRoute({
  ...page("/plans"),
  validateSearch: textsOf("after"),
  component: lazyRouteComponent(() => import("./pages/plans/plans-page.tsx"), "PlansPage"),
});
const createPlanRoute = createRoute({
  ...page("/plans/new"),
  component: lazyRouteComponent(
    () => import("./pages/plans/create-plan-page.tsx"),
    "CreatePlanPage",
  ),
});
const planRoute = createRoute({
  ...page("/plans/$plan"),
  component: lazyRouteComponent(() => import("./pages/plans/plan-page.tsx"), "PlanPage"),
});
const policiesRoute = createRoute({
  ...page("/policies"),
  component: lazyRouteComponent(() => import("./pages/policies/policies-page.tsx"), "PoliciesPage"),
});
const createPolicyRoute = createRoute({
  ...page("/policies/new"),
  component: lazyRouteComponent(
    () => import("./pages/policies/create-policy-page.tsx"),
    "CreatePolicyPage",
  ),
});
const policyRoute = createRoute({
  ...page("/policies/$policy"),
  component: lazyRouteComponent(() => import("./pages/policies/policy-page.tsx"), "PolicyPage"),
});
const safetyRoute = createRoute({
  ...page("/safety"),
  validateSearch: textsOf("finding", "api", "after"),
  component: lazyRouteComponent(() => import("./pages/safety/safety-page.tsx"), "SafetyPage"),
});
const usageRoute = createRoute({
  ...page("/usage"),
  validateSearch: textsOf("range", "by", "api", "owner", "key"),
  component: lazyRouteComponent(() => import("./pages/usage/usage-page.tsx"), "UsagePage"),
});
const webhooksRoute = createRoute({
  ...page("/webhooks"),
  validateSearch: textsOf("after"),
  component: lazyRouteComponent(() => import("./pages/webhooks/webhooks-page.tsx"), "WebhooksPage"),
});
const createWebhookRoute = createRoute({
  ...page("/webhooks/new"),
  component: lazyRouteComponent(
    () => import("./pages/webhooks/create-webhook-page.tsx"),
    "CreateWebhookPage",
  ),
});
const webhookRoute = createRoute({
  ...page("/webhooks/$webhook"),
  validateSearch: textsOf("tab", "state", "after"),
  component: lazyRouteComponent(
    () => import("./pages/webhooks/detail/webhook-page.tsx"),
    "WebhookPage",
  ),
});
const logsRoute = createRoute({
  ...page("/logs"),
  validateSearch: textsOf("filter", "outcome", "code", "after"),
  component: lazyRouteComponent(() => import("./pages/logs/logs-page.tsx"), "LogsPage"),
});
const auditRoute = createRoute({
  ...page("/audit"),
  validateSearch: textsOf("action", "target", "actor", "after"),
  component: lazyRouteComponent(() => import("./pages/audit/audit-page.tsx"), "AuditPage"),
});
const settingsRoute = createRoute({
  ...page("/settings"),
  validateSearch: textsOf("tab", "after"),
  component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});
const deviceRoute = createRoute({
  ...page("/device"),
  validateSearch: textsOf("user_code"),
  component: lazyRouteComponent(() => import("./pages/login/device-page.tsx"), "DevicePage"),
});
const authorizeRoute = createRoute({
  ...page("/authorize"),
  validateSearch: textsOf(
    "client_id",
    "response_type",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "state",
  ),
  component: lazyRouteComponent(() => import("./pages/login/authorize-page.tsx"), "AuthorizePage"),
});
const homeRoute = createRoute({
  ...page("/"),
  component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});
const setupRoute = createRoute({
  ...page("/setup"),
  component: lazyRouteComponent(() => import("./pages/setup/setup-page.tsx"), "SetupPage"),
});

const routeTree = rootRoute.addChildren([
  keysRoute,
  createKeyRoute,
  keyRoute,
  clientsRoute,
  createClientRoute,
  clientRoute,
  tokensRoute,
  createTokenRoute,
  ownersRoute,
  createOwnerRoute,
  ownerRoute,
  apisRoute,
  createApiRoute,
  apiRoute,
  rolesRoute,
  createRoleRoute,
  roleRoute,
  plansRoute,
  createPlanRoute,
  planRoute,
  policiesRoute,
  createPolicyRoute,
  policyRoute,
  safetyRoute,
  usageRoute,
  logsRoute,
  webhooksRoute,
  createWebhookRoute,
  webhookRoute,
  auditRoute,
  settingsRoute,
  deviceRoute,
  authorizeRoute,
  homeRoute,
  setupRoute,
]);

export function createAppRouter() {
  return createRouter({
    routeTree,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: searchOf,
    defaultPreload: "intent",
    defaultPendingMs: 0,
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultErrorComponent: DefectPage,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
