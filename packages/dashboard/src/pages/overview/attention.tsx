import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Key } from "@keyward/sdk/client/operations.generated";
import { useClient } from "../../api/session.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Card } from "../../parts/card.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { IconName } from "../../parts/icon.tsx";
import { Instant } from "../../parts/instant.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { nowMs } from "../../runtime/clock.ts";
import { useEnvironment } from "../../shell/environment.tsx";
import { overviewText } from "../../text/overview.ts";
import { expiryTone, isRotating } from "../keys/key-status.tsx";
import styles from "./overview.module.css";

const KEYS_MAX = 250;
const SHOWN_MAX = 12;
const DAY_MS = 86_400_000;
const IDLE_MS = 90 * DAY_MS;
const UNUSED_MS = 7 * DAY_MS;

interface Matter {
  readonly key: Key;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly kind: "expires" | "rotating" | "idle" | "neverUsed";
}

/** What somebody should look at, most pressing first. */
export function Attention() {
  const client = useClient();
  const environment = useEnvironment();
  const body = { environment, status: "active", limit: KEYS_MAX } as const;
  const keys = useQuery({
    queryKey: ["keys", body],
    queryFn: ({ signal }) => client.keys.search(body, { signal }),
  });
  return (
    <Card title={overviewText.attention} lead={overviewText.attentionLead(KEYS_MAX)} flush>
      <Loaded query={keys}>
        {({ data }) => {
          const matters = data.flatMap((key) => matterOf(key, nowMs()) ?? []).sort(byUrgency);
          return matters.length === 0 ? (
            <EmptyState icon="check" title={overviewText.nothing}>
              {overviewText.nothingHint}
            </EmptyState>
          ) : (
            <ul className={styles.list}>
              {matters.slice(0, SHOWN_MAX).map((matter) => (
                <MatterLine key={matter.key.id} of={matter} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
}

function MatterLine({ of: { key, tone, icon, kind } }: { readonly of: Matter }) {
  return (
    <li>
      <Badge tone={tone} icon={icon}>
        {kind === "expires" && key.expires_at !== null ? (
          <Instant value={key.expires_at} />
        ) : (
          key.owner
        )}
      </Badge>
      <span>
        <Link to="/keys/$key" params={{ key: key.id }}>
          {key.name}
        </Link>{" "}
        <span className={styles.quiet}>{overviewText[kind]}</span>
      </span>
    </li>
  );
}

const TONES: readonly Tone[] = ["bad", "warn", "info", "neutral"];

function byUrgency(one: Matter, other: Matter): number {
  return TONES.indexOf(one.tone) - TONES.indexOf(other.tone);
}

function matterOf(key: Key, now: number): Matter | undefined {
  const expiring = expiryTone(key.expires_at, now);
  if (expiring !== undefined) return { key, tone: expiring, icon: "clock", kind: "expires" };
  if (isRotating(key)) return { key, tone: "info", icon: "rotate", kind: "rotating" };
  if (key.last_used_at === null) {
    const isOld = now - Date.parse(key.created_at) > UNUSED_MS;
    return isOld ? { key, tone: "neutral", icon: "pause", kind: "neverUsed" } : undefined;
  }
  const isIdle = now - Date.parse(key.last_used_at) > IDLE_MS;
  return isIdle ? { key, tone: "neutral", icon: "pause", kind: "idle" } : undefined;
}
