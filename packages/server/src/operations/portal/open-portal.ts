// What the producer's backend does: opens the portal for an owner, and ends what it has opened.
import { OperationError } from "@keyward/core/failure/failures";
import { CREDENTIAL_CHARS_MAX } from "@keyward/core/http/credentials";
import { addSeconds, formatInstant } from "@keyward/core/time";
import { PORTAL_CODE_SECONDS, PORTAL_SESSION_SECONDS_MAX } from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Writer } from "../../storage/storage.ts";
import { factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertGrantable } from "../grants.ts";
import { invalid } from "../invalid.ts";
import { findOrCreateOwner } from "../owners/find-or-create-owner.ts";
import { resolveApi, resolveOwner, resolvePlanId } from "../resolve.ts";
import { portalDigest, sealPortal } from "./portal-session.ts";
import type { PortalCode, PortalSession } from "./portal-session.ts";

export async function openPortalSession(
  call: Call,
  writer: Writer,
  { body }: InputOf<"portal.sessions.create">,
): Promise<Written<ResultOf<"portal.sessions.create">>> {
  const { scope } = call.caller;
  const { value: api } = await resolveApi(writer, scope, body.api);
  // Nobody comes to Keyward's own keys by this way (T02).
  if (api.builtIn) throw new OperationError("built_in");
  await assertGrantable(writer, api, body.scopes);
  const planId = await resolvePlanId(writer, scope, body.plan, null);
  const owner = await findOrCreateOwner(call, writer, body.owner, "portal");
  const session: PortalSession = {
    id: mintId(call, "session"),
    apiId: api.id,
    ownerId: owner.id,
    environment: body.environment,
    actions: body.actions,
    scopes: body.scopes,
    planId,
    keysMax: body.keys_max,
    returnUrl: body.return_url,
    expiresAt: addSeconds(call.now, body.lifetime_seconds),
  };
  const codeEnds = addSeconds(call.now, PORTAL_CODE_SECONDS);
  const code: PortalCode = { session, expiresAt: codeEnds };
  const result = {
    id: session.id,
    url: addressOf(call, code, body.origins),
    url_expires_at: formatInstant(codeEnds),
    expires_at: formatInstant(session.expiresAt),
  };
  const facts = factsOf(call, "owner.portal_opened", {
    session: session.id,
    api: api.prefix,
    environment: session.environment,
    actions: [...session.actions],
    scopes: [...session.scopes],
    expires_at: result.expires_at,
  });
  const rev = await writer.record(scope, { entity: "owner", id: owner.id, value: owner }, facts);
  return { result, rev, targetId: session.id };
}

/**
 * Which sites may frame the page has to be known before the code is: the path says it. The code stands in the fragment, which
 * a browser sends to nobody (K4).
 */
function addressOf({ caller, portal, random }: Call, code: PortalCode, origins: readonly string[]) {
  const frame = sealPortal(portal, random, caller.scope, "frame", origins).reveal();
  const sealed = sealPortal(portal, random, caller.scope, "code", code).reveal();
  // The token says a little less than the code, so it fits where the code does.
  if (sealed.length > CREDENTIAL_CHARS_MAX) {
    throw invalid("/scopes", "too_many", "Fewer scopes: a session says all of them");
  }
  return `${portal.baseUrl()}/portal/${frame}#code=${sealed}`;
}

/** A session that is over, or that there never was, ends as well: whoever asks wants it to be no more. */
export async function endPortalSession(
  call: Call,
  writer: Writer,
  { body }: InputOf<"portal.sessions.end">,
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const id = found(body.session, "session");
  const { value: owner } = await resolveOwner(writer, scope, body.owner);
  // By then none that there is now can still last.
  const until = addSeconds(call.now, PORTAL_SESSION_SECONDS_MAX + PORTAL_CODE_SECONDS);
  await writer.useOnce(scope, portalDigest("ended", id), until);
  const facts = factsOf(call, "owner.portal_ended", { session: id });
  const rev = await writer.record(scope, { entity: "owner", id: owner.id, value: owner }, facts);
  return { result: undefined, rev, targetId: owner.id };
}
