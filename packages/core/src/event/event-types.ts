// What endpoints can be told of: every change, by the name that the audit log has for it, and what Keyward notices itself.
import { AUDIT_ACTIONS } from "../audit/event.ts";
import type { AuditAction } from "../audit/event.ts";

/** What is no change of anything, and so in no audit log. */
export const OBSERVATIONS = {
  "key.expiring": "A key ends in 30, 14, 7 or 1 days",
  "key.expired": "A key has ended",
  "key.used_after_revocation": "A revoked key is still in use; told once a day",
  "key.used_from_new_network":
    "A key was used from a network that it had not been used from for 90 days; told once a day",
  "key.limit_reached": "A quota or the credits of a key are used up; told once a day",
  "limit.nearly_reached":
    "Of a quota or credits of a key, client, owner or API 80 % are used; told once a period",
  "key.idle": "A key is disabled in 7 or 1 days, because nobody uses it",
  "webhook.test": "Somebody has asked for an event to try an endpoint with",
} as const;

export type Observation = keyof typeof OBSERVATIONS;
export type EventType = AuditAction | Observation;

export const EVENT_TYPES: readonly EventType[] = [
  ...AUDIT_ACTIONS,
  ...(Object.keys(OBSERVATIONS) as Observation[]),
];

/** Which events an endpoint wants: a type, all of an entity (`key.*`), or all (`*`). */
export type EventPattern = EventType | `${string}.*` | "*";

const KNOWN: ReadonlySet<string> = new Set(EVENT_TYPES);
const ENTITIES: ReadonlySet<string> = new Set(EVENT_TYPES.map(entityOf));

/** `undefined` for what no event could ever match, which is a typing error. */
export function parseEventPattern(text: string): EventPattern | undefined {
  const isPattern =
    text === "*" || KNOWN.has(text) || (text.endsWith(".*") && ENTITIES.has(entityOf(text)));
  return isPattern ? (text as EventPattern) : undefined;
}

export function matchesEvent(patterns: readonly EventPattern[], type: EventType): boolean {
  const entity = entityOf(type);
  return patterns.some(
    (pattern) => pattern === "*" || pattern === type || pattern === `${entity}.*`,
  );
}

function entityOf(text: string): string {
  const [entity = ""] = text.split(".", 1);
  return entity;
}
