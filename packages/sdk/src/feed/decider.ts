// Decides about a credential by what the feed has brought, and asks the authority where that does not suffice.
import { networkOf, parseIp } from "@keyward/core/restriction/ip-address";
import { digestKey } from "@keyward/core/key/digest";
import type { WorkspaceId } from "@keyward/core/id";
import { KEY_CHARS_MAX } from "@keyward/core/key/format";
import { TOKEN_CHARS_MAX } from "@keyward/core/token/access-token-jwt";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { deny } from "@keyward/core/verdict/verdict";
import type { Allowed, Verdict } from "@keyward/core/verdict/verdict";
import type { LeasedLimiter } from "../limiter/leased-limiter.ts";
import { isLimited, limited } from "../limiter/limiter.ts";
import type { ChargeAnswer, Demand } from "../limiter/limiter.ts";
import type { Clock } from "../runtime/clock.ts";
import type { PackedKey } from "../verifier/packed-key.ts";
import type { VerifierSnapshot } from "../verifier/verifier.ts";
import { DpopProofs } from "../verifier/dpop-proofs.ts";
import { Remembered } from "../verifier/remembered.ts";
import { Verifier } from "../verifier/verifier.ts";
import type { FeedClient } from "./feed-client.ts";
import { ageMs, readClock } from "./freshness.ts";
import type { ClockReading, Trust } from "./freshness.ts";
import type { LeaseClock } from "./lease-clock.ts";
import { localAllowed, localVerdict, unavailable } from "./local-verdict.ts";
import type { LocalAllowed, LocalUnavailable, LocalVerdict } from "./local-verdict.ts";
import type { EpochAnswer, Lookups } from "./lookups.ts";
import type { Replica } from "./replica.ts";

/** A look-up may be overtaken by a change, and may have been begun for somebody who asked earlier. */
const LOOKUPS_PER_DECISION_MAX = 3;

export interface DeciderParts {
  readonly feed: FeedClient;
  readonly lookups: Lookups;
  readonly limiter: LeasedLimiter;
  readonly leaseClock: LeaseClock;
  readonly clock: Clock;
  readonly maxStalenessMs: number;
}

/** What is asked of the authority, and for whom. */
export interface Question {
  readonly credential: string;
  /** Whose budget a miss is taken from. */
  readonly network: string;
  /** The decision must rest on this rev or a later one. */
  readonly minRev: number;
}

/** What a decision rests on: a verifier that knows the key, or that there is none. Good for the turn in which it was given. */
export interface Basis {
  readonly verifier: Verifier;
  readonly workspaceId: WorkspaceId;
  /** The rev up to which it knows what concerns the key. */
  readonly rev: number;
  /** It could not be proved fresh; only in a mode that admits it. */
  readonly stale: boolean;
}

interface AllowedBefore {
  readonly key: PackedKey;
  readonly verdict: LocalAllowed;
}

/** May throw whatever a broken clock throws: nothing is allowed then. */
export class Decider {
  readonly #parts: DeciderParts;
  readonly #allowedBefore = new Remembered<AllowedBefore>();
  readonly #dpopProofs = new DpopProofs();

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /**
   * The decision, if it needs nobody else: the state is trusted, has come to `minRev`, and knows the key or that there is none.
   *
   * @param now the clocks, which must have just been read
   */
  decideNow(
    credential: string,
    request: DecisionRequest,
    now: ClockReading,
    cost: number,
    minRev: number,
  ): LocalVerdict | undefined {
    // A proof counts once, so it must not be used up by a decision that is then left open.
    if (request.dpop !== undefined) return undefined;
    const { feed, lookups } = this.#parts;
    const trust = feed.trust(now);
    const { replica } = feed;
    if (replica === undefined || trust === "untrusted" || !hasCome(replica.applied, minRev))
      return undefined;
    const { workspaceId } = replica.subject;
    const verdict = replica.verifier.verify(workspaceId, credential, request, now.wallMs);
    if (verdict.code === "unknown" && !isSettled(replica.verifier, lookups, credential))
      return undefined;
    if (verdict.outcome === "allowed" && isLimited(verdict.key)) {
      const stale = trust === "stale";
      const answer = this.#parts.limiter.chargeNow(this.#demandOf(verdict, request, cost, now));
      return answer && localVerdict(limited(verdict, answer), request.scopes, stale);
    }
    if (verdict.outcome === "allowed" && trust === "fresh") return this.#allowed(verdict);
    return localVerdict(verdict, request.scopes, trust === "stale");
  }

  /** The same answer to every use of a key, for as long as the view of it is the same. Frozen, because whoever gets it shares it. */
  #allowed(verdict: Allowed<VerifierSnapshot>): LocalAllowed {
    const { key } = verdict;
    if (key.token !== undefined) return localAllowed(verdict, false);
    const before = this.#allowedBefore.get(key.secretRow);
    if (before?.key === key) return before.verdict;
    const made = localAllowed(verdict, false);
    Object.freeze(made.principal);
    this.#allowedBefore.set(key.secretRow, { key, verdict: Object.freeze(made) });
    return made;
  }

  #demandOf(
    { key }: Allowed<VerifierSnapshot>,
    { context }: DecisionRequest,
    cost: number,
    now: ClockReading,
  ): Demand {
    const at = this.#parts.leaseClock.at(now);
    return { key, cost, network: networkOfContext(context), at, hold: false, dryRun: false };
  }

  /** For what {@link Decider.decideNow} left open. */
  async decide(
    credential: string,
    request: DecisionRequest,
    cost: number,
    minRev: number,
  ): Promise<LocalVerdict> {
    if (credential.length > TOKEN_CHARS_MAX)
      return localVerdict(deny("malformed"), request.scopes, false);
    const question = { credential, network: networkOfContext(request.context), minRev };
    const decideBy = (basis: Basis) => this.#decideBy(basis, question, request, cost);
    const basis = this.basisNow(question);
    return basis === undefined ? await this.ask(question, decideBy) : decideBy(basis);
  }

  #decideBy(
    { verifier, workspaceId, stale }: Basis,
    question: Question,
    asked: DecisionRequest,
    cost: number,
  ): LocalVerdict | Promise<LocalVerdict> {
    const { limiter, clock } = this.#parts;
    const { credential } = question;
    const now = readClock(clock);
    const key = asked.dpop && verifier.findIn(workspaceId, credential);
    const request = this.#dpopProofs.prove(key, credential, asked, now.wallMs);
    const verdict = verifier.verify(workspaceId, credential, request, now.wallMs);
    if (verdict.outcome === "denied" || !isLimited(verdict.key)) {
      return localVerdict(verdict, request.scopes, stale);
    }
    const answer = limiter.charge(this.#demandOf(verdict, request, cost, now));
    const told = (charge: ChargeAnswer, allowed: Allowed) =>
      localVerdict(limited(allowed, charge), request.scopes, stale);
    if (!(answer instanceof Promise)) return told(answer, verdict);
    return answer.then((charge) => {
      const again = this.#verdictAfter(now, verifier, question, request);
      if (again?.outcome === "allowed") return told(charge, again);
      charge.charged?.settle(0, this.#parts.leaseClock.at(readClock(clock)));
      return again === undefined
        ? unavailable("no_answer")
        : localVerdict(again, request.scopes, stale);
    });
  }

  /**
   * While limits were asked the key may have been revoked, so it is decided anew: by what is trusted then, or by the same look-up
   * while it is no older than anything may be. `undefined` where it is.
   */
  #verdictAfter(
    before: ClockReading,
    verifier: Verifier,
    question: Question,
    request: DecisionRequest,
  ): Verdict<VerifierSnapshot> | undefined {
    const { clock, feed, maxStalenessMs } = this.#parts;
    const now = readClock(clock);
    const basis = this.basisNow(question);
    const workspaceId = feed.identity?.subject.workspaceId;
    if (workspaceId === undefined) return undefined;
    if (basis === undefined && ageMs(before, now) > maxStalenessMs) return undefined;
    const current = basis?.verifier ?? verifier;
    return current.verify(workspaceId, question.credential, request, now.wallMs);
  }

  /** What a decision can rest on without asking anybody; `undefined` where it cannot. */
  basisNow({ credential, minRev }: Omit<Question, "network">): Basis | undefined {
    const { feed, lookups } = this.#parts;
    const trust = feed.trust();
    const { replica } = feed;
    if (replica === undefined || trust === "untrusted" || !hasCome(replica.applied, minRev))
      return undefined;
    const { verifier } = replica;
    const { workspaceId } = replica.subject;
    const isKnown = verifier.findIn(workspaceId, credential) !== undefined;
    return isKnown || isSettled(verifier, lookups, credential)
      ? basisOf(replica, trust)
      : undefined;
  }

  /**
   * Asks the authority, and has it decided in the same turn in which the answer has been taken in: what is known of a key may
   * change in the next. An answer that has not come to `minRev` decides nothing.
   */
  async ask<Result>(
    question: Question,
    decide: (basis: Basis) => Result | Promise<Result>,
  ): Promise<Result | LocalUnavailable> {
    const { feed, lookups, clock } = this.#parts;
    const { credential, network } = question;
    const startedMs = clock.monotonicMs();
    for (let count = 0; count < LOOKUPS_PER_DECISION_MAX; count++) {
      if (feed.identity === undefined) return unavailable("not_ready");
      const verifier = feed.replica?.verifier;
      const exists = verifier?.find(credential) !== undefined;
      const name = verifier?.missingOf(credential) ?? credential;
      const result = await lookups.find(digestKey(name), exists ? undefined : network);
      if (result.outcome === "unavailable") return unavailable(result.reason, result.cause);
      const { answer, sentAt } = result;
      if (answer.epoch !== feed.identity?.epoch) return unavailable("not_ready");
      // A look-up brings all that a key rests on, and of what a signed token does only one thing.
      if (feed.trust() === "untrusted" && credential.length > KEY_CHARS_MAX)
        return unavailable("not_ready");
      const restsOnState =
        feed.trust() !== "untrusted" && hasCome(feed.replica?.applied ?? -1, question.minRev);
      const basis = restsOnState
        ? this.#basisWith(answer, question, name, sentAt.monotonicMs >= startedMs)
        : this.#basisOf(answer, sentAt, startedMs);
      if (basis === undefined) continue;
      return hasCome(basis.rev, question.minRev) ? decide(basis) : unavailable("behind");
    }
    return unavailable("no_answer");
  }

  /** The trusted state, with what the look-up adds to it. */
  #basisWith(
    answer: EpochAnswer,
    question: Question,
    name: string,
    isOwn: boolean,
  ): Basis | undefined {
    const { feed, lookups } = this.#parts;
    if (answer.changes.length > 0) {
      feed.fill(answer);
      return this.basisNow(question);
    }
    // What was applied meanwhile may have brought the key; then its absence must not be remembered.
    const isCurrent = answer.rev >= (feed.replica?.applied ?? Infinity);
    if (isCurrent) lookups.rememberAbsent(digestKey(name));
    // Nor may it be believed by one who does not hold what was brought, and who has asked later than this was answered.
    else if (feed.replica?.isPartial === true && !isOwn) return undefined;
    return feed.replica && basisOf(feed.replica, feed.trust());
  }

  /** The answer alone, as long as it is about a moment after the question was put. */
  #basisOf(answer: EpochAnswer, sentAt: ClockReading, startedMs: number): Basis | undefined {
    const { clock, feed, maxStalenessMs } = this.#parts;
    const isOlder = sentAt.monotonicMs < startedMs;
    const workspaceId = feed.identity?.subject.workspaceId;
    if (isOlder || workspaceId === undefined) return undefined;
    if (ageMs(sentAt, readClock(clock)) > maxStalenessMs) return undefined;
    // A head that was asked before may yet prove the state fresh: it must then know what has been answered here (K2).
    if (answer.changes.length > 0) feed.fill(answer);
    const verifier = new Verifier();
    verifier.apply(answer.changes);
    return { verifier, workspaceId, rev: answer.rev, stale: false };
  }
}

/** False for a `minRev` that is no number: nothing has come to that. */
function hasCome(rev: number, minRev: number): boolean {
  return rev >= minRev;
}

/** Whether nobody could know more of a credential that is unknown here. */
function isSettled(verifier: Verifier, lookups: Lookups, credential: string): boolean {
  const name = verifier.missingOf(credential);
  return name === undefined || lookups.isAbsent(digestKey(name));
}

function basisOf({ verifier, subject, applied }: Replica, trust: Trust): Basis {
  return { verifier, workspaceId: subject.workspaceId, rev: applied, stale: trust === "stale" };
}

/** Who does not say where the request came from shares one budget with all who do not. */
export function networkOfContext(context: RequestContext | undefined): string {
  const ip = context?.ip === undefined ? undefined : parseIp(context.ip);
  return ip === undefined ? "" : networkOf(ip);
}
