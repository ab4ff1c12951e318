// What tables show of each thing.
import type {
  Api,
  AuditEvent,
  Client,
  Key,
  LimitUsage,
  Member,
  Owner,
  Plan,
  Policy,
  PolicyPreview,
  Revocation,
  SafetyFinding,
  Role,
  Scope,
  Secret,
  SecretInUse,
  Strangers,
  Usage,
  Session,
  Delivery,
  Webhook,
  Workspace,
} from "@keyward/sdk/client/operations.generated";
import type { Column } from "./table.ts";

export const KEY_COLUMNS: readonly Column<Key>[] = [
  { heading: "key", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "ends in", value: ({ hint }) => hint },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "owner", value: ({ owner }) => owner },
  { heading: "api", value: ({ api }) => api, minor: true },
  { heading: "env", value: ({ environment }) => environment, minor: true },
  { heading: "scopes", value: ({ scopes }) => scopes.join(" "), minor: true },
  { heading: "expires", value: ({ expires_at }) => day(expires_at), minor: true },
  { heading: "last used", value: ({ last_used_at }) => day(last_used_at), minor: true },
];

export const REVOCATION_COLUMNS: readonly Column<Revocation>[] = [
  { heading: "revocation", value: ({ id }) => id, whole: true },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "revoked", value: ({ revoked, matched }) => `${revoked} of ${matched}`, whole: true },
  { heading: "started", value: ({ started_at }) => day(started_at) },
  { heading: "reason", value: ({ reason }) => reason ?? "" },
];

export const API_COLUMNS: readonly Column<Api>[] = [
  { heading: "api", value: ({ id }) => id, whole: true },
  { heading: "prefix", value: ({ prefix }) => prefix, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "scopes", value: ({ scopes }) => scopes.join(" ") },
  { heading: "audience", value: ({ audience }) => audience, minor: true },
];

export const OWNER_COLUMNS: readonly Column<Owner>[] = [
  { heading: "owner", value: ({ id }) => id, whole: true },
  { heading: "external id", value: ({ external_id }) => external_id },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "type", value: ({ type }) => type },
  { heading: "name", value: ({ name }) => name ?? "" },
];

export const ROLE_COLUMNS: readonly Column<Role>[] = [
  { heading: "role", value: ({ id }) => id, whole: true },
  { heading: "api", value: ({ api }) => api },
  { heading: "name", value: ({ name }) => name },
  { heading: "scopes", value: ({ scopes }) => scopes.join(" ") },
];

export const PLAN_COLUMNS: readonly Column<Plan>[] = [
  { heading: "plan", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "limits", value: ({ limits }) => limits.map(({ name }) => name).join(" ") },
];

export const POLICY_COLUMNS: readonly Column<Policy>[] = [
  { heading: "policy", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "api", value: ({ api }) => api ?? "all" },
  { heading: "kind", value: ({ kind }) => kind ?? "all" },
  { heading: "at most", value: (policy) => days(policy.lifetime_seconds_max) },
  { heading: "idle", value: ({ idle_seconds }) => days(idle_seconds), minor: true },
  { heading: "requires", value: (policy) => policy.required_restrictions.join(" "), minor: true },
  { heading: "forbids", value: ({ forbidden_scopes }) => forbidden_scopes.join(" "), minor: true },
  { heading: "approval", value: ({ approval }) => (approval ? "yes" : ""), minor: true },
];

export const AFFECTED_COLUMNS: readonly Column<PolicyPreview["data"][number]>[] = [
  { heading: "key", value: ({ key }) => key.id, whole: true },
  { heading: "name", value: ({ key }) => key.name },
  { heading: "owner", value: ({ key }) => key.owner },
  { heading: "because of", value: ({ reasons }) => reasons.join(" ") },
  { heading: "ends", value: ({ key }) => day(key.expires_at) },
  { heading: "would end", value: ({ ends_at }) => day(ends_at) },
];

export const SCOPE_COLUMNS: readonly Column<Scope>[] = [
  { heading: "scope", value: ({ name }) => name, whole: true },
  { heading: "description", value: ({ description }) => description ?? "" },
];

export const SECRET_COLUMNS: readonly Column<SecretInUse>[] = [
  { heading: "secret", value: ({ id }) => id, whole: true },
  { heading: "ends in", value: ({ hint }) => hint, whole: true },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "not before", value: ({ not_before }) => day(not_before) },
  { heading: "expires", value: ({ expires_at }) => day(expires_at) },
  { heading: "last used", value: ({ last_used_at }) => minute(last_used_at), minor: true },
  { heading: "networks", value: ({ networks }) => String(networks), minor: true },
  { heading: "unused", value: ({ safe_to_revoke }) => (safe_to_revoke ? "yes" : ""), minor: true },
];

export const LIMIT_USE_COLUMNS: readonly Column<LimitUsage>[] = [
  { heading: "limit", value: ({ name }) => name, whole: true },
  { heading: "of", value: (limit) => limit.of },
  { heading: "kind", value: ({ kind }) => kind },
  { heading: "used", value: ({ used, limit }) => `${used} of ${limit}`, whole: true },
  { heading: "more in", value: ({ refills_in }) => lasting(refills_in) },
  { heading: "by the end", value: ({ forecast }) => String(forecast?.used ?? ""), minor: true },
  { heading: "spent in", value: ({ forecast }) => lasting(forecast?.spent_in), minor: true },
  { heading: "dry run", value: ({ dry_run }) => (dry_run ? "yes" : ""), minor: true },
];

export const CLIENT_COLUMNS: readonly Column<Client>[] = [
  { heading: "client", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "owner", value: ({ owner }) => owner },
  { heading: "apis", value: ({ resources }) => resources.map(({ api }) => api).join(" ") },
  { heading: "env", value: ({ environment }) => environment, minor: true },
  { heading: "last used", value: ({ last_used_at }) => day(last_used_at), minor: true },
];

export const CLIENT_SECRET_COLUMNS: readonly Column<Secret>[] = [
  { heading: "secret", value: ({ id }) => id, whole: true },
  { heading: "ends in", value: ({ hint }) => hint, whole: true },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "not before", value: ({ not_before }) => day(not_before) },
  { heading: "expires", value: ({ expires_at }) => day(expires_at) },
];

export const WORKSPACE_COLUMNS: readonly Column<Workspace>[] = [
  { heading: "workspace", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "operator", value: ({ operator }) => (operator ? "yes" : "no") },
  { heading: "created", value: ({ created_at }) => day(created_at) },
];

export const MEMBER_COLUMNS: readonly Column<Member>[] = [
  { heading: "member", value: ({ id }) => id, whole: true },
  { heading: "name", value: ({ name }) => name },
  { heading: "role", value: ({ role }) => role, whole: true },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "email", value: ({ email }) => email ?? "" },
  { heading: "signed in", value: ({ last_signed_in_at }) => day(last_signed_in_at), minor: true },
];

export const SESSION_COLUMNS: readonly Column<Session>[] = [
  { heading: "session", value: ({ id }) => id, whole: true },
  { heading: "member", value: ({ member }) => member, whole: true },
  { heading: "address", value: ({ ip }) => ip ?? "" },
  { heading: "seen", value: ({ last_seen_at }) => day(last_seen_at) },
  { heading: "browser", value: ({ user_agent }) => user_agent ?? "", minor: true },
];

export const WEBHOOK_COLUMNS: readonly Column<Webhook>[] = [
  { heading: "webhook", value: ({ id }) => id, whole: true },
  { heading: "url", value: ({ url }) => url },
  { heading: "status", value: ({ status }) => status, whole: true },
  { heading: "events", value: ({ events }) => events.join(" ") },
];

export const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { heading: "delivery", value: ({ id }) => id, whole: true },
  { heading: "event", value: ({ type }) => type },
  { heading: "state", value: ({ state }) => state, whole: true },
  { heading: "attempts", value: ({ attempts }) => String(attempts) },
  {
    heading: "last answer",
    value: ({ last_status, last_error }) => last_error ?? String(last_status ?? ""),
  },
  {
    heading: "created",
    value: ({ created_at }) => `${created_at.slice(0, 19).replace("T", " ")}Z`,
    minor: true,
  },
];

export const SAFETY_COLUMNS: readonly Column<SafetyFinding>[] = [
  { heading: "finding", value: ({ finding }) => finding, whole: true },
  { heading: "key", value: ({ key }) => key, whole: true },
  { heading: "name", value: ({ key_name }) => key_name },
  { heading: "owner", value: ({ owner }) => owner },
  { heading: "why", value: ({ detail }) => detail },
  { heading: "what would mend it", value: ({ action }) => action.summary, minor: true },
];

export const AUDIT_COLUMNS: readonly Column<AuditEvent>[] = [
  { heading: "at", value: ({ at }) => `${at.slice(0, 19).replace("T", " ")}Z`, whole: true },
  { heading: "action", value: ({ action }) => action, whole: true },
  { heading: "target", value: ({ target }) => target.id, whole: true },
  { heading: "actor", value: ({ actor }) => actor.id },
  { heading: "address", value: ({ actor }) => actor.ip ?? "", minor: true },
  { heading: "request", value: ({ request_id }) => request_id ?? "", minor: true },
];

type UsageGroup = NonNullable<Usage["groups"]>[number];

export function usageGroupColumns(by: string): readonly Column<UsageGroup>[] {
  return [
    { heading: by, value: ({ value }) => value ?? "none", whole: true },
    { heading: "name", value: ({ name }) => name ?? "", minor: true },
    { heading: "decisions", value: ({ count }) => String(count), whole: true },
    { heading: "allowed", value: ({ allowed }) => String(allowed) },
    { heading: "denied", value: ({ denied }) => String(denied) },
    { heading: "cost", value: ({ cost }) => String(cost) },
    ...(by === "key"
      ? [{ heading: "networks", value: ({ networks }: UsageGroup) => String(networks ?? "") }]
      : []),
  ];
}

export const STRANGER_COLUMNS: readonly Column<Strangers["data"][number]>[] = [
  { heading: "network", value: ({ network }) => network ?? "not told apart", whole: true },
  { heading: "brand", value: ({ brand }) => brand ?? "" },
  { heading: "code", value: ({ code }) => code, whole: true },
  { heading: "attempts", value: ({ count }) => String(count), whole: true },
];

function days(seconds: number | null): string {
  return seconds === null ? "" : `${Math.round(seconds / 86_400)}d`;
}

function minute(instant: string | null): string {
  return instant?.slice(0, 16).replace("T", " ") ?? "";
}

function day(instant: string | null): string {
  return instant?.slice(0, 10) ?? "";
}

/** Seconds in the two units that say most: `3d 4h`. */
function lasting(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "";
  const smallestUnit = seconds < 3_600 ? "second" : seconds < 86_400 ? "minute" : "hour";
  return Temporal.Duration.from({ seconds })
    .round({ largestUnit: "day", smallestUnit })
    .toLocaleString("en", { style: "narrow" });
}
