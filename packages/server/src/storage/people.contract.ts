// What every adapter promises about people: members, their sessions, and the links by which they come in.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { digestKey } from "@keyward/core/key/digest";
import { instant } from "@keyward/core/time";
import type { WithStorage } from "./storage.contract.ts";
import {
  put,
  putTenant,
  SAMPLE_NOW,
  sampleFacts,
  sampleMember,
  sampleLogin,
  sampleSession,
} from "./testing/sample.ts";
import type { Storage } from "./storage.ts";

const PAGE = { limit: 250, after: null } as const;
const LINK = digestKey("a link");

function inSeconds(seconds: number) {
  return instant(SAMPLE_NOW + seconds * 1000);
}

export function peopleContract(name: string, withStorage: WithStorage): void {
  const guarantee = (title: string, use: (storage: Storage) => Promise<void>): void => {
    test(title, () => withStorage(({ storage }) => use(storage)));
  };

  suite(`people contract: ${name}`, () => {
    guarantee(
      "a member and a session come back as they were kept, in every field",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const member = sampleMember(workspace.id, {
          name: "Größe 🔑",
          email: "ann@example.com",
          role: "admin",
          identity: { issuer: "https://id.example", subject: "a|b c" },
          lastSignedInAt: inSeconds(1),
        });
        const rev = await put(storage, scope, member);
        const session = sampleSession(member, {
          formerDigest: digestKey("former"),
          provedAt: inSeconds(-5),
          providerSession: "sid-1",
          ip: null,
          userAgent: null,
        });
        await storage.write((writer) => writer.keepSession(scope, session));
        assert.deepEqual(await storage.reader.findMember(scope, member.id), { value: member, rev });
        assert.deepEqual(await storage.reader.findSession(scope, session.id), session);
      },
    );

    guarantee("T06: of many works that take one link exactly one gets it", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      const member = sampleMember(workspace.id);
      await put(storage, scope, member);
      const link = { memberId: member.id, digest: LINK, expiresAt: inSeconds(60) };
      await storage.write((writer) => writer.keepSignInLink(scope, link));
      const taken = await Promise.all(
        Array.from({ length: 30 }, () =>
          storage.write((writer) => writer.takeSignInLink(scope, LINK, SAMPLE_NOW)),
        ),
      );
      assert.deepEqual(
        taken.filter((id) => id !== undefined),
        [member.id],
      );
    });

    guarantee(
      "T06: a link works until its end and not at it, and a new one replaces it",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const member = sampleMember(workspace.id);
        await put(storage, scope, member);
        const link = { memberId: member.id, digest: LINK, expiresAt: inSeconds(60) };
        const newer = { ...link, digest: digestKey("a newer link") };
        await storage.write((writer) => writer.keepSignInLink(scope, link));
        assert.equal(await storage.reader.hasSignInLink(scope, LINK, inSeconds(59.999)), true);
        assert.equal(await storage.reader.hasSignInLink(scope, LINK, inSeconds(60)), false);
        await storage.write((writer) => writer.keepSignInLink(scope, newer));
        await storage.write(async (writer) => {
          assert.equal(await writer.takeSignInLink(scope, LINK, SAMPLE_NOW), undefined);
          assert.equal(await writer.takeSignInLink(scope, newer.digest, inSeconds(60)), undefined);
          assert.equal(await writer.takeSignInLink(scope, newer.digest, SAMPLE_NOW), member.id);
        });
      },
    );

    guarantee(
      "two members cannot have one email address, and the second is kept out whole",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        await put(storage, scope, sampleMember(workspace.id, { email: "ann@example.com" }));
        const second = sampleMember(workspace.id, { email: "ann@example.com" });
        await assert.rejects(put(storage, scope, second), { code: "email_taken" });
        assert.equal(await storage.reader.findMember(scope, second.id), undefined);
        assert.equal((await storage.reader.listMembers(scope, {}, PAGE)).items.length, 1);
      },
    );

    guarantee(
      "a member who is disabled or deleted has neither session nor link",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        for (const end of ["disabled", "deleted"] as const) {
          const member = sampleMember(workspace.id);
          await put(storage, scope, member);
          const session = sampleSession(member);
          const link = { memberId: member.id, digest: digestKey(end), expiresAt: inSeconds(60) };
          await storage.write(async (writer) => {
            await writer.keepSession(scope, session);
            await writer.keepSignInLink(scope, link);
            const value = end === "deleted" ? null : { ...member, disabled: true };
            const change = { entity: "member", id: member.id, value } as const;
            await writer.record(scope, change, sampleFacts(`member.${end}`));
          });
          assert.equal(await storage.reader.findSession(scope, session.id), undefined);
          assert.equal(await storage.reader.hasSignInLink(scope, link.digest, SAMPLE_NOW), false);
        }
      },
    );

    guarantee(
      "a login is kept with all that it says, used up once, and forgotten ten minutes after its end",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const [login, other] = [sampleLogin(workspace.id), sampleLogin(workspace.id)];
        await storage.write(async (writer) => {
          for (const each of [login, other]) await writer.keepLogin(scope, each);
        });
        assert.deepEqual(await storage.reader.findLogin(scope, login.id), login);
        assert.deepEqual(await storage.reader.findLoginByDigest(scope, login.digest), login);
        const take = () => storage.write((writer) => writer.takeLogin(scope, login.id));
        const taken = await Promise.all([take(), take(), take()]);
        assert.deepEqual(taken.filter(Boolean), [true]);
        assert.equal(await storage.reader.countLogins(scope, inSeconds(599)), 1);
        assert.equal(await storage.reader.countLogins(scope, inSeconds(600)), 0);
        await storage.system.forgetSessions(inSeconds(1_199));
        assert.deepEqual(await storage.reader.findLogin(scope, other.id), other);
        await storage.system.forgetSessions(inSeconds(1_200));
        assert.equal(await storage.reader.findLogin(scope, other.id), undefined);
      },
    );

    guarantee("owners are counted while they are not disabled", async (storage) => {
      const { scope, workspace } = await putTenant(storage);
      await put(storage, scope, sampleMember(workspace.id, { role: "owner" }));
      await put(storage, scope, sampleMember(workspace.id, { role: "owner", disabled: true }));
      await put(storage, scope, sampleMember(workspace.id, { role: "admin" }));
      assert.deepEqual(await storage.reader.countMembers(scope), { all: 3, owners: 1 });
    });

    guarantee(
      "sessions are listed newest first, without those that have ended",
      async (storage) => {
        const { scope, workspace } = await putTenant(storage);
        const member = sampleMember(workspace.id);
        await put(storage, scope, member);
        const sessions = [60, 30, 90].map((seconds) =>
          sampleSession(member, { expiresAt: inSeconds(seconds) }),
        );
        await storage.write(async (writer) => {
          for (const session of sessions) await writer.keepSession(scope, session);
        });
        const [expired] = sessions;
        assert.ok(expired !== undefined);
        const list = async (seconds: number) =>
          (await storage.reader.listSessions(scope, { now: inSeconds(seconds) }, PAGE)).items;
        assert.deepEqual(await list(0), sessions.toReversed());
        assert.deepEqual(await list(30), [sessions[2], sessions[0]]);
        await storage.system.forgetSessions(inSeconds(60));
        assert.equal(await storage.reader.findSession(scope, expired.id), undefined);
        assert.deepEqual(await list(0), [sessions[2]]);
      },
    );
  });
}
