// Signing in a program: it asks, a member says yes in a browser, and it gets a session of theirs (spec/oauth.md §8).
import { hash } from "node:crypto";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import { digestKey } from "@keyward/core/key/digest";
import type { Secret } from "@keyward/core/key/secret";
import type { Member } from "@keyward/core/model/records";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import {
  DEVICE_CODE_SECONDS,
  LOGINS_PER_WORKSPACE_MAX,
  POLL_INTERVAL_SECONDS,
} from "../../contract/limits.ts";
import type { Login } from "../../storage/logins.ts";
import type { Session } from "../../storage/people.ts";
import { tenantScope } from "../../storage/storage.ts";
import type { Storage, TenantScope, Writer } from "../../storage/storage.ts";
import { beginSession } from "./sign-in.ts";
import type { Browser } from "./sign-in.ts";
import { issueToken, parseToken } from "./token.ts";
import { newUserCode } from "./user-code.ts";

/** What a program that was told to wait is refused with (RFC 8628 §3.5, RFC 6749 §5.2). */
export type LoginRefusal =
  | "authorization_pending"
  | "slow_down"
  | "access_denied"
  | "expired_token"
  | "invalid_grant";

export interface BegunLogin {
  readonly deviceCode: Secret;
  readonly userCode: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

export interface SignedInProgram {
  readonly token: Secret;
  readonly session: Session;
  readonly member: Member;
}

/** Programs are not kept to the millisecond: what was sent in time may arrive a little early. */
const POLL_TOLERANCE_MS = 500;
/** RFC 8628 §3.5: for this question and all that follow. */
const SLOW_DOWN_SECONDS = 5;

/** @returns `undefined` when as many ask already as may */
export async function beginDeviceLogin(
  storage: Pick<Storage, "write">,
  program: Browser,
  scope: TenantScope,
): Promise<BegunLogin | undefined> {
  const { random, now } = program;
  return await storage.write(async (writer) => {
    if ((await writer.findWorkspace(scope)) === undefined) return undefined;
    if ((await writer.countLogins(scope, now)) >= LOGINS_PER_WORKSPACE_MAX) return undefined;
    const { secret: deviceCode, digest } = issueToken(random, scope);
    const userCode = newUserCode(random);
    await writer.keepLogin(scope, {
      ...newLogin(program, scope),
      digest,
      userCodeDigest: digestKey(userCode),
      nextPollAt: now,
      expiresAt: addSeconds(now, DEVICE_CODE_SECONDS),
    });
    const life = { expiresInSeconds: DEVICE_CODE_SECONDS, intervalSeconds: POLL_INTERVAL_SECONDS };
    return { deviceCode, userCode, ...life };
  });
}

/** A login that nobody has said anything about. */
export function newLogin(
  { now, random, ip, userAgent }: Browser,
  scope: TenantScope,
): Omit<Login, "digest" | "expiresAt"> {
  return {
    id: formatId("login", now, random.bytes(ID_RANDOM_BYTES)),
    workspaceId: scope,
    userCodeDigest: null,
    codeChallenge: null,
    redirectUri: null,
    state: "pending",
    memberId: null,
    provedAt: null,
    providerSession: null,
    ip,
    userAgent,
    intervalSeconds: POLL_INTERVAL_SECONDS,
    nextPollAt: now,
    createdAt: now,
  };
}

/** A program asks whether somebody has approved it. Being told to wait is a value, because the writer keeps when it asked. */
export async function pollDeviceLogin(
  storage: Pick<Storage, "write">,
  program: Browser,
  deviceCode: string,
): Promise<SignedInProgram | LoginRefusal> {
  const code = parseToken(deviceCode);
  if (code === undefined) return "invalid_grant";
  return await storage.write(async (writer) => {
    const { now } = program;
    const login = await writer.findLoginByDigest(code.scope, code.digest);
    if (login === undefined || login.userCodeDigest === null) return "invalid_grant";
    if (now >= login.expiresAt) return "expired_token";
    if (login.state === "approved") return await redeem(writer, program, login);
    if (login.state === "denied") {
      await writer.takeLogin(code.scope, login.id);
      return "access_denied";
    }
    const isEarly = now < login.nextPollAt;
    const intervalSeconds = login.intervalSeconds + (isEarly ? SLOW_DOWN_SECONDS : 0);
    const nextPollAt = instant(addSeconds(now, intervalSeconds) - POLL_TOLERANCE_MS);
    await writer.keepLogin(code.scope, { ...login, intervalSeconds, nextPollAt });
    return isEarly ? "slow_down" : "authorization_pending";
  });
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6. A code is used up by whoever shows it, rightly or wrongly. */
export async function redeemCode(
  storage: Pick<Storage, "write">,
  program: Browser,
  given: { readonly code: string; readonly redirectUri: string; readonly codeVerifier: string },
): Promise<SignedInProgram | LoginRefusal> {
  const code = parseToken(given.code);
  if (code === undefined) return "invalid_grant";
  return await storage.write(async (writer) => {
    const login = await writer.findLoginByDigest(code.scope, code.digest);
    if (login === undefined || login.codeChallenge === null) return "invalid_grant";
    const isRight =
      login.codeChallenge === hash("sha256", given.codeVerifier, "base64url") &&
      login.redirectUri === given.redirectUri &&
      program.now < login.expiresAt;
    if (isRight) return await redeem(writer, program, login);
    await writer.takeLogin(code.scope, login.id);
    return "invalid_grant";
  });
}

async function redeem(
  writer: Writer,
  program: Browser,
  login: Login,
): Promise<SignedInProgram | LoginRefusal> {
  const { memberId, provedAt, providerSession } = login;
  const scope = tenantScope(login.workspaceId);
  if (!(await writer.takeLogin(scope, login.id)) || memberId === null) return "invalid_grant";
  const member = (await writer.findMember(scope, memberId))?.value;
  if (member === undefined || member.disabled) return "access_denied";
  const { session, token } = await beginSession(writer, program, member, {
    detail: { by: login.userCodeDigest === null ? "command_line" : "device", login: login.id },
    provedAt: provedAt ?? NEVER,
    providerSession,
    bearer: true,
  });
  return { session, token, member };
}

const NEVER: Instant = instant(0);
