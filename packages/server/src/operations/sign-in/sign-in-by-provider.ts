// Signing in by an OpenID Provider: whom it vouches for, and as what they come in.
import type { KeyObject } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import { MEMBER_ROLES } from "@keyward/core/model/records";
import type { Member, MemberRole } from "@keyward/core/model/records";
import { instant } from "@keyward/core/time";
import { MEMBERS_MAX, NAME_CHARS_MAX } from "../../contract/limits.ts";
import { textProblem } from "../../contract/text.ts";
import { seal } from "../../runtime/sealing.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { Storage, TenantScope, Versioned, Writer } from "../../storage/storage.ts";
import { factsOf, mintId } from "../call.ts";
import { followMember } from "../tokens/holder.ts";
import { beginSession, endSession } from "./sign-in.ts";
import type { Browser, SignedIn } from "./sign-in.ts";
import type { ProviderPolicy, ProviderSignOut, ProviderUser } from "./provider.ts";

export interface Vouched {
  readonly scope: TenantScope;
  readonly policy: ProviderPolicy;
  readonly user: ProviderUser;
  /** Whether the provider was to ask the person anew. */
  readonly fresh: boolean;
  /** Seals the refresh token. */
  readonly key: KeyObject;
}

/** @throws OperationError `not_a_member` for whom the provider vouches, and nobody let in */
export async function signInByProvider(
  storage: Pick<Storage, "write">,
  browser: Browser,
  vouched: Vouched,
): Promise<SignedIn> {
  const { scope, policy, user, fresh, key } = vouched;
  return await storage.write(async (writer) => {
    const member = await admit(writer, browser, vouched);
    if (user.refreshToken !== undefined) {
      const sealing = { key, place: placeOf(member) };
      await writer.keepProviderGrant(scope, {
        memberId: member.id,
        provider: policy.id,
        sealed: seal(sealing, browser.random, user.refreshToken),
        obtainedAt: browser.now,
      });
    }
    return await beginSession(writer, browser, member, {
      detail: { by: "openid", provider: policy.id },
      // Whoever does not say when they last asked has not shown that it was now.
      provedAt: user.provedAt ?? (fresh ? browser.now : instant(0)),
      providerSession: user.providerSession ?? null,
    });
  });
}

/** A sealed refresh token opens for its own member alone. */
export function placeOf({ id }: Pick<Member, "id">): Uint8Array {
  return new TextEncoder().encode(id);
}

/** Who it is, as they are from now on. Nobody is recognised by a name or an address that the provider does not vouch for. */
async function admit(writer: Writer, browser: Browser, vouched: Vouched): Promise<Member> {
  const { scope, policy, user } = vouched;
  const identity = { issuer: user.issuer, subject: user.subject };
  const role = roleOf(policy, user);
  const known = await writer.findMemberByIdentity(scope, identity);
  if (known !== undefined) return await follow(writer, browser, vouched, known, role);
  const invited =
    policy.trustsEmail && user.email !== undefined
      ? await writer.findMemberByEmail(scope, user.email.toLowerCase())
      : undefined;
  if (invited !== undefined && invited.value.identity === null) {
    if (invited.value.disabled) throw notAMember();
    return await record(writer, browser, { ...invited.value, identity }, "member.updated");
  }
  if (role === undefined) throw notAMember();
  if ((await writer.countMembers(scope)).all >= MEMBERS_MAX) throw new OperationError("too_many");
  const member: Member = {
    id: mintId(browser, "member"),
    workspaceId: scope,
    name: nameOf(user),
    email: null,
    role,
    disabled: false,
    identity,
    lastSignedInAt: null,
    createdAt: browser.now,
    updatedAt: browser.now,
  };
  return await record(writer, browser, member, "member.created");
}

/** What people can be shown (T09). */
function nameOf({ name, email }: ProviderUser): string {
  const shown = [name, email].find((text) => text !== undefined && textProblem(text) === undefined);
  return shown?.slice(0, NAME_CHARS_MAX) ?? "Member";
}

/** Where the provider names roles, a member has at each sign-in the one that it names then. */
async function follow(
  writer: Writer,
  browser: Browser,
  { scope, policy }: Vouched,
  { value }: Versioned<Member>,
  role: MemberRole | undefined,
): Promise<Member> {
  if (value.disabled) throw notAMember();
  if (policy.roles.size === 0 || role === value.role) return value;
  if (role === undefined) throw notAMember();
  const { owners } = await writer.countMembers(scope);
  if (value.role === "owner" && owners <= 1) return value;
  return await record(writer, browser, { ...value, role }, "member.updated");
}

/** The strongest of those that the provider names. */
function roleOf({ roles, defaultRole }: ProviderPolicy, { groups }: ProviderUser) {
  const named = new Set(groups.map((group) => roles.get(group)));
  return MEMBER_ROLES.find((role) => named.has(role)) ?? defaultRole;
}

async function record(
  writer: Writer,
  browser: Browser,
  member: Member,
  action: "member.created" | "member.updated",
): Promise<Member> {
  const value = { ...member, updatedAt: browser.now };
  const actor = { type: "member", id: member.id, ip: browser.ip } as const;
  const { now, random, requestId } = browser;
  await followMember({ actor, now, random, requestId }, writer, value);
  const facts = factsOf({ actor, now, random, requestId }, action, {
    role: value.role,
    by: "openid",
  });
  const change = { entity: "member", id: value.id, value } as const;
  await writer.record(tenantScope(value.workspaceId), change, facts);
  return value;
}

function notAMember(): OperationError {
  return new OperationError("not_a_member");
}

/** Ends what the provider has ended: one session, or all of the member. Answers with how many there were. */
export async function signOutAtProvider(
  storage: Pick<Storage, "reader" | "write">,
  browser: Browser,
  scope: TenantScope,
  { issuer, subject, providerSession }: ProviderSignOut,
): Promise<number> {
  return await storage.write(async (writer) => {
    const member =
      subject === undefined
        ? undefined
        : await writer.findMemberByIdentity(scope, { issuer, subject });
    if (subject !== undefined && member === undefined) return 0;
    const filter = {
      now: browser.now,
      ...(member !== undefined && { memberId: member.value.id }),
      ...(providerSession !== undefined && { providerSession }),
    };
    const { items } = await writer.listSessions(scope, filter, { limit: 250, after: null });
    for (const session of items) {
      await endSession(writer, browser, session, "signed_out_at_provider");
    }
    return items.length;
  });
}
