import { OperationError } from "@keyward/core/failure/failures";
import type { AuditAction } from "@keyward/core/audit/event";
import type { MemberId } from "@keyward/core/id";
import type { Member, MemberRole } from "@keyward/core/model/records";
import { isWithin } from "@keyward/core/scope/scope";
import { MEMBERS_MAX } from "../../contract/limits.ts";
import { grantsOfRole } from "../../contract/member-roles.ts";
import type { InputOf, ResultOf } from "../../contract/operations.ts";
import type { Reader, Versioned, Writer } from "../../storage/storage.ts";
import { assertUnchanged, factsOf, found, mintId } from "../call.ts";
import type { Call, Written } from "../call.ts";
import { assertUnlimitedCaller } from "../grants.ts";
import { isSame } from "../is-same.ts";
import { pageOf } from "../paging.ts";
import { issueLink } from "../sign-in/link.ts";
import { followMember } from "../tokens/holder.ts";
import { presentMember } from "./present-member.ts";

type WrittenMember = Promise<Written<ResultOf<"members.get">>>;

export function listMembers(
  call: Call,
  reader: Reader,
  { query }: InputOf<"members.list">,
): Promise<ResultOf<"members.list">> {
  const filter = query.q === undefined || query.q === "" ? {} : { text: query.q };
  const load = reader.listMembers.bind(reader, call.caller.scope, filter);
  return pageOf(call, "members.list", query, load, (members) => members.map(presentMember));
}

export async function getMember(
  call: Call,
  reader: Reader,
  { params }: InputOf<"members.get">,
): Promise<ResultOf<"members.get">> {
  return presentMember(await readMember(call, reader, params.member));
}

export async function createMember(
  call: Call,
  writer: Writer,
  { body }: InputOf<"members.create">,
): WrittenMember {
  await assertMayGive(call, writer, body.role);
  const { all } = await writer.countMembers(call.caller.scope);
  if (all >= MEMBERS_MAX) {
    throw new OperationError("too_many", { detail: `A workspace has ${MEMBERS_MAX} members` });
  }
  const value: Member = {
    id: mintId(call, "member"),
    workspaceId: call.caller.scope,
    name: body.name,
    email: body.email ?? null,
    role: body.role,
    disabled: false,
    identity: null,
    lastSignedInAt: null,
    createdAt: call.now,
    updatedAt: call.now,
  };
  return record(call, writer, value, "member.created", { name: value.name, role: value.role });
}

export async function updateMember(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"members.update">,
): WrittenMember {
  const before = await readForChange(call, writer, params.member);
  const after: Member = {
    ...before.value,
    name: body.name ?? before.value.name,
    email: body.email === undefined ? before.value.email : body.email,
    role: body.role ?? before.value.role,
  };
  if (isSame(after, before.value)) {
    return { result: presentMember(before), rev: before.rev, targetId: after.id };
  }
  if (after.role !== before.value.role) {
    assertNotSelf(call, after);
    await assertMayGive(call, writer, after.role);
    await assertNotLastOwner(call, writer, before.value);
  }
  const fields = Object.keys(body).sort();
  const detail = body.role === undefined ? { fields } : { fields, role: body.role };
  return record(call, writer, { ...after, updatedAt: call.now }, "member.updated", detail);
}

export async function disableMember(
  call: Call,
  writer: Writer,
  { params }: InputOf<"members.disable">,
): WrittenMember {
  const before = await readForChange(call, writer, params.member);
  assertNotSelf(call, before.value);
  await assertNotLastOwner(call, writer, before.value);
  return setDisabled(call, writer, before, true);
}

export async function enableMember(
  call: Call,
  writer: Writer,
  { params }: InputOf<"members.enable">,
): WrittenMember {
  const before = await readForChange(call, writer, params.member);
  await assertMayGive(call, writer, before.value.role);
  return setDisabled(call, writer, before, false);
}

export async function deleteMember(
  call: Call,
  writer: Writer,
  { params }: InputOf<"members.delete">,
): Promise<Written<undefined>> {
  const { value } = await readForChange(call, writer, params.member);
  assertNotSelf(call, value);
  await assertNotLastOwner(call, writer, value);
  const { id, name, role } = value;
  await followMember(call, writer, { ...value, disabled: true });
  const facts = factsOf(call, "member.deleted", { name, role });
  const change = { entity: "member", id, value: null } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: undefined, rev, targetId: id };
}

export async function linkMember(
  call: Call,
  writer: Writer,
  { params, body }: InputOf<"members.link">,
): Promise<Written<ResultOf<"members.link">>> {
  const { value } = await readForChange(call, writer, params.member);
  await assertMayGive(call, writer, value.role);
  if (value.disabled) throw new OperationError("member_disabled");
  return await issueLink(call, writer, call.caller.scope, value, body.lifetime_seconds);
}

/**
 * Whoever makes a member hands on what that member may do, everywhere and until somebody ends it (T02).
 *
 * @throws OperationError `exceeds_own_permissions`
 */
async function assertMayGive(call: Call, reader: Reader, role: MemberRole): Promise<void> {
  assertMayManage(call, role);
  await assertUnlimitedCaller(call, reader);
}

/** Whoever could change or shut out a stronger member would be the stronger. */
function assertMayManage({ caller }: Call, role: MemberRole): void {
  if (isWithin(grantsOfRole(role), caller.grants)) return;
  throw new OperationError("exceeds_own_permissions", {
    detail: `The role ${role} has a permission that you have not`,
  });
}

/** @throws OperationError `own_member`: nobody makes themselves more, nor locks themselves out */
function assertNotSelf({ caller }: Call, { id }: Member): void {
  if (caller.member?.id === id) throw new OperationError("own_member");
}

/** @throws OperationError `last_owner` */
async function assertNotLastOwner(call: Call, reader: Reader, member: Member): Promise<void> {
  if (member.role !== "owner" || member.disabled) return;
  const { owners } = await reader.countMembers(call.caller.scope);
  if (owners <= 1) throw new OperationError("last_owner");
}

export async function readMember(
  call: Call,
  reader: Reader,
  id: MemberId | undefined,
): Promise<Versioned<Member>> {
  return found(id && (await reader.findMember(call.caller.scope, id)), "member");
}

async function readForChange(
  call: Call,
  reader: Reader,
  id: MemberId | undefined,
): Promise<Versioned<Member>> {
  const member = await readMember(call, reader, id);
  assertUnchanged(call, member.rev);
  assertMayManage(call, member.value.role);
  return member;
}

async function setDisabled(
  call: Call,
  writer: Writer,
  before: Versioned<Member>,
  disabled: boolean,
): WrittenMember {
  if (before.value.disabled === disabled) {
    return { result: presentMember(before), rev: before.rev, targetId: before.value.id };
  }
  const value = { ...before.value, disabled, updatedAt: call.now };
  return record(call, writer, value, disabled ? "member.disabled" : "member.enabled", {});
}

async function record(
  call: Call,
  writer: Writer,
  value: Member,
  action: AuditAction,
  detail: Parameters<typeof factsOf>[2],
): WrittenMember {
  await followMember(call, writer, value);
  const facts = factsOf(call, action, detail);
  const change = { entity: "member", id: value.id, value } as const;
  const rev = await writer.record(call.caller.scope, change, facts);
  return { result: presentMember({ value, rev }), rev, targetId: value.id };
}
