// `@keyward/sdk`: decides about keys in this process, by a copy of what it needs that Keyward keeps up to date.
import type { LegacyRateLimitFields } from "@keyward/core/http/rate-limit-fields";
import type { KeyId, SecretId } from "@keyward/core/id";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import { NO_REASON } from "@keyward/core/log/entry";
import type { Instant } from "@keyward/core/time";
import { isTag } from "@keyward/core/usage/cell";
import type { MeteredSecret } from "@keyward/core/usage/metered";
import type { Proof } from "@keyward/core/token/confirmation";
import type { DpopRequest } from "@keyward/core/token/dpop-proof";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { createAuthenticator, requirementOf } from "./adapters/authenticator.ts";
import type {
  Authentication,
  Authenticator,
  Decision,
  Needs,
  RequiredScopes,
} from "./adapters/authenticator.ts";
import { Guards } from "./adapters/guards.ts";
import { ChargeClient } from "./client/charges.ts";
import type { Reserved, ReserveNeeds } from "./client/charges.ts";
import type { Principal, SettledCharge } from "./client/operations.generated.ts";
import { sleep } from "./client/transport.ts";
import type { DeniedVerdict } from "./client/verdict.ts";
import { factsOfRequest } from "./adapters/request-facts.ts";
import type { RequestFacts } from "./adapters/request-facts.ts";
import type { Decider } from "./feed/decider.ts";
import type { FeedClient, FeedStatus } from "./feed/feed-client.ts";
import type { FeedEvent } from "./feed/feed-event.ts";
import { isBatchRefused } from "./feed/feed-http.ts";
import type { FeedHttp } from "./feed/feed-http.ts";
import { Follower } from "./feed/follower.ts";
import { freshnessPolicy, readClock } from "./feed/freshness.ts";
import type { FreshnessMode } from "./feed/freshness.ts";
import { unavailable } from "./feed/local-verdict.ts";
import type { LocalVerdict } from "./feed/local-verdict.ts";
import { systemClock } from "./runtime/clock.ts";
import type { Clock } from "./runtime/clock.ts";
import { randomId, systemRandom } from "./runtime/random.ts";
import type { Random } from "./runtime/random.ts";
import { systemTimers } from "./runtime/timers.ts";
import type { Cancel, Timers } from "./runtime/timers.ts";
import { UsageReporter } from "./usage/reporter.ts";
import type { ReportUses } from "./usage/reporter.ts";
import type { OpenSpool, Spool } from "./usage/spool.ts";

export { principalOf } from "./adapters/principal-of.ts";
export type { KeywardVariables } from "./adapters/hono.ts";
export { KeywardError, KeywardUnavailable } from "./client/errors.ts";
export type { Reserved, ReserveNeeds } from "./client/charges.ts";
export type { Principal, SettledCharge } from "./client/operations.generated.ts";
export type { AllowedVerdict, DeniedVerdict } from "./client/verdict.ts";
export type {
  Authentication,
  Authenticator,
  Needs,
  RequiredScopes,
} from "./adapters/authenticator.ts";
export type { RequestFacts } from "./adapters/request-facts.ts";
export type { FeedStatus } from "./feed/feed-client.ts";
export type { FeedEvent } from "./feed/feed-event.ts";
export type { FreshnessMode, Trust } from "./feed/freshness.ts";
export type {
  LocalAllowed,
  LocalDenied,
  LocalUnavailable,
  LocalVerdict,
  UnavailableReason,
} from "./feed/local-verdict.ts";
export type { ReportUses } from "./usage/reporter.ts";
export type { Spool } from "./usage/spool.ts";

const READY_TIMEOUT_MS_DEFAULT = 10_000;
const CLOSE_TIMEOUT_MS_DEFAULT = 1_000;
const REPORT_EVERY_MS = 1_000;
const REPORT_TIMEOUT_MS = 10_000;

export interface KeywardOptions<Scopes extends string = string> {
  /** Where Keyward is, such as `https://keyward.example.com`; a path is kept. */
  readonly url: string | URL;
  /** A management key with the scope `feed:<api id>:<environment>`, or what fetches one, asked before every request. */
  readonly token: string | (() => string | Promise<string>);
  /** The id or the prefix of the api that is guarded. Keys of others are unknown here. */
  readonly api: string;
  /** Keys of the other environment are unknown here. */
  readonly environment: "live" | "test";
  /**
   * What a state counts for that Keyward has not confirmed lately: `strict` (if left out) decides nothing by it, `bounded`
   * goes on for `graceMs`, `available` for ever. Both mark their verdicts `stale`.
   */
  readonly freshness?: FreshnessMode | undefined;
  /** 1 000 to 600 000; 5 000 if left out. A key that was revoked is refused within this time, whatever happens. */
  readonly maxStalenessMs?: number | undefined;
  /** 0 to 85 800 000; 60 000 if left out. */
  readonly graceMs?: number | undefined;
  /**
   * How many keys to hold at most, 1 to 16 777 215: those that are used most. Any other is looked up when it is presented. All
   * keys are held if this is left out.
   */
  readonly keysMax?: number | undefined;
  /** What every request to {@link Keyward.authenticate} needs; a request can name its own instead. */
  readonly scopes?: RequiredScopes<Scopes> | undefined;
  /** The protection space that challenges name; the api if left out. */
  readonly realm?: string | undefined;
  /** Fields of older clients that {@link Keyward.authenticate} answers with besides `RateLimit`; none if left out. */
  readonly legacyRateLimitFields?: LegacyRateLimitFields | undefined;
  /** The networks of one's own proxies, whose `X-Forwarded-For` is believed; none if left out. */
  readonly trustedProxies?: readonly string[] | undefined;
  /**
   * Where clients reach the API, such as `https://api.acme.example`. DPoP proofs must be about it: without it,
   * {@link Keyward.authenticate} accepts no token that is bound to a key (RFC 9449 §7.1).
   */
  readonly publicUrl?: string | undefined;
  /** Where the API is described for clients that look for an authorization server; challenges name it (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined;
  /** Told of changes in the connection and in what is trusted, once each. */
  readonly onEvent?: ((event: FeedEvent) => void) | undefined;
  /** Told why {@link Keyward.authenticate} answered with 503. */
  readonly onUnavailable?: ((error: unknown) => void) | undefined;
  /** Takes the uses of keys, about once a second; Keyward if left out. With `false` they are not counted. */
  readonly reportUses?: ReportUses | false | undefined;
  /** Keeps what was counted on the disk until it has been taken: `fileSpool` of `@keyward/sdk/spool`. In memory if left out. */
  readonly spool?: Spool | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly clock?: Clock | undefined;
  readonly timers?: Timers | undefined;
  readonly random?: Random | undefined;
}

export interface VerifyNeeds<Scopes extends string = string> extends Needs<Scopes> {
  /** Where the request came from. A restriction whose fact is missing here refuses. */
  readonly context?: RequestContext | undefined;
  /** The DPoP proof that came with a token by the scheme `DPoP`, and what it must be about (RFC 9449 §7.1). */
  readonly dpop?: DpopRequest | undefined;
  /** What the request has proved to hold, by your own check. */
  readonly proof?: Proof | undefined;
}

/**
 * Keys, decided about in this process. It begins to follow Keyward when it is made, and holds connections and timers until it
 * is closed.
 *
 * @typeParam Scopes the scopes of the api, so that a misspelt one does not compile
 */
export class Keyward<Scopes extends string = string> extends Guards<Scopes> {
  readonly #options: KeywardOptions<Scopes>;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #feed: FeedClient;
  readonly #decider: Decider;
  readonly #closeLimiter: () => Promise<void>;
  readonly #reporter: UsageReporter | undefined;
  readonly #authenticator: Authenticator;
  readonly #charges: ChargeClient;
  #cancelReport: Cancel | undefined;
  #isClosed = false;

  /** @throws TypeError when an option cannot be used */
  constructor(options: KeywardOptions<Scopes>) {
    super();
    const { url, token, api, environment } = options;
    const policy = freshnessPolicy(options);
    const clock = options.clock ?? systemClock;
    const timers = options.timers ?? systemTimers;
    const random = options.random ?? systemRandom;
    this.#options = options;
    this.#clock = clock;
    this.#timers = timers;
    const follower = new Follower({
      url,
      token,
      api,
      environment,
      policy,
      keysMax: keysMaxOf(options.keysMax),
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      clock,
      timers,
      random,
      onEvent: (event) => options.onEvent?.(event),
    });
    this.#charges = new ChargeClient({
      url,
      token,
      api,
      environment,
      surroundings: {
        fetch: options.fetch ?? ((input, init) => fetch(input, init)),
        random,
        sleep,
      },
    });
    this.#feed = follower.feed;
    this.#decider = follower.decider;
    this.#closeLimiter = () => follower.closeLimiter();
    this.#reporter =
      options.reportUses === false ? undefined : this.#createReporter(follower.http, random);
    this.#authenticator = createAuthenticator(
      (credential, question) => {
        const known = this.#verifyNow(credential, question, !question.isRepeat);
        if (known !== undefined) return decisionOf(known);
        return this.#verifyLater(credential, question, !question.isRepeat).then(decisionOf);
      },
      { ...options, realm: options.realm ?? api },
    );
    this.#feed.start();
    this.#scheduleReport();
  }

  /**
   * Resolves once keys can be decided about.
   *
   * @throws KeywardUnavailable when that takes longer than `timeoutMs`, 10 000 if left out; KeywardError when Keyward refuses
   * the token. It goes on trying all the same
   */
  ready(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return this.#feed.ready(options.timeoutMs ?? READY_TIMEOUT_MS_DEFAULT);
  }

  /** How things stand, for a health check. */
  status(): FeedStatus {
    return this.#feed.status;
  }

  /**
   * Never rejects: what goes wrong is `unavailable`. Of a known key it is decided without waiting for anybody, unless `minRev`
   * is ahead of what this process knows.
   */
  async verify(credential: string, needs: VerifyNeeds<Scopes> = {}): Promise<LocalVerdict> {
    return this.verifyNow(credential, needs) ?? this.#verifyLater(credential, needs, true);
  }

  /** The same at once; `undefined` where Keyward has to be asked, and then nothing has been counted. Never throws. */
  verifyNow(credential: string, needs: VerifyNeeds<Scopes> = {}): LocalVerdict | undefined {
    return this.#verifyNow(credential, needs, true);
  }

  /**
   * Finds the credential of a request and decides about it. Never rejects: whatever goes wrong is a refusal (T38).
   *
   * @param needs.peer the address at the other end of the connection, which a `Request` does not know
   */
  override authenticate(
    request: Request | RequestFacts,
    needs: Needs<Scopes> & { readonly peer?: string | undefined } = {},
  ): Promise<Authentication> {
    const facts = "rawHeaders" in request ? request : factsOfRequest(request, needs.peer);
    return this.#authenticator.authenticate(facts, needs);
  }

  /**
   * Verifies a request whose cost is known only later, and charges the most that it can come to. It asks Keyward, and repeats
   * the question by one idempotency key until it is answered: it is charged once. The token needs `keys:verify` as well.
   *
   * @throws KeywardError when Keyward refused the question; KeywardUnavailable when there is no answer: then it may be charged,
   * and the same `idempotencyKey` asked again tells
   */
  reserve(credential: string, needs: ReserveNeeds<Scopes>): Promise<Reserved | DeniedVerdict> {
    return this.#charges.reserve(textOf(credential), needs);
  }

  /**
   * Settles a charge with what it came to, from 0 to what was reserved; the rest is there again. The same again is answered the same.
   *
   * @throws KeywardError `not_found` when it is not open, `charge_settled`, `cost_exceeds_charge`; KeywardUnavailable
   */
  commit(charge: string, cost: number): Promise<SettledCharge> {
    return this.#charges.settle(charge, cost);
  }

  /**
   * Gives all of a charge back.
   *
   * @throws KeywardError `not_found` when it is not open, `charge_settled`; KeywardUnavailable
   */
  release(charge: string): Promise<SettledCharge> {
    return this.#charges.settle(charge, undefined);
  }

  /** Stops deciding at once; hands over what was counted and takes its leave within `timeoutMs`, 1 000 if left out. */
  async close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelReport?.();
    const timeoutMs = options.timeoutMs ?? CLOSE_TIMEOUT_MS_DEFAULT;
    const { promise: deadline, resolve } = Promise.withResolvers<void>();
    const cancel = this.#timers.schedule(timeoutMs, resolve);
    const givingBack = Promise.race([this.#closeLimiter(), deadline]);
    const reporting = this.#reporter?.close(deadline);
    await Promise.all([this.#feed.close(timeoutMs), givingBack, reporting]);
    cancel();
  }

  #verifyNow(credential: string, needs: VerifyNeeds, counts: boolean): LocalVerdict | undefined {
    try {
      const now = readClock(this.#clock);
      const request = this.#requestOf(needs);
      const cost = counts ? costOf(needs) : 0;
      const { minRev = 0 } = needs;
      const verdict = this.#decider.decideNow(textOf(credential), request, now, cost, minRev);
      if (verdict === undefined) return undefined;
      if (counts) this.#count(credential, verdict, needs, now.wallMs);
      else this.#noteNeed(verdict, needs, now.wallMs);
      return verdict;
    } catch (cause) {
      return unavailable("failed", cause);
    }
  }

  async #verifyLater(
    credential: string,
    needs: VerifyNeeds,
    counts: boolean,
  ): Promise<LocalVerdict> {
    try {
      const request = this.#requestOf(needs);
      const cost = counts ? costOf(needs) : 0;
      const { minRev = 0 } = needs;
      const verdict = await this.#decider.decide(textOf(credential), request, cost, minRev);
      if (counts) this.#count(credential, verdict, needs, this.#clock.now());
      else this.#noteNeed(verdict, needs, this.#clock.now());
      return verdict;
    } catch (cause) {
      return unavailable("failed", cause);
    }
  }

  #requestOf({ scopes, context, proof, dpop }: VerifyNeeds): DecisionRequest {
    const { environment } = this.#options;
    // Built in one piece, so that every decision sees objects of one shape.
    const requirement = scopes && requirementOf(scopes);
    return { environment, scopes: requirement, context, proof, dpop } as DecisionRequest;
  }

  #count(credential: string, verdict: LocalVerdict, needs: VerifyNeeds, now: Instant): void {
    const meter = this.#reporter?.meter;
    if (meter === undefined || verdict.outcome === "unavailable") return;
    const { code, principal } = verdict;
    // A tag that cannot be one must not cost anybody his answer.
    const told = needs.tag === undefined || isTag(needs.tag) ? needs : { ...needs, tag: "" };
    if (principal === undefined) meter.recordStranger(code, credential, now, told);
    else meter.record(secretOf(principal), code, now, told, NO_REASON);
  }

  /** Of a repeat nothing is counted, and yet its scopes were needed. */
  #noteNeed(verdict: LocalVerdict, needs: VerifyNeeds, now: Instant): void {
    if (verdict.outcome !== "allowed") return;
    this.#reporter?.meter.recordNeed(secretOf(verdict.principal), now, needs);
  }

  #createReporter(http: FeedHttp, random: Random): UsageReporter {
    const { api, environment, onEvent, reportUses, spool } = this.#options;
    const source = randomId(random);
    const tell = (event: FeedEvent) => {
      try {
        onEvent?.(event);
      } catch {
        // Whoever listens must not stop the counting.
      }
    };
    return new UsageReporter({
      source,
      report: reportUses || ((batch) => http.reportUses(batch, REPORT_TIMEOUT_MS)),
      isRefusal: isBatchRefused,
      onRefused: (cause) => tell({ type: "uses_refused", cause }),
      spool: opened(spool, `${api}.${environment}`, source, tell),
    });
  }

  #scheduleReport(): void {
    const reporter = this.#reporter;
    if (reporter === undefined || this.#isClosed) return;
    this.#cancelReport = this.#timers.schedule(REPORT_EVERY_MS, () => {
      // Not after the answer: what is counted while somebody is slow must still reach the spool within a second.
      void reporter.report();
      this.#scheduleReport();
    });
  }
}

/** @throws RangeError for what cannot be counted: a mistake of the caller, which must not pass unnoticed */
function costOf({ cost = 1 }: VerifyNeeds): number {
  if (Number.isSafeInteger(cost) && cost >= 0) return cost;
  throw new RangeError("a cost is a whole number from 0 on");
}

/** A principal carries the ids as the wire does. */
function secretOf({ key_id, secret_id }: Principal): MeteredSecret {
  return { keyId: key_id as KeyId, secretId: secret_id as SecretId };
}

async function opened(
  spool: Spool | undefined,
  subject: string,
  source: string,
  tell: (event: FeedEvent) => void,
): Promise<OpenSpool | undefined> {
  try {
    return await spool?.open(subject, source);
  } catch (cause) {
    tell({ type: "spool_failed", cause });
    return undefined;
  }
}

const KEYS_MAX_MAX = 2 ** 24 - 1;

function keysMaxOf(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= 1 && value <= KEYS_MAX_MAX) return value;
  throw new TypeError(`keysMax must be a whole number from 1 to ${KEYS_MAX_MAX}`);
}

/** What is no text is no key, and must not get as far as a digest. */
function textOf(credential: unknown): string {
  if (typeof credential === "string") return credential;
  throw new TypeError("a credential is a text");
}

function decisionOf(verdict: LocalVerdict): Decision {
  return verdict.outcome === "unavailable" ? { outcome: "unavailable", cause: verdict } : verdict;
}
