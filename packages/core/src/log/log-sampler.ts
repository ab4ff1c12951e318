// Which decisions are written down: a bounded choice, what was refused first (spec/logs.md §4).
import type { CredentialId } from "../id.ts";
import type { Instant } from "../time.ts";
import { NOTHING_TOLD } from "../usage/metered.ts";
import type { MeteredRequest } from "../usage/metered.ts";
import { brandOf, productOf, usageNetwork } from "../usage/network.ts";
import type { VerdictCode } from "../verdict/codes.ts";
import { ENTRIES_PER_BATCH_MAX } from "./entry.ts";
import type { LogEntry, Reason } from "./entry.ts";
import { loggedDetail, loggedMethod, loggedPath } from "./redact.ts";

/** Of one report: refused keys, attempts with what is no key, and what was allowed. */
export const REFUSED_PER_BATCH_MAX = 60;
export const STRANGERS_LOGGED_PER_BATCH_MAX = 20;
export const ALLOWED_PER_BATCH_MAX =
  ENTRIES_PER_BATCH_MAX - REFUSED_PER_BATCH_MAX - STRANGERS_LOGGED_PER_BATCH_MAX;
/** Of one key and one code, so that no key keeps the others out. */
export const SAME_PER_BATCH_MAX = 4;

export interface Logged {
  readonly keyId: CredentialId | null;
  /** What was presented; only the brand that it begins with is looked at. */
  readonly presented: string;
  readonly code: VerdictCode;
  readonly reason: Reason;
}

type Kept = { -readonly [Field in keyof LogEntry]: LogEntry[Field] };

interface Same {
  count: number;
  readonly last: Kept;
}

/** Never fails and never waits. What was allowed costs one comparison once there is enough of it. */
export class LogSampler {
  #entries: Kept[] = [];
  readonly #same = new Map<string, Same>();
  #allowedCount = 0;
  #refusedCount = 0;
  #strangerCount = 0;

  note(logged: Logged, now: Instant, request: MeteredRequest = NOTHING_TOLD): void {
    if (logged.code === "allowed") {
      if (this.#allowedCount >= ALLOWED_PER_BATCH_MAX) return;
      this.#allowedCount++;
      this.#entries.push(entryOf(logged, now, request));
      return;
    }
    const name = `${logged.code} ${logged.keyId ?? ""}`;
    const same = this.#same.get(name);
    if (same !== undefined && same.count >= SAME_PER_BATCH_MAX) {
      same.last.more++;
      return;
    }
    if (!this.#hasRoom(logged)) {
      if (same !== undefined) same.last.more++;
      return;
    }
    const last = entryOf(logged, now, request);
    this.#entries.push(last);
    this.#same.set(name, { count: (same?.count ?? 0) + 1, last });
  }

  /** Takes out what is to be written down, in the order in which it was decided. */
  take(): readonly LogEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    this.#same.clear();
    this.#allowedCount = 0;
    this.#refusedCount = 0;
    this.#strangerCount = 0;
    return entries;
  }

  #hasRoom({ keyId }: Logged): boolean {
    if (keyId === null) return this.#strangerCount++ < STRANGERS_LOGGED_PER_BATCH_MAX;
    return this.#refusedCount++ < REFUSED_PER_BATCH_MAX;
  }
}

function entryOf(
  { keyId, presented, code, reason }: Logged,
  now: Instant,
  { context, tag = "", cost = 1 }: MeteredRequest,
): Kept {
  const { ip, method, path, user_agent: userAgent } = context ?? {};
  const detail = reason();
  return {
    at: now,
    code,
    keyId,
    brand: keyId === null ? brandOf(presented) : "",
    tag,
    cost,
    method: method === undefined ? null : loggedMethod(method),
    path: path === undefined ? null : loggedPath(path),
    network: ip === undefined ? null : (usageNetwork(ip) ?? null),
    agent: userAgent === undefined ? null : (productOf(userAgent) ?? null),
    detail: detail === null ? null : loggedDetail(detail, ip),
    more: 0,
  };
}
