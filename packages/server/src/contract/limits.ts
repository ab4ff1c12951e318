// Every size and count that the management API and the verify API hold a caller to.

export const VERIFY_BODY_BYTES_MAX = 65_536;
export const BATCH_BODY_BYTES_MAX = 524_288;
export const MANAGE_BODY_BYTES_MAX = 1_048_576;
/** Reports and questions of verifiers: a few ids and a digest. */
export const FEED_BODY_BYTES_MAX = 4_096;
/** A question for leases, and the values in it. */
export const LEASES_BODY_BYTES_MAX = 1_048_576;
export const LEASES_ENTRIES_MAX = 30_000;
/** A report of usage, and the values in it. */
export const USES_BODY_BYTES_MAX = 1_048_576;
export const USES_ENTRIES_MAX = 20_000;
export const USAGE_TOP_DEFAULT = 10;
export const USAGE_TOP_MAX = 100;
export const BATCH_ITEMS_MAX = 256;
/** Each is a change of its own, and all are one transaction that others wait for. */
export const IMPORT_ITEMS_MAX = 100;
export const LIST_LIMIT_DEFAULT = 50;
export const LIST_LIMIT_MAX = 250;
/** Of one DPoP proof: what is longer no header could carry. */
export const DPOP_PROOF_CHARS_MAX = 8_192;
export const NAME_CHARS_MAX = 200;
export const EXTERNAL_ID_CHARS_MAX = 200;
export const SCOPES_PER_KEY_MAX = 100;
export const SCOPES_PER_API_MAX = 500;
export const ROLES_PER_KEY_MAX = 20;
/** All of them go to every verifier of the workspace. */
export const PLANS_PER_WORKSPACE_MAX = 1_000;
export const SECRETS_PER_KEY_MAX = 5;
export const CREDENTIAL_CHARS_MAX = 4_096;
export const COST_MAX = 1_000_000;
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
/** How long a charge may be open, and how long the same idempotency key is answered as before. */
export const RESERVE_SECONDS_MAX = 3_600;
export const CHARGE_REPEAT_SECONDS = 600;
/** Charges that are open or remembered at once, of all workspaces. */
export const CHARGES_MAX = 200_000;
/** 30 days: an overlap is for deploying, not for forgetting. */
export const OVERLAP_SECONDS_MAX = 2_592_000;
export const OVERLAP_SECONDS_DEFAULT = 86_400;
/** Ten years. */
export const LIFETIME_SECONDS_MAX = 315_360_000;

export const MEMBERS_MAX = 1_000;
export const EMAIL_CHARS_MAX = 254;
/** Of one member, in as many browsers; one more ends the oldest. */
export const SESSIONS_PER_MEMBER_MAX = 20;
export const SESSION_IDLE_SECONDS = 43_200;
export const SESSION_SECONDS_MAX = 604_800;
/** After this a browser is given a new token. */
export const SESSION_RENEW_SECONDS = 600;
/** How long the token before still works: for requests that were under way. */
export const SESSION_OVERLAP_SECONDS = 60;
/** How long a sign-in counts as recent. */
export const STEP_UP_SECONDS = 600;
export const USER_AGENT_CHARS_MAX = 200;
export const SIGN_IN_LINK_SECONDS_MAX = 604_800;
export const SIGN_IN_LINK_SECONDS_DEFAULT = 86_400;
/** The link of the first start stands on a terminal. */
export const FIRST_LINK_SECONDS = 1_800;

/** Revocations of many keys that run in a workspace at the same time. */
export const REVOCATIONS_RUNNING_MAX = 10;
export const REVOCATION_SAMPLE_KEYS = 10;
/** A personal access token always ends: after a day at least, 90 days if nothing is said, a year at most. */
export const TOKEN_SECONDS_MIN = 86_400;
export const TOKEN_SECONDS_DEFAULT = 7_776_000;
export const TOKEN_SECONDS_MAX = 31_536_000;
/** However often it is renewed: two years after it was made. */
export const TOKEN_CHAIN_SECONDS_MAX = 63_072_000;

/** A report of one leaked key, and what GitHub reports at once. */
export const LEAK_BODY_BYTES_MAX = 8_192;
export const GITHUB_BODY_BYTES_MAX = 8_388_608;
export const LEAKS_PER_BATCH_MAX = 10_000;
export const LEAK_URL_CHARS_MAX = 300;
/** Keys that one page of the safety report looks at, and reports of leaks that it knows. */
export const SAFETY_KEYS_MAX = 100;
export const SAFETY_LEAKS_MAX = 250;
/** How far back something counts as needed: a quarter and its last day, so that what is done four times a year is. */
export const NEEDED_DAYS_DEFAULT = 90;
export const NEEDED_DAYS_MAX = 365;
/** How long ago the user of a token may have signed in who renews it, where no OpenID Provider can be asked. */
export const RENEWAL_SIGN_IN_SECONDS = 15_552_000;

/** How many single decisions one page looks through for what matches; a further page goes on. */
export const LOG_SCAN_MAX = 20_000;
/** After this a reader who follows has to ask again, and so to authenticate anew (T66). */
export const LOG_TAIL_SECONDS_MAX = 900;
/** Readers that follow the log at the same time, all together and of one workspace. */
export const LOG_TAILS_MAX = 200;
export const LOG_TAILS_PER_WORKSPACE_MAX = 20;
/** Programs that wait to be signed in, and how long one waits (RFC 8628 §3.2). */
export const LOGINS_PER_WORKSPACE_MAX = 1_000;
export const DEVICE_CODE_SECONDS = 600;
export const POLL_INTERVAL_SECONDS = 5;
export const AUTHORIZATION_CODE_SECONDS = 60;
/** Wrong codes of one member in so long. */
export const USER_CODE_ATTEMPTS_MAX = 10;
export const USER_CODE_ATTEMPT_SECONDS = 600;
export const POLICIES_PER_WORKSPACE_MAX = 100;
export const POLICY_LIFETIME_SECONDS_MIN = 3_600;
export const POLICY_IDLE_SECONDS_MIN = 86_400;
/** Between the application of a policy and the first end that it sets. */
export const GRACE_SECONDS_DEFAULT = 604_800;
export const GRACE_SECONDS_MAX = 31_536_000;

/** How long a change is kept for verifiers that were away, at least; and how many of them, at least. */
export const CHANGES_KEPT_SECONDS = 86_400;
export const CHANGES_KEPT_MIN = 100_000;
/** Verifiers that are known at the same time: all together, of one workspace, and by one management key (T59). */
export const VERIFIERS_MAX = 10_000;
export const VERIFIERS_PER_WORKSPACE_MAX = 1_000;
export const VERIFIERS_PER_KEY_MAX = 200;
/** Streams of changes at the same time: less than there are connections, so that other requests still have some. */
export const FEED_STREAMS_MAX = 5_000;
/** Snapshots at the same time, all together and of one workspace: each keeps a reading open. */
export const SNAPSHOTS_MAX = 8;
export const SNAPSHOTS_PER_WORKSPACE_MAX = 2;
/** Apis of a workspace that one listing of its subjects looks at. */
export const FEED_APIS_MAX = 1_000;
export const BARRIER_SECONDS_MAX = 30;
export const BARRIER_SECONDS_DEFAULT = 2;
/** Revocations that wait for verifiers at the same time, all together and of one workspace; one more is answered as things stand. */
export const BARRIERS_MAX = 1_000;
export const BARRIERS_PER_WORKSPACE_MAX = 100;

/** Endpoints of a workspace that are told of events, and what one of them may name. */
export const WEBHOOKS_MAX = 20;
export const WEBHOOK_URL_CHARS_MAX = 2_000;
export const EVENT_PATTERNS_MAX = 50;
/** How long deliveries are kept that were made or have failed. */
export const DELIVERIES_KEPT_SECONDS = 2_592_000;

/** Bounds of an OAuth client. */
export const RESOURCES_PER_CLIENT_MAX = 20;
export const PUBLIC_KEYS_PER_CLIENT_MAX = 10;
export const TRUSTED_ISSUERS_PER_CLIENT_MAX = 10;
export const TRUSTED_CLAIMS_MAX = 10;
export const TOKEN_LIFETIME_SECONDS_MIN = 60;
export const TOKEN_LIFETIME_SECONDS_MAX = 3_600;
export const TOKEN_LIFETIME_SECONDS_DEFAULT = 600;

/** The portal: how long its address can be opened, and a session of it lasts. */
export const PORTAL_CODE_SECONDS = 60;
export const PORTAL_SESSION_SECONDS_MIN = 60;
export const PORTAL_SESSION_SECONDS_MAX = 3_600;
export const PORTAL_SESSION_SECONDS_DEFAULT = 900;
export const PORTAL_KEYS_MAX = 100;
export const PORTAL_KEYS_DEFAULT = 10;
export const PORTAL_ORIGINS_MAX = 5;
export const PORTAL_USAGE_DAYS_MAX = 90;
export const PORTAL_USAGE_DAYS_DEFAULT = 14;
