// The tables as migrations/ make them. A row is not yet a record: rows.ts parses it.
export interface MetaTable {
  name: string;
  value: string;
}

export interface SchemaMigrationsTable {
  version: number;
  name: string;
  compatible: number;
  applied_at: number;
}

export interface WorkspacesTable {
  workspace_id: string;
  name: string;
  operator: number;
  created_at: number;
  updated_at: number;
  /** Of the workspace's own last change. */
  rev: number;
  /** Of the last change of anything in it. */
  last_rev: number;
  /** The hash of the audit event with `last_rev`. */
  audit_head: Uint8Array;
}

export interface ApisTable {
  workspace_id: string;
  id: string;
  name: string;
  prefix: string;
  audience: string;
  scopes: string;
  default_lifetime_seconds: number | null;
  token_format: string;
  token_algorithm: string;
  leak_reaction: string;
  limits: string;
  built_in: number;
  created_at: number;
  updated_at: number;
  rev: number;
}

export interface RolesTable {
  workspace_id: string;
  id: string;
  api_id: string;
  name: string;
  description: string | null;
  scopes: string;
  created_at: number;
  updated_at: number;
  rev: number;
}

export interface PlansTable {
  workspace_id: string;
  id: string;
  name: string;
  description: string | null;
  limits: string;
  created_at: number;
  updated_at: number;
  rev: number;
}

export interface OwnersTable {
  workspace_id: string;
  id: string;
  external_id: string;
  type: string;
  name: string | null;
  disabled: number;
  plan_id: string | null;
  limits: string;
  rights: string | null;
  metadata: string;
  created_at: number;
  updated_at: number;
  rev: number;
  /** What a search looks through, lower case. */
  search: string;
}

export interface KeysTable {
  workspace_id: string;
  id: string;
  api_id: string;
  owner_id: string;
  name: string;
  kind: string;
  environment: string;
  state: string;
  /** 1 where a disabled key is one that waits for an approval. */
  pending: number;
  scopes: string;
  restrictions: string | null;
  plan_id: string | null;
  limits: string;
  metadata: string;
  expires_at: number | null;
  revoked_at: number | null;
  revoked_reason: string | null;
  created_at: number;
  updated_at: number;
  rev: number;
  /** Name and hints, lower case. */
  search: string;
  /** The external id of the owner, lower case; it follows the owner. */
  owner_search: string;
}

export interface KeySecretsTable {
  workspace_id: string;
  key_id: string;
  position: number;
  id: string;
  digest: Uint8Array;
  hint: string;
  not_before: number | null;
  expires_at: number | null;
  created_at: number;
}

export interface KeyRolesTable {
  workspace_id: string;
  key_id: string;
  position: number;
  role_id: string;
}

export interface ChangesTable {
  workspace_id: string;
  rev: number;
  entity: string;
  entity_id: string;
  /** `null`: deleted. */
  payload: string | null;
  /** Of a key or a role, also when it is gone. */
  api_id: string | null;
  /** Of a key, also when it is gone. */
  environment: string | null;
}

export interface AuditEventsTable {
  workspace_id: string;
  rev: number;
  id: string;
  at: number;
  actor_type: string;
  actor_id: string;
  actor_ip: string | null;
  action: string;
  entity: string;
  target_id: string;
  request_id: string | null;
  detail: string;
  previous_hash: Uint8Array;
  hash: Uint8Array;
}

export interface RepliesTable {
  workspace_id: string;
  key_digest: Uint8Array;
  request_digest: Uint8Array;
  status: number;
  body: Uint8Array | null;
  target_id: string | null;
  body_expires_at: number;
  expires_at: number;
}

export interface KeyUsesTable {
  workspace_id: string;
  key_id: string;
  secret_id: string;
  last_used_at: number;
  network: string | null;
  agent: string | null;
  reporter: string | null;
}

export interface KeyNeedsTable {
  workspace_id: string;
  key_id: string;
  need: string;
  /** Whole days since 1970. */
  first_day: number;
  last_day: number;
}

export interface KeyUseNetworksTable {
  workspace_id: string;
  key_id: string;
  secret_id: string;
  /** Whole days since 1970. */
  day: number;
  /** The text of a DistinctCounter. */
  networks: string;
}

export interface UsageSourcesTable {
  workspace_id: string;
  source: string;
  counted_through: number;
  /** A list in JSON. */
  counted_ahead: string;
  counted_at: number;
}

export interface UsageSeriesTable {
  workspace_id: string;
  /** Counts the series of the workspace. */
  id: number;
  key_id: string;
  owner_id: string;
  api_id: string;
  environment: string;
  code: string;
  tag: string;
  /** Over all keys. */
  total: number;
  plan_id: string;
}

export interface UsageCellsTable {
  workspace_id: string;
  /** Seconds. */
  grain: number;
  series: number;
  /** Whole grains since 1970. */
  bucket: number;
  count: number;
  cost: number;
}

export interface UsageStrangersTable {
  workspace_id: string;
  /** Whole hours since 1970. */
  hour: number;
  code: string;
  network: string;
  brand: string;
  count: number;
}

/** Ends of credentials, in the order of their commits, for the log that outlives the database. */
export interface RevocationsTable {
  seq: number;
  workspace_id: string;
  key_id: string;
  /** `null`: the whole key. */
  secret_id: string | null;
  /** `revoked`, or `expires` at `ends_at`. */
  end_kind: string;
  ends_at: number;
}

/** What credits have been taken for spent, as it grew. */
export interface CreditMarksTable {
  seq: number;
  workspace_id: string;
  counter: string;
  units: number;
}

export interface MembersTable {
  workspace_id: string;
  id: string;
  name: string;
  email: string | null;
  role: string;
  disabled: number;
  issuer: string | null;
  subject: string | null;
  last_signed_in_at: number | null;
  created_at: number;
  updated_at: number;
  rev: number;
  /** Name and email, lower case. */
  search: string;
}

export interface SessionsTable {
  workspace_id: string;
  id: string;
  member_id: string;
  digest: Uint8Array;
  /** Of the token before the last renewal. */
  former_digest: Uint8Array | null;
  renewed_at: number;
  signed_in_at: number;
  expires_at: number;
  proved_at: number;
  provider_session: string | null;
  ip: string | null;
  user_agent: string | null;
  bearer: number;
}

export interface LoginsTable {
  workspace_id: string;
  id: string;
  digest: Uint8Array;
  user_code_digest: Uint8Array | null;
  code_challenge: string | null;
  redirect_uri: string | null;
  state: string;
  member_id: string | null;
  proved_at: number | null;
  provider_session: string | null;
  ip: string | null;
  user_agent: string | null;
  interval_seconds: number;
  next_poll_at: number;
  created_at: number;
  expires_at: number;
}

export interface ProviderGrantsTable {
  workspace_id: string;
  member_id: string;
  provider: string;
  sealed: Uint8Array;
  obtained_at: number;
}

export interface SignInLinksTable {
  workspace_id: string;
  member_id: string;
  digest: Uint8Array;
  expires_at: number;
}

/** Revocations of many keys. */
export interface RevocationJobsTable {
  workspace_id: string;
  id: string;
  filter: string;
  spared_api_id: string | null;
  spared_key_id: string | null;
  reason: string | null;
  matched_count: number;
  /** With `position`, written by each slice; neither has a rev of its own. */
  revoked_count: number;
  position: string | null;
  state: string;
  actor_type: string;
  actor_id: string;
  actor_ip: string | null;
  request_id: string;
  started_at: number;
  ended_at: number | null;
  rev: number;
}

/** Units of a quota or of credits that are out. */
export interface LimitUnitsTable {
  workspace_id: string;
  counter: string;
  /** 0 for credits. */
  period_start: number;
  total: number;
  /** Of credits: what has been written down as spent, for a restore. */
  marked: number;
  /** The limit of which it was told that most is used; 0 before that. */
  told: number;
  /** Counts the periods of the counter, in the order in which they were begun. */
  turn: number;
}

export interface WebhooksTable {
  workspace_id: string;
  id: string;
  url: string;
  description: string | null;
  /** JSON: patterns of event types. */
  events: string;
  disabled: number;
  created_at: number;
  updated_at: number;
  rev: number;
}

export interface WebhookSecretsTable {
  workspace_id: string;
  webhook_id: string;
  position: number;
  /** Only the server key opens it. */
  sealed: Uint8Array;
  expires_at: number | null;
}

export interface DeliveriesTable {
  workspace_id: string;
  id: string;
  webhook_id: string;
  event_id: string;
  type: string;
  body: string;
  state: string;
  attempts: number;
  /** Only of a pending one. */
  next_attempt_at: number | null;
  last_attempt_at: number | null;
  last_status: number | null;
  last_error: string | null;
  created_at: number;
}

/** What has been told of a key once, and is not told again. */
export interface NoticesTable {
  workspace_id: string;
  key_id: string;
  notice: string;
}

export interface ClientsTable {
  workspace_id: string;
  id: string;
  owner_id: string;
  name: string;
  environment: string;
  state: string;
  grants: string;
  resources: string;
  /** Those of the resources, with a space before and after each. */
  api_ids: string;
  secrets: string;
  jwks: string;
  jwks_uri: string | null;
  tls_subject: string | null;
  trusted_issuers: string;
  profile: string;
  sender_constraint: string;
  legacy_assertion_audience: number;
  token_lifetime_seconds: number;
  plan_id: string | null;
  limits: string;
  metadata: string;
  revoked_before: number | null;
  revoked_at: number | null;
  revoked_reason: string | null;
  created_at: number;
  updated_at: number;
  rev: number;
}

/** Holds an api for as long as a client may ask for it. */
export interface ClientApisTable {
  workspace_id: string;
  client_id: string;
  api_id: string;
}

export interface SigningKeysTable {
  workspace_id: string;
  id: string;
  environment: string;
  algorithm: string;
  kid: string;
  public_key: string;
  sealed_private_key: string;
  signs_from: number;
  created_at: number;
  rev: number;
}

export interface AccessTokensTable {
  workspace_id: string;
  id: string;
  api_id: string;
  environment: string;
  client_id: string;
  key_id: string | null;
  scopes: string;
  actors: string;
  confirmation: string | null;
  issued_at: number;
  expires_at: number;
  digest: Uint8Array | null;
  revoked: number;
}

/** What may be presented once, by its digest. */
export interface UsedOnceTable {
  workspace_id: string;
  digest: Uint8Array;
  expires_at: number;
}

/** Single decisions; `entry` is JSON. */
export interface LogEntriesTable {
  workspace_id: string;
  id: string;
  key_id: string;
  entry: string;
}

export interface PoliciesTable {
  workspace_id: string;
  id: string;
  name: string;
  api_id: string | null;
  kind: string | null;
  rules: string;
  idle_since: number | null;
  /** Written by each slice, without a rev of its own. */
  application: string | null;
  created_at: number;
  updated_at: number;
  rev: number;
}

export interface ChargesTable {
  workspace_id: string;
  name: string;
  id: string | null;
  cost: number;
  /** As JSON: the counters that its units came out of. */
  units: string;
  report: string;
  open_until: number;
  ends_at: number;
  state: string | null;
  settled_cost: number | null;
}

export interface Schema {
  meta: MetaTable;
  schema_migrations: SchemaMigrationsTable;
  workspaces: WorkspacesTable;
  apis: ApisTable;
  roles: RolesTable;
  plans: PlansTable;
  limit_units: LimitUnitsTable;
  charges: ChargesTable;
  owners: OwnersTable;
  keys: KeysTable;
  key_secrets: KeySecretsTable;
  key_roles: KeyRolesTable;
  changes: ChangesTable;
  audit_events: AuditEventsTable;
  replies: RepliesTable;
  key_uses: KeyUsesTable;
  key_use_networks: KeyUseNetworksTable;
  key_needs: KeyNeedsTable;
  usage_sources: UsageSourcesTable;
  usage_series: UsageSeriesTable;
  usage_cells: UsageCellsTable;
  usage_strangers: UsageStrangersTable;
  revocations: RevocationsTable;
  credit_marks: CreditMarksTable;
  members: MembersTable;
  sessions: SessionsTable;
  sign_in_links: SignInLinksTable;
  revocation_jobs: RevocationJobsTable;
  provider_grants: ProviderGrantsTable;
  webhooks: WebhooksTable;
  webhook_secrets: WebhookSecretsTable;
  deliveries: DeliveriesTable;
  notices: NoticesTable;
  clients: ClientsTable;
  client_apis: ClientApisTable;
  signing_keys: SigningKeysTable;
  access_tokens: AccessTokensTable;
  used_once: UsedOnceTable;
  log_entries: LogEntriesTable;
  policies: PoliciesTable;
  logins: LoginsTable;
}
