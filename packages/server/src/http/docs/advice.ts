// What a person can do about each code. A code without advice does not compile.
import type { FailureCode } from "@keyward/core/failure/failures";
import type { DenialCode } from "@keyward/core/verdict/codes";
import type { TransportFailureCode } from "../problem.ts";

export const FAILURE_ADVICE: Readonly<Record<FailureCode | TransportFailureCode, string>> = {
  invalid_request:
    "Correct what `errors` lists: each entry points at a field of the body, or at `query/…` or `path/…`. Unknown fields are refused, so look for a misspelling first.",
  invalid_json:
    "Send UTF-8 JSON: no comments, no trailing commas, no byte order mark, no name twice in an object, at most 32 levels deep.",
  invalid_cursor:
    "A cursor works for the list, the filters and the workspace that gave it. Start again without one.",
  invalid_header: "Correct the header that `detail` names. No header may be there twice.",
  ambiguous_credentials:
    "Send the key once: in `Authorization` or in `X-API-Key`, not in both and not twice.",
  reserved_header:
    "Let your proxy remove the headers that `detail` names before it asks: only Keyward may set them.",
  malformed_request:
    "The bytes are not HTTP/1.1 as RFC 9112 defines it. Look at what stands between client and server.",
  invalid_sign_in_link:
    "A link works once, for a while, and only the newest of a member does. Ask for a new one: `keyward members link`.",
  invalid_portal_code:
    "It works once, within a minute. Have your backend open the portal again: `POST /v1/portal/sessions`.",
  portal_session_ended:
    "A session of the portal lasts as long as the backend that opened it has said. Go back to where you came from, and open it anew.",
  portal_action_not_allowed:
    "Whoever opened the portal has not offered this: see `actions` of `POST /v1/portal/sessions`.",
  reauth_required:
    "You signed in more than ten minutes ago, and this gives power over Keyward itself: sign in again, then repeat the request.",
  not_a_member:
    "Ask an administrator for a link, or for a role at the OpenID Provider that Keyward knows.",
  sign_in_failed:
    "Begin again from the sign-in page, in one browser and within ten minutes. If it fails again, the log says what the OpenID Provider answered.",
  user_gone:
    "The token works until it ends. If the user is still there, have them sign in again, which renews what Keyward may ask with.",
  cross_site_request:
    "A session works from Keyward's own pages alone. Send `X-Keyward-CSRF: 1` with everything but GET; programs use a management key.",
  insecure_transport:
    "Put TLS in front and set KEYWARD_PUBLIC_URL to its `https://` address. On a network that you trust, KEYWARD_ALLOW_INSECURE_HTTP=1 does without.",
  members_only: "Sign in in a browser: a management key, or a program, signs nobody in.",
  own_member:
    "Ask another member: nobody changes their own role, and nobody disables or deletes themselves.",
  policy_violation:
    "Comply with the policy that `errors` names, or have it changed: `GET /v1/policies` shows what it asks.",
  unauthenticated:
    "Send a management key that is in force: `Authorization: Bearer KEY`. `detail` says what is wrong with the one you sent.",
  insufficient_permission:
    "Use a management key that is granted the permission in `detail`, or have it granted to yours.",
  management_key_restricted:
    "The management key has restrictions (address, time, method and path), and this request is outside them. `detail` says which.",
  exceeds_own_permissions:
    "A management key can hand on no permission that it lacks and no longer life than its own. Use a stronger one, or grant less.",
  own_key:
    "Use another management key: none may change itself, so that a stolen one cannot make itself last.",
  operator_only: "Use a management key of the operator's workspace, the one that was there first.",
  built_in: "Keyward's own api is fixed. Make an api of your own.",
  not_found:
    "It is not there, or it belongs to another workspace: the two look the same on purpose. Check the id, and whose management key you use.",
  method_not_allowed: "The header `Allow` lists what is offered on this path.",
  request_timeout:
    "The request must arrive whole within 15 seconds, its headers within 10. Send it again.",
  prefix_taken: "Choose another prefix: keys carry it, so each api of a workspace has its own.",
  name_taken: "Choose another name; names of roles are unique in their api.",
  digest_taken:
    "Somebody else has imported that key, or was issued it. Import the others; this one needs a new key.",
  external_id_taken: "The owner exists already. Use it, or choose another external id.",
  email_taken: "Find the member who has that address: `GET /v1/members?q=`.",
  key_not_pending: "Revoke the token instead.",
  policy_applying: "Wait until the policy has been applied, or stop that first.",
  webhook_disabled: "Enable the endpoint first.",
  member_disabled: "Enable the member first.",
  last_owner: "Make another member an owner first.",
  charge_settled:
    "It was committed with another cost, or released. What was settled first counts; repeating it answers the same.",
  cost_exceeds_charge:
    "Commit at most what was reserved, and charge the rest by a verification of its own. Reserve more the next time.",
  in_use: "Delete or revoke what still refers to it first.",
  key_revoked: "Revoked is for ever. Create a new key.",
  key_expired: "Give the key a later `expires_at` first, or create a new one.",
  owner_disabled: "Enable the owner first, or name another one.",
  client_revoked: "Revoked is for ever. Create a new client.",
  client_not_revoked: "Revoke the client, then delete it.",
  key_not_revoked: "Revoke the key, then delete it.",
  rotation_in_progress:
    "The secret before still works until its overlap ends. Wait, or rotate with `force` to end it early.",
  last_secret: "To refuse the last secret of a key, revoke the key.",
  too_many_secrets: "Remove a secret that is no longer used: each shows when it was last used.",
  resync_required:
    "Load `GET /v1/feed/snapshot` and follow the changes from its `rev`. Go on deciding by what you hold for as long as your last proof lasts.",
  sequence_ahead: "Send the batches of a source in their order, each until it is acknowledged.",
  unexpected_count:
    "The keys have changed since you counted, or you mean others. Look at `POST /v1/revocations/preview` again, and send the number that it tells.",
  too_many: "Delete what is no longer used.",
  secret_already_delivered:
    "The first answer to this Idempotency-Key showed the secret, and it is kept nowhere. If that answer was lost, rotate the key that `detail` names.",
  precondition_failed: "Read it again, apply your change to what it is now, and send the new ETag.",
  body_too_large: "Send less: `detail` says how much is accepted.",
  unsupported_media_type: "Send `Content-Type: application/json`, and no `Content-Encoding`.",
  idempotency_key_reused:
    "Use a new Idempotency-Key for a new request. A repeat must have the same method, path and body.",
  expectation_failed: "Send no `Expect` but `100-continue`.",
  headers_too_large: "Send at most 1,000 headers of 16 KiB together.",
  internal: "A defect of Keyward. Its log has the reason under the `request_id`; please report it.",
  unavailable:
    "Nothing was decided and nothing was changed. Try again after the seconds in `Retry-After`. It is never a statement about a key.",
  storage_full:
    "Nothing was kept. Free space in the data directory; verification goes on meanwhile.",
};

export const DENIAL_ADVICE: Readonly<Record<DenialCode, string>> = {
  missing_credential: "Send the key: `Authorization: Bearer KEY` or `X-API-Key: KEY`.",
  ambiguous_credentials: "Send one key, in one place.",
  malformed: "The text is no key: it is cut short or mistyped. Copy it again, whole.",
  unknown: "No such key was issued, or not by this workspace. Check which installation you ask.",
  revoked: "It has been refused for ever. Ask for a new key.",
  disabled: "The key or its owner is disabled. Whoever did that can enable it again.",
  expired:
    "Its time is over, or it was rotated and the overlap has ended. Use the newer secret, or ask for a new key.",
  not_yet_valid: "Its time has not begun. Wait, or use the secret before.",
  proof_required:
    "The token is bound to a key or a certificate. Send it with its DPoP proof, or over the connection with the certificate.",
  wrong_environment:
    "Use a live key for the live environment and a test key for the test environment.",
  wrong_api: "Use a key that was issued for this API.",
  insufficient_scope: "Ask for a key with the scopes in `missing_scopes`.",
  ip_not_allowed:
    "Call from an address on the key's list, or have yours added. Behind a proxy: see `KEYWARD_TRUSTED_PROXIES`.",
  origin_not_allowed: "Call from a site on the key's list, or have yours added.",
  route_not_allowed: "Use the methods and paths that the key is meant for.",
  outside_time_window: "Try again within the hours that the key works.",
  app_not_allowed: "Call from an app on the key's list.",
  secret_key_in_browser:
    "A secret key in a browser is public. Use a publishable key there, and rotate this one.",
  rate_limited: "Wait for the seconds in `Retry-After`, then go on more slowly.",
  quota_exceeded: "Wait until the period begins anew, or ask for a larger quota.",
  credits_exhausted: "Buy or ask for more credits; waiting does not help.",
  cost_exceeds_limit: "Ask for less at once; waiting does not help.",
  too_many_in_flight: "Wait for requests under way to finish before you send more.",
};
