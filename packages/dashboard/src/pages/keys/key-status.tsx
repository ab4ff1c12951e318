import type { Key } from "@keyward/sdk/client/operations.generated";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import type { IconName } from "../../parts/icon.tsx";
import { nowMs } from "../../runtime/clock.ts";
import { keysText } from "../../text/keys.ts";

export type StatusWord = keyof typeof keysText.statuses;

const DAY_MS = 86_400_000;
/** From then on an expiry is worth a colour. */
export const EXPIRING_MS = 14 * DAY_MS;
const EXPIRING_SOON_MS = 3 * DAY_MS;

const LOOKS: Readonly<Record<StatusWord, { readonly tone: Tone; readonly icon: IconName }>> = {
  active: { tone: "good", icon: "check" },
  expiring: { tone: "warn", icon: "clock" },
  rotating: { tone: "info", icon: "rotate" },
  pending: { tone: "info", icon: "clock" },
  disabled: { tone: "neutral", icon: "pause" },
  expired: { tone: "bad", icon: "clock" },
  revoked: { tone: "bad", icon: "stop" },
};

export function KeyStatus({ of }: { readonly of: Key }) {
  const word = statusWord(of, nowMs());
  return (
    <Badge tone={LOOKS[word].tone} icon={LOOKS[word].icon}>
      {keysText.statuses[word]}
    </Badge>
  );
}

/** The API's status, and of an active key what one should know about it. */
export function statusWord(key: Key, now: number): StatusWord {
  if (key.status !== "active") return key.status;
  if (expiryTone(key.expires_at, now) !== undefined) return "expiring";
  return isRotating(key) ? "rotating" : "active";
}

/** Whether an older secret still works beside the newest one, until it ends. */
export function isRotating({ secrets, expires_at }: Key): boolean {
  const working = secrets.filter(({ status }) => status === "active");
  return working.length > 1 && working.some((secret) => secret.expires_at !== expires_at);
}

export function expiryTone(expiresAt: string | null, now: number): Tone | undefined {
  if (expiresAt === null) return undefined;
  const left = Date.parse(expiresAt) - now;
  if (left < EXPIRING_SOON_MS) return "bad";
  return left < EXPIRING_MS ? "warn" : undefined;
}
