// The part of the storage port that is about people: members, their sessions, and the links by which they come in.
import type { MemberId, SessionId, WorkspaceId } from "@keyward/core/id";
import type { Digest } from "@keyward/core/key/digest";
import type { Member, MemberIdentity } from "@keyward/core/model/records";
import type { Instant } from "@keyward/core/time";
import type { Page, PageRequest, TenantScope, Versioned } from "./storage.ts";

/**
 * That a member is signed in in one browser. It is no thing of the feed: a verifier does not ask, and a restored backup
 * has none.
 */
export interface Session {
  readonly id: SessionId;
  readonly workspaceId: WorkspaceId;
  readonly memberId: MemberId;
  /** Of the token that the browser holds. */
  readonly digest: Digest;
  /** Of the token before: whoever still shows it later on has stolen it, or was stolen from (T52). */
  readonly formerDigest: Digest | null;
  /** When the browser was last given a token; it is in use at least that long. */
  readonly renewedAt: Instant;
  readonly signedInAt: Instant;
  readonly expiresAt: Instant;
  /** When the member last proved who they are: an OpenID Provider may not have asked anew. */
  readonly provedAt: Instant;
  /** The `sid` of the OpenID Provider (OpenID Connect Back-Channel Logout §2.1). */
  readonly providerSession: string | null;
  /** Of the sign-in. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Whether a program has it, which shows its token as a bearer; no browser's cookie is good for that, nor the reverse. */
  readonly bearer: boolean;
}

/** The leave to ask an OpenID Provider, without the member, whether they are still its user. */
export interface ProviderGrant {
  readonly memberId: MemberId;
  readonly provider: string;
  /** The refresh token, sealed. */
  readonly sealed: Uint8Array;
  readonly obtainedAt: Instant;
}

/** A link that signs a member in, once. Each member has at most one; a new one ends the one before. */
export interface SignInLink {
  readonly memberId: MemberId;
  readonly digest: Digest;
  readonly expiresAt: Instant;
}

export interface PeopleReader {
  findMember(scope: TenantScope, id: MemberId): Promise<Versioned<Member> | undefined>;
  findMemberByEmail(scope: TenantScope, email: string): Promise<Versioned<Member> | undefined>;
  findMemberByIdentity(
    scope: TenantScope,
    identity: MemberIdentity,
  ): Promise<Versioned<Member> | undefined>;
  listMembers(
    scope: TenantScope,
    filter: { text?: string },
    page: PageRequest,
  ): Promise<Page<Member>>;
  /** Members in all, and owners that are not disabled. */
  countMembers(scope: TenantScope): Promise<{ readonly all: number; readonly owners: number }>;
  findProviderGrant(scope: TenantScope, memberId: MemberId): Promise<ProviderGrant | undefined>;
  /** Whether the link would sign somebody in now. Only to spare a write: taking it decides. */
  hasSignInLink(scope: TenantScope, digest: Digest, now: Instant): Promise<boolean>;
  findSession(scope: TenantScope, id: SessionId): Promise<Session | undefined>;
  /** By the digest of its token, or of the token before. */
  findSessionByDigest(scope: TenantScope, digest: Digest): Promise<Session | undefined>;
  /** Newest first; those that have ended by `now` are left out. */
  listSessions(
    scope: TenantScope,
    filter: { memberId?: MemberId; providerSession?: string; now: Instant },
    page: PageRequest,
  ): Promise<{ readonly items: readonly Session[]; readonly more: boolean }>;
}

/** Beside `record`, because none of it is a thing of the feed. */
export interface PeopleWriter {
  /** Adds a session, or replaces the one with its id. */
  keepSession(scope: TenantScope, session: Session): Promise<void>;
  /** Answers whether there was one. */
  endSession(scope: TenantScope, id: SessionId): Promise<boolean>;
  /** Answers with how many there were. */
  endSessionsOf(scope: TenantScope, memberId: MemberId): Promise<number>;
  /** Replaces the member's grant before it. */
  keepProviderGrant(scope: TenantScope, grant: ProviderGrant): Promise<void>;
  keepSignInLink(scope: TenantScope, link: SignInLink): Promise<void>;
  /** Whose link it is, which by that is used up; `undefined` when there is none, or no longer. */
  takeSignInLink(scope: TenantScope, digest: Digest, now: Instant): Promise<MemberId | undefined>;
}
