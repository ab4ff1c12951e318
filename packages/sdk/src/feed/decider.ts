// Decides about a credential by what the feed has brought, and asks the authority where that does not suffice.
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";
import { digestKey } from "@keyward/core/key/digest";
import { KEY_CHARS_MAX } from "@keyward/core/key/format";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { deny } from "@keyward/core/verdict/verdict";
import type { Clock } from "../runtime/clock.ts";
import { Verifier } from "../verifier/verifier.ts";
import type { FeedClient } from "./feed-client.ts";
import { ageMs, readClock } from "./freshness.ts";
import type { ClockReading } from "./freshness.ts";
import { localVerdict, unavailable } from "./local-verdict.ts";
import type { LocalVerdict } from "./local-verdict.ts";
import type { EpochAnswer, Lookups } from "./lookups.ts";

/** A look-up may be overtaken by a change, and may have been begun for somebody who asked earlier. */
const LOOKUPS_PER_DECISION_MAX = 3;

export interface DeciderParts {
  readonly feed: FeedClient;
  readonly lookups: Lookups;
  readonly clock: Clock;
  readonly maxStalenessMs: number;
}

/** May throw whatever a broken clock throws: nothing is allowed then. */
export class Decider {
  readonly #parts: DeciderParts;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** The decision, if it needs nobody else: the state is trusted, and knows the key or that there is none. */
  decideNow(credential: string, request: DecisionRequest): LocalVerdict | undefined {
    const { feed, lookups } = this.#parts;
    const trust = feed.trust();
    const { replica } = feed;
    if (replica === undefined || trust === "untrusted") return undefined;
    const now = this.#parts.clock.now();
    const { workspaceId } = replica.subject;
    const verdict = replica.verifier.verify(workspaceId, credential, request, now);
    if (verdict.code === "unknown" && !lookups.isAbsent(digestKey(credential))) return undefined;
    return localVerdict(verdict, request.scopes, trust === "stale");
  }

  async decide(credential: string, request: DecisionRequest): Promise<LocalVerdict> {
    const known = this.decideNow(credential, request);
    if (known !== undefined) return known;
    if (credential.length > KEY_CHARS_MAX)
      return localVerdict(deny("malformed"), request.scopes, false);
    const { feed, lookups, clock } = this.#parts;
    const digest = digestKey(credential);
    const startedMs = clock.monotonicMs();
    for (let count = 0; count < LOOKUPS_PER_DECISION_MAX; count++) {
      const exists = feed.replica?.verifier.find(credential) !== undefined;
      const network = exists ? undefined : networkOfRequest(request);
      if (feed.identity === undefined) return unavailable("not_ready");
      const result = await lookups.find(digest, network);
      if (result.outcome === "unavailable") return unavailable(result.reason, result.cause);
      const { answer, sentAt } = result;
      if (answer.epoch !== feed.identity?.epoch) return unavailable("not_ready");
      const verdict =
        feed.trust() === "untrusted"
          ? this.#decideBy(answer, sentAt, startedMs, credential, request)
          : this.#decideWith(answer, credential, request);
      if (verdict !== undefined) return verdict;
    }
    return unavailable("no_answer");
  }

  /** By the trusted state, with what the look-up adds to it. */
  #decideWith(
    answer: EpochAnswer,
    credential: string,
    request: DecisionRequest,
  ): LocalVerdict | undefined {
    const { feed, lookups } = this.#parts;
    if (answer.changes.length > 0) {
      feed.fill(answer);
      return this.decideNow(credential, request);
    }
    // What was applied meanwhile may have brought the key; then its absence must not be remembered.
    if (answer.rev >= (feed.replica?.applied ?? Infinity))
      lookups.rememberAbsent(digestKey(credential));
    const verdict = this.decideNow(credential, request);
    return verdict ?? localVerdict(deny("unknown"), request.scopes, feed.trust() === "stale");
  }

  /** By the answer alone, as long as it is about a moment after the question was put. */
  #decideBy(
    answer: EpochAnswer,
    sentAt: ClockReading,
    startedMs: number,
    credential: string,
    request: DecisionRequest,
  ): LocalVerdict | undefined {
    const { clock, feed, maxStalenessMs } = this.#parts;
    const isOlder = sentAt.monotonicMs < startedMs;
    const workspaceId = feed.identity?.subject.workspaceId;
    if (isOlder || workspaceId === undefined) return undefined;
    if (ageMs(sentAt, readClock(clock)) > maxStalenessMs) return undefined;
    // A head that was asked before may yet prove the state fresh: it must then know what has been answered here (K2).
    if (answer.changes.length > 0) feed.fill(answer);
    const verifier = new Verifier();
    verifier.apply(answer.changes);
    const verdict = verifier.verify(workspaceId, credential, request, clock.now());
    return localVerdict(verdict, request.scopes, false);
  }
}

/** Who does not say where the request came from shares one budget with all who do not. */
function networkOfRequest({ context }: DecisionRequest): string {
  const ip = context?.ip === undefined ? undefined : parseIp(context.ip);
  return ip === undefined ? "" : networkOf(ip);
}
