// What must hold whatever happens. Each checker says which of the promises was broken, and by what.
import type { FreshnessMode, Keyward, LocalVerdict } from "@keyward/sdk";
import type {
  SimulatedAuthority,
  SimulatedKey,
  SimulatedState,
  SimulatedSubject,
} from "./authority.ts";
import type { Link } from "./network.ts";
import type { Traffic } from "./traffic.ts";

/** Two clocks that run at different speeds (spec/feed.md §9). */
const DRIFT = 1.001;
/** spec/feed.md §8. */
const LOOKUPS_AT_ONCE = 32;
/** A head is given up after 2 s, and none is sent sooner than 200 ms after the last, but where a snapshot has been loaded. */
const HEADS_AT_ONCE = 12;

export interface CheckedVerifier {
  readonly name: string;
  readonly mode: FreshnessMode;
  readonly maxStalenessMs: number;
  readonly subject: SimulatedSubject;
  /** `undefined` for one that holds every key. */
  readonly keysMax: number | undefined;
  readonly keyward: Keyward;
  readonly link: Link;
  readonly traffic: Traffic;
  /** The keys that it has once said to be revoked. */
  readonly refusedForGood: Set<string>;
  /** Decisions that it owes. */
  asking: number;
  partitionedSinceMs: number | undefined;
}

/** What was so at the instant at which a decision was asked for. */
export interface Asked {
  readonly atMs: number;
  readonly wasEffective: boolean;
  readonly wasRefused: boolean;
}

export interface Decided {
  readonly node: CheckedVerifier;
  readonly key: SimulatedKey;
  readonly asked: Asked;
  readonly result: LocalVerdict;
}

class Violation extends Error {
  constructor(promise: string, { name, mode }: CheckedVerifier, found: unknown) {
    super(`${promise}: ${mode} verifier ${name}: ${JSON.stringify(found)}`);
    this.name = "Violation";
  }
}

/** K2: after `effective_by` nobody allows the key. */
function noAcceptAfterEffective({ node, asked, result }: Decided): void {
  if (result.outcome !== "allowed" || !asked.wasEffective) return;
  throw new Violation("K2: no accept after effective_by", node, { asked, result });
}

/** K2: who has once refused a key as revoked never allows it again. */
function revokedIsAbsorbing({ node, asked, result }: Decided): void {
  if (result.outcome !== "allowed" || !asked.wasRefused) return;
  throw new Violation("K2: revoked is absorbing", node, { asked, result });
}

/** K2: who is cut off stops by itself. */
function cutOffStops({ node, asked, result }: Decided): void {
  if (result.outcome !== "allowed") return;
  if (result.stale && node.mode === "strict") {
    throw new Violation("K2: strict is never stale", node, { asked, result });
  }
  if (node.mode !== "strict" || node.partitionedSinceMs === undefined) return;
  const cutOffMs = asked.atMs - node.partitionedSinceMs;
  if (cutOffMs <= node.maxStalenessMs * DRIFT) return;
  throw new Violation("K2: a verifier that is cut off stops", node, { cutOffMs, asked, result });
}

/** K3: nothing that goes wrong makes a good key a bad one. */
function goodKeysAreNotDenied({ node, key, asked, result }: Decided): void {
  const isGood = key.spoiltAtMs === undefined && key.subject === node.subject;
  if (result.outcome !== "denied" || !isGood) return;
  throw new Violation("K3: no good key is denied", node, { asked, result });
}

/** K6: a key of another api is as unknown as one that nobody has. */
function noEffectAcrossTenants({ node, key, asked, result }: Decided): void {
  if (key.subject === node.subject || result.outcome === "unavailable") return;
  if (result.code === "unknown" && result.principal === undefined) return;
  throw new Violation("K6: no effect across tenants", node, { asked, result });
}

export const DECISION_CHECKERS: readonly ((decided: Decided) => void)[] = [
  revokedIsAbsorbing,
  noAcceptAfterEffective,
  cutOffStops,
  goodKeysAreNotDenied,
  noEffectAcrossTenants,
];

export function noAcceptOfInvented(node: CheckedVerifier, result: LocalVerdict): void {
  if (result.outcome !== "allowed") return;
  throw new Violation("K3: no accept of an invented key", node, result);
}

/**
 * F18, T21: what is decided at a rev is what was so at that rev, or later: nothing was missed on the way there, and nothing
 * older has come back.
 */
export function feedWithoutGap(
  authority: SimulatedAuthority,
  node: CheckedVerifier,
  key: SimulatedKey,
): void {
  if (key.subject !== node.subject) return;
  const verdict = node.keyward.verifyNow(key.presented);
  const { epoch, applied } = node.keyward.status();
  if (verdict === undefined || epoch === undefined || applied === undefined) return;
  const known = stateIn(verdict);
  const possible = authority.statesSince(key, epoch, applied);
  if (known !== undefined && possible.has(known)) return;
  const found = { applied, head: authority.rev, verdict, possible: [...possible] };
  throw new Violation("F18, T21: the feed has no gap and never goes back", node, found);
}

/** K8, F13: what is kept and asked is bounded, whatever comes. */
export function boundedMemory(node: CheckedVerifier, askingMax: number): void {
  const { traffic, link, asking } = node;
  const found = {
    asking,
    streams: link.openStreams,
    lookups: traffic.mostAtOnce("keys"),
    heads: traffic.mostAtOnce("head"),
    changes: traffic.mostAtOnce("changes"),
    snapshots: traffic.mostAtOnce("snapshot"),
    keys: node.keyward.status().keys,
  };
  const isBounded =
    asking <= askingMax &&
    found.lookups <= LOOKUPS_AT_ONCE &&
    found.heads <= HEADS_AT_ONCE &&
    found.changes <= 1 &&
    found.snapshots <= 1 &&
    found.streams <= 1 &&
    found.keys <= (node.keysMax ?? Infinity);
  if (!isBounded) throw new Violation("K8: memory is bounded", node, { ...found, askingMax });
}

/** When all is well again, every verifier knows exactly what was acknowledged. */
export function acknowledgedWritesVisible(
  authority: SimulatedAuthority,
  node: CheckedVerifier,
): void {
  const promise = "K1: every acknowledged write is visible in the end";
  const { connected, trust, applied, epoch, keys } = node.keyward.status();
  const own = authority.keys.filter((key) => key.subject === node.subject);
  const existing = own.filter((key) => authority.stateOf(key) !== "gone");
  const isCurrent = applied === authority.rev && epoch === authority.epoch;
  const isWhole = node.keysMax !== undefined || keys === existing.length;
  if (!connected || trust !== "fresh" || !isCurrent || !isWhole) {
    const found = { connected, trust, applied, head: authority.rev, keys, of: existing.length };
    throw new Violation(promise, node, found);
  }
  for (const key of own) {
    const verdict = node.keyward.verifyNow(key.presented);
    // Who holds a few knows nothing of the others, and says so.
    if (verdict === undefined && node.keysMax !== undefined) continue;
    const known = verdict === undefined ? "gone" : stateIn(verdict);
    const state = authority.stateOf(key);
    if (known !== state) throw new Violation(promise, node, { id: key.id, known, state });
  }
}

function stateIn({ code }: LocalVerdict): SimulatedState | undefined {
  switch (code) {
    case "allowed":
      return "active";
    case "revoked":
    case "disabled":
      return code;
    case "unknown":
      return "gone";
    default:
      return undefined;
  }
}
