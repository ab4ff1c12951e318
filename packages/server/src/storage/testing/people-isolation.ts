// For tests alone: the same members, sessions and links in two workspaces, and neither may notice the other (K6, T03).
import assert from "node:assert/strict";
import { digestKey } from "@keyward/core/key/digest";
import type { Member } from "@keyward/core/model/records";
import { instant } from "@keyward/core/time";
import type { Session, SignInLink } from "../people.ts";
import type { Reader, Storage, TenantScope, Writer } from "../storage.ts";
import {
  putTenant,
  SAMPLE_NOW,
  sampleFacts,
  sampleId,
  sampleMember,
  sampleSession,
} from "./sample.ts";

const PAGE = { limit: 50, after: null } as const;
const LATER = instant(SAMPLE_NOW + 3_600_000);
const EMAIL = "ann@example.com";
const IDENTITY = { issuer: "https://id.example", subject: "42" };
const TOKEN = digestKey("a token");
const FORMER = digestKey("the token before");
const LINK = digestKey("a link");

interface People {
  readonly scope: TenantScope;
  readonly member: Member;
  readonly session: Session;
  readonly link: SignInLink;
}

/** Everything that a workspace's reader can see of people, by every way of asking. */
async function viewOf(reader: Reader, { scope, member, session }: People) {
  return {
    member: await reader.findMember(scope, member.id),
    byEmail: await reader.findMemberByEmail(scope, EMAIL),
    byIdentity: await reader.findMemberByIdentity(scope, IDENTITY),
    members: await reader.listMembers(scope, {}, PAGE),
    membersByText: await reader.listMembers(scope, { text: "ann" }, PAGE),
    counts: await reader.countMembers(scope),
    hasLink: await reader.hasSignInLink(scope, LINK, SAMPLE_NOW),
    session: await reader.findSession(scope, session.id),
    byToken: await reader.findSessionByDigest(scope, TOKEN),
    byFormerToken: await reader.findSessionByDigest(scope, FORMER),
    sessions: await reader.listSessions(scope, { now: SAMPLE_NOW }, PAGE),
    sessionsOfProvider: await reader.listSessions(
      scope,
      { providerSession: "sid", now: SAMPLE_NOW },
      PAGE,
    ),
    grant: await reader.findProviderGrant(scope, member.id),
    sessionsOf: await reader.listSessions(scope, { memberId: member.id, now: SAMPLE_NOW }, PAGE),
  };
}

/** Fails when any statement about people reaches beyond its workspace. */
export async function checkPeopleIsolation(storage: Storage): Promise<void> {
  const memberId = sampleId("member");
  const sessionId = sampleId("session");
  const both: People[] = [];
  for (const label of ["alpha", "beta"]) {
    const { scope, workspace } = await putTenant(storage);
    const member = sampleMember(workspace.id, {
      id: memberId,
      name: `Ann of ${label}`,
      email: EMAIL,
      identity: IDENTITY,
      role: "owner",
    });
    const session = sampleSession(member, {
      id: sessionId,
      digest: TOKEN,
      formerDigest: FORMER,
      providerSession: "sid",
    });
    const link = { memberId, digest: LINK, expiresAt: LATER };
    both.push({ scope, member, session, link });
  }
  for (const people of both) await keep(storage, people);
  for (const people of both) {
    const view = await viewOf(storage.reader, people);
    const { member, session } = people;
    assert.deepEqual(view.member?.value, member);
    assert.deepEqual(view.byEmail?.value, member);
    assert.deepEqual(view.byIdentity?.value, member);
    assert.deepEqual(view.counts, { all: 1, owners: 1 });
    assert.deepEqual(view.session, session);
    assert.deepEqual(view.byToken, session);
    assert.deepEqual(view.byFormerToken, session);
    for (const list of [
      view.members,
      view.membersByText,
      view.sessions,
      view.sessionsOf,
      view.sessionsOfProvider,
    ]) {
      assert.equal(list.items.length, 1);
    }
  }
  const [first, second] = both;
  assert.ok(first !== undefined && second !== undefined);
  for (const [one, other] of [
    [first, second],
    [second, first],
  ] as const) {
    for (const change of CHANGES) {
      const before = await viewOf(storage.reader, other);
      await storage.write((writer) => change(writer, one));
      assert.deepEqual(await viewOf(storage.reader, other), before);
      await storage.write(async (writer) => {
        assert.deepEqual(await viewOf(writer, other), before);
      });
    }
    await keep(storage, one);
  }
}

function grantOf({ id, workspaceId }: Member, what: string) {
  const sealed = new TextEncoder().encode(`${what} of ${workspaceId}`);
  return { memberId: id, provider: "sso", sealed, obtainedAt: SAMPLE_NOW };
}

function keep(storage: Storage, { scope, member, session, link }: People): Promise<void> {
  return storage.write(async (writer) => {
    const change = { entity: "member", id: member.id, value: member } as const;
    await writer.record(scope, change, sampleFacts("member.created"));
    await writer.keepSession(scope, session);
    await writer.keepSignInLink(scope, link);
    await writer.keepProviderGrant(scope, grantOf(member, "kept"));
  });
}

/** Each kind of write. What one ends the next begins anew. */
const CHANGES: readonly ((writer: Writer, people: People) => Promise<void>)[] = [
  async (writer, { scope }) => {
    assert.notEqual(await writer.takeSignInLink(scope, LINK, SAMPLE_NOW), undefined);
    assert.equal(await writer.hasSignInLink(scope, LINK, SAMPLE_NOW), false);
  },
  async (writer, { scope, link }) => writer.keepSignInLink(scope, link),
  async (writer, { scope, member }) => {
    await writer.keepProviderGrant(scope, grantOf(member, "another"));
  },
  async (writer, { scope, session }) => {
    await writer.keepSession(scope, { ...session, ip: "192.0.2.9" });
  },
  async (writer, { scope, session }) => {
    assert.equal(await writer.endSession(scope, session.id), true);
    await writer.keepSession(scope, session);
  },
  async (writer, { scope, session, member }) => {
    assert.equal(await writer.endSessionsOf(scope, member.id), 1);
    await writer.keepSession(scope, session);
  },
  async (writer, { scope, member }) => {
    const value: Member = { ...member, name: "Renamed", disabled: true };
    const change = { entity: "member", id: member.id, value } as const;
    await writer.record(scope, change, sampleFacts("member.disabled"));
    assert.equal((await writer.listSessions(scope, { now: SAMPLE_NOW }, PAGE)).items.length, 0);
    assert.equal(await writer.hasSignInLink(scope, LINK, SAMPLE_NOW), false);
  },
  async (writer, { scope, member, session, link }) => {
    const change = { entity: "member", id: member.id, value: member } as const;
    await writer.record(scope, change, sampleFacts("member.enabled"));
    await writer.keepSession(scope, session);
    await writer.keepSignInLink(scope, link);
    const deletion = { entity: "member", id: member.id, value: null } as const;
    await writer.record(scope, deletion, sampleFacts("member.deleted"));
    assert.equal(await writer.findMember(scope, member.id), undefined);
  },
];
