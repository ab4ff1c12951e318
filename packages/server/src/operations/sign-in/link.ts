import { addSeconds, formatInstant } from "@keyward/core/time";
import type { Member } from "@keyward/core/model/records";
import type { ResultOf } from "../../contract/operations.ts";
import type { TenantScope, Writer } from "../../storage/storage.ts";
import { factsOf } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { issueToken } from "./token.ts";

/** The path stands in the fragment, which a browser sends to nobody: it is in no log (K4). */
const LINK_PATH = "/#/sign-in?token=";

/** Makes the member's one link, in the place of the one before. */
export async function issueLink(
  by: Pick<Call, "actor" | "now" | "random" | "requestId">,
  writer: Writer,
  scope: TenantScope,
  member: Member,
  lifetimeSeconds: number,
): Promise<Written<ResultOf<"members.link">>> {
  const { secret, digest } = issueToken(by.random, scope);
  const expiresAt = addSeconds(by.now, lifetimeSeconds);
  await writer.keepSignInLink(scope, { memberId: member.id, digest, expiresAt });
  const expires_at = formatInstant(expiresAt);
  const facts = factsOf(by, "member.link_issued", { expires_at });
  const rev = await writer.record(scope, { entity: "member", id: member.id, value: member }, facts);
  const result = { member: member.id, path: LINK_PATH + secret.reveal(), expires_at };
  return { result, rev, targetId: member.id };
}
