import type { AuditAction } from "@keyward/core/audit/event";
import type { Key, Role } from "@keyward/core/model/records";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Reader, TenantScope } from "../../storage/storage.ts";

/** How many changes of each thing are looked through; a key that has more counts as changed by the oldest of them. */
const CHANGES_MAX = 100;

interface Place {
  readonly targetId: string;
  readonly action: AuditAction;
  /** Of which a change counts; any does if left out. */
  readonly fields?: readonly string[];
}

/**
 * Since when nothing has changed of what a key is granted: by itself, by its roles and, of a user's token, by the user's
 * rights; and nothing has been forgotten of what it needed, as a restored backup has.
 */
export async function grantedSince(
  reader: Reader,
  scope: TenantScope,
  key: Key,
  roles: readonly Role[],
): Promise<Instant> {
  const places: Place[] = [
    { targetId: key.id, action: "key.updated", fields: ["scopes", "roles"] },
    { targetId: key.workspaceId, action: "workspace.restored" },
    ...roles.map(({ id }) => ({
      targetId: id,
      action: "role.updated" as const,
      fields: ["scopes"],
    })),
  ];
  if (key.kind === "pat") {
    places.push({ targetId: key.ownerId, action: "owner.updated", fields: ["rights"] });
  }
  let since: number = key.createdAt;
  for (const place of places) since = Math.max(since, await lastChange(reader, scope, place));
  return instant(since);
}

async function lastChange(
  reader: Reader,
  scope: TenantScope,
  { targetId, action, fields }: Place,
): Promise<number> {
  const page = { limit: CHANGES_MAX, after: null };
  const { items, more } = await reader.listAuditEvents(scope, { targetId, action }, page);
  const last = items.find(({ detail }) => {
    if (fields === undefined) return true;
    const changed: unknown = detail["fields"];
    return Array.isArray(changed) && fields.some((field) => changed.includes(field));
  });
  return (last ?? (more ? items.at(-1) : undefined))?.at ?? 0;
}
