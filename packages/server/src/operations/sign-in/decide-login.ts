// What a member says in a browser to a program that asks to be signed in as them.
import { hash } from "node:crypto";
import { OperationError } from "@keyward/core/failure/failures";
import { digestKey } from "@keyward/core/key/digest";
import { addSeconds, formatInstant } from "@keyward/core/time";
import {
  AUTHORIZATION_CODE_SECONDS,
  USER_CODE_ATTEMPT_SECONDS,
  USER_CODE_ATTEMPTS_MAX,
} from "../../contract/limits.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Login } from "../../storage/logins.ts";
import type { Reader, Writer } from "../../storage/storage.ts";
import { factsOf, found } from "../call.ts";
import type { Call, CallingMember, Written } from "../call.ts";
import { assertFresh } from "../grants.ts";
import { newLogin } from "./logins.ts";
import { issueToken } from "./token.ts";
import { parseUserCode } from "./user-code.ts";

/** Of a wrong code the answer is `null` and no failure, because the attempt is to be remembered. */
export async function findLogin(
  call: Call,
  writer: Writer,
  { body }: InputOf<"logins.find">,
): Promise<Written<ResultOf<"logins.find">>> {
  const { scope } = call.caller;
  const member = callingMember(call);
  const code = parseUserCode(body.user_code);
  const login =
    code === undefined ? undefined : await writer.findLoginByUserCode(scope, digestKey(code));
  const isOpen = login?.state === "pending" && call.now < login.expiresAt;
  if (!isOpen) await spendAttempt(call, writer, member);
  const result = { login: isOpen ? presentLogin(login) : null };
  return { result, rev: await revOf(call, writer), targetId: member.id };
}

/** The program gets its session when it next asks. */
export async function approveLogin(
  call: Call,
  writer: Writer,
  { params }: InputOf<"logins.approve">,
): Promise<Written<undefined>> {
  assertFresh(call);
  return await decide(call, writer, params.login, "approved");
}

export async function denyLogin(
  call: Call,
  writer: Writer,
  { params }: InputOf<"logins.deny">,
): Promise<Written<undefined>> {
  return await decide(call, writer, params.login, "denied");
}

/**
 * For a program that waits on this machine (RFC 8252 §7.3): where the browser goes back to it, with a code or with a no.
 */
export async function authorizeLogin(
  call: Call,
  writer: Writer,
  { body }: InputOf<"logins.authorize">,
): Promise<Written<ResultOf<"logins.authorize">>> {
  const member = callingMember(call);
  const rev = await revOf(call, writer);
  if (!body.approve) {
    const refusal = { error: "access_denied", state: body.state };
    return { result: { redirect_to: back(body.redirect_uri, refusal) }, rev, targetId: member.id };
  }
  assertFresh(call);
  const { scope } = call.caller;
  const { secret, digest } = issueToken(call.random, scope);
  const browser = { ...call, ip: call.actor.ip, userAgent: null };
  await writer.keepLogin(scope, {
    ...approvedBy(member, newLogin(browser, scope)),
    digest,
    codeChallenge: body.code_challenge,
    redirectUri: body.redirect_uri,
    expiresAt: addSeconds(call.now, AUTHORIZATION_CODE_SECONDS),
  });
  const answer = { code: secret.reveal(), state: body.state };
  return { result: { redirect_to: back(body.redirect_uri, answer) }, rev, targetId: member.id };
}

async function decide(
  call: Call,
  writer: Writer,
  id: Login["id"] | undefined,
  state: "approved" | "denied",
): Promise<Written<undefined>> {
  const { scope } = call.caller;
  const member = callingMember(call);
  const login = found(id && (await writer.findLogin(scope, id)), "login");
  if (login.state !== "pending" || call.now >= login.expiresAt) {
    throw new OperationError("not_found", { detail: "Nobody waits for an answer any more" });
  }
  const decided = state === "approved" ? approvedBy(member, login) : { ...login, state };
  await writer.keepLogin(scope, decided);
  const value = found(await writer.findMember(scope, member.id), "member").value;
  const facts = factsOf(call, `member.login_${state}`, { login: login.id, ip: login.ip });
  const rev = await writer.record(scope, { entity: "member", id: value.id, value }, facts);
  return { result: undefined, rev, targetId: login.id };
}

/** The session of the program is as fresh as that of the browser, and ends with it at the OpenID Provider. */
function approvedBy<Part extends Omit<Login, "digest" | "expiresAt">>(
  { id, session }: CallingMember,
  login: Part,
): Part {
  const { provedAt, providerSession } = session;
  return { ...login, state: "approved", memberId: id, provedAt, providerSession };
}

/** @throws OperationError `members_only`: a program does not sign in another */
function callingMember({ caller }: Call): CallingMember {
  const { member } = caller;
  if (member === undefined || member.session.bearer) throw new OperationError("members_only");
  return member;
}

/**
 * RFC 8628 §5.1: of a code of 34 bits nobody may try many. Each attempt is taken by one atomic statement, whichever node
 * hears of it.
 *
 * @throws OperationError `too_many`
 */
async function spendAttempt(call: Call, writer: Writer, { id }: CallingMember): Promise<void> {
  const { scope } = call.caller;
  const until = addSeconds(call.now, USER_CODE_ATTEMPT_SECONDS);
  for (let attempt = 0; attempt < USER_CODE_ATTEMPTS_MAX; attempt++) {
    const digest = hash("sha256", `login ${id} ${attempt}`, "buffer");
    if (await writer.useOnce(scope, digest, until)) return;
  }
  throw new OperationError("too_many", {
    detail: `${USER_CODE_ATTEMPTS_MAX} codes were wrong; wait some minutes`,
  });
}

async function revOf({ caller }: Call, reader: Reader): Promise<number> {
  return found(await reader.findWorkspace(caller.scope), "workspace").rev;
}

function presentLogin(login: Login): NonNullable<ResultOf<"logins.find">["login"]> {
  return {
    id: login.id,
    ip: login.ip,
    user_agent: login.userAgent,
    asked_at: formatInstant(login.createdAt),
    expires_at: formatInstant(login.expiresAt),
  };
}

function back(redirectUri: string, answer: Readonly<Record<string, string>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return url.href;
}
