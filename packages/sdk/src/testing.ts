// `@keyward/sdk/testing`: keys for the tests of an app, without a server, and decided about as Keyward does.
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { Id, IdKind } from "@keyward/core/id";
import type { VerifiedThing, VerifierKey } from "@keyward/core/feed/verifier-change";
import { digestKey } from "@keyward/core/key/digest";
import { formatKey, KEY_RANDOM_BYTES } from "@keyward/core/key/format";
import type { Environment, KeyKind } from "@keyward/core/key/format";
import type { KeyState } from "@keyward/core/model/key-state";
import type { Metadata } from "@keyward/core/model/metadata";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import { parseScopeGrant } from "@keyward/core/scope/scope";
import type { ScopeGrant } from "@keyward/core/scope/scope";
import { addSeconds, instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { DENIALS } from "@keyward/core/verdict/codes";
import type { DenialCode } from "@keyward/core/verdict/codes";
import type { DecisionRequest } from "@keyward/core/verdict/request";
import { createAuthenticator, requirementOf } from "./adapters/authenticator.ts";
import type {
  Authentication,
  AuthenticatorOptions,
  Decision,
  RequiredScopes,
} from "./adapters/authenticator.ts";
import { Guards } from "./adapters/guards.ts";
import { factsOfRequest } from "./adapters/request-facts.ts";
import type { FeedStatus } from "./feed/feed-client.ts";
import { localVerdict, unavailable } from "./feed/local-verdict.ts";
import type { LocalDenied, LocalVerdict } from "./feed/local-verdict.ts";
import type { Keyward, VerifyNeeds } from "./keyward.ts";
import { Verifier } from "./verifier/verifier.ts";

/** A key of a test. Whatever is left out is as Keyward has it for a new key. */
export interface FakeKey<Scopes extends string = string> {
  /** The producer's own id of who holds it; the key's name in the test if left out. */
  readonly owner?: string | undefined;
  /** What it is granted; a wildcard such as `invoices:*` is a grant as well. */
  readonly scopes?: readonly (Scopes | `${string}*`)[] | undefined;
  readonly kind?: KeyKind | undefined;
  /** The environment that is guarded, if left out. */
  readonly environment?: Environment | undefined;
  readonly metadata?: Metadata | undefined;
  readonly restrictions?: Restrictions | undefined;
  /** Seconds from the beginning of the test; never if left out. */
  readonly expiresInSeconds?: number | undefined;
}

export interface FakeKeywardOptions<Scopes extends string = string> extends Partial<
  Pick<AuthenticatorOptions, "realm" | "trustedProxies">
> {
  /** The keys, by names that mean something in the test. */
  readonly keys: Readonly<Record<string, FakeKey<Scopes>>>;
  /** The prefix of the api; `acme` if left out. */
  readonly api?: string | undefined;
  /** `live` if left out. */
  readonly environment?: Environment | undefined;
  /** When the test begins; 2026-01-01T00:00:00Z if left out. */
  readonly now?: Date | undefined;
  /** As with `Keyward`. */
  readonly scopes?: RequiredScopes<Scopes> | undefined;
}

/** What was decided about a request. */
export interface Verification {
  /** The name of the key in the test; `undefined` for a stranger's. */
  readonly key: string | undefined;
  readonly outcome: LocalVerdict["outcome"];
  readonly code: LocalVerdict["code"];
  readonly cost: number;
  /** `false` when the same request had been allowed before: Keyward does not count it again. */
  readonly isCounted: boolean;
}

const BEGINNING = instant(Date.UTC(2026, 0, 1));

interface Entry {
  readonly text: string;
  record: VerifierKey;
  /** What it is answered with, whatever would be decided. */
  denial: LocalDenied | undefined;
}

/** Makes a {@link FakeKeyward}. */
export function fakeKeyward<Scopes extends string = string>(
  options: FakeKeywardOptions<Scopes>,
): FakeKeyward<Scopes> {
  return new FakeKeyward(options);
}

/** Charges are kept by a server alone, and a fake has none. */
type ServerAsked = "reserve" | "commit" | "release";

/**
 * Stands in for a `Keyward` wherever an `Authenticator` is taken. It decides by the same code on keys that live in the test,
 * at a time that the test moves on, and fails when it is told to.
 */
export class FakeKeyward<Scopes extends string = string>
  extends Guards<Scopes>
  implements Pick<Keyward<Scopes>, Exclude<keyof Keyward, ServerAsked>>
{
  readonly #environment: Environment;
  readonly #verifier = new Verifier();
  readonly #workspaceId = newId("workspace");
  readonly #apiId = newId("api");
  readonly #entries = new Map<string, Entry>();
  readonly #authenticator: ReturnType<typeof createAuthenticator>;
  readonly #verifications: Verification[] = [];
  #now: Instant;
  #rev = 0;
  #outage: { readonly retryAfterSeconds: number } | undefined;
  #isClosed = false;

  /** @throws RangeError for what Keyward would not take either, such as a scope that is none */
  constructor(options: FakeKeywardOptions<Scopes>) {
    super();
    const { api = "acme", environment = "live", now } = options;
    this.#environment = environment;
    this.#now = now === undefined ? BEGINNING : instant(now.getTime());
    const audience = `https://${api}.test`;
    const value = { id: this.#apiId, prefix: api, audience, limits: [] };
    this.#apply({ entity: "api", id: this.#apiId, value });
    for (const [name, key] of Object.entries(options.keys)) this.#add(name, api, key);
    this.#authenticator = createAuthenticator(
      async (credential, { isRepeat, ...needs }) =>
        decisionOf(this.#verify(credential, needs, !isRepeat)),
      {
        ...options,
        realm: options.realm ?? api,
        clock: { now: () => this.#now, monotonicMs: () => this.#now },
      },
    );
  }

  /** The key itself, to be put into a request. It was made for this test and is none anywhere else. */
  key(name: string): string {
    return this.#entry(name).text;
  }

  /** Every decision so far, the first one first. What never got as far as a decision is not among them. */
  get verifications(): readonly Verification[] {
    return this.#verifications;
  }

  /** From the next request on it is so much later. */
  passSeconds(seconds: number): void {
    this.#now = addSeconds(this.#now, seconds);
  }

  revoke(name: string): void {
    this.#setState(name, "revoked");
  }

  disable(name: string): void {
    this.#setState(name, "disabled");
  }

  /** A revoked key stays revoked. */
  enable(name: string): void {
    this.#setState(name, "active");
  }

  /** Has every use of the key denied with this code, such as `rate_limited`; with `undefined` it is decided again. */
  deny(
    name: string,
    code: DenialCode | undefined,
    options: { readonly retryAfterSeconds?: number } = {},
  ): void {
    const { retryAfterSeconds } = options;
    this.#entry(name).denial = code && {
      outcome: "denied",
      code,
      status: DENIALS[code].status,
      detail: DENIALS[code].title,
      stale: false,
      ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    };
  }

  /** Nothing is decided until {@link FakeKeyward.comeBack}: every request is to be answered with 503. */
  goAway(options: { readonly retryAfterSeconds?: number } = {}): void {
    this.#outage = { retryAfterSeconds: options.retryAfterSeconds ?? 1 };
  }

  comeBack(): void {
    this.#outage = undefined;
  }

  async verify(credential: string, needs: VerifyNeeds<Scopes> = {}): Promise<LocalVerdict> {
    return this.#verify(credential, needs, true);
  }

  verifyNow(credential: string, needs: VerifyNeeds<Scopes> = {}): LocalVerdict {
    return this.#verify(credential, needs, true);
  }

  override authenticate(
    ...[request, needs = {}]: Parameters<Keyward<Scopes>["authenticate"]>
  ): Promise<Authentication> {
    const facts = "rawHeaders" in request ? request : factsOfRequest(request, needs.peer);
    return this.#authenticator.authenticate(facts, needs);
  }

  async ready(): Promise<void> {
    // Everything is there from the beginning.
  }

  status(): FeedStatus {
    const connected = this.#outage === undefined && !this.#isClosed;
    return {
      connected,
      trust: connected ? "fresh" : "untrusted",
      ageMs: connected ? 0 : undefined,
      epoch: "test",
      applied: this.#rev,
      keys: this.#verifier.keyCount,
    };
  }

  /** Nothing is decided any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #verify(credential: string, needs: VerifyNeeds, isCounted: boolean): LocalVerdict {
    const [key, entry] =
      [...this.#entries].find(([, { text }]) => text === credential) ?? ([] as const);
    const verdict = this.#decide(credential, needs, entry?.denial);
    const { outcome, code } = verdict;
    this.#verifications.push({ key, outcome, code, cost: needs.cost ?? 1, isCounted });
    return verdict;
  }

  #decide(
    credential: string,
    { scopes, context }: VerifyNeeds,
    denial: LocalDenied | undefined,
  ): LocalVerdict {
    if (this.#isClosed) return unavailable("not_ready");
    if (this.#outage !== undefined) return { ...unavailable("no_answer"), ...this.#outage };
    if (denial !== undefined) return denial;
    const request: DecisionRequest = {
      environment: this.#environment,
      ...(scopes && { scopes: requirementOf(scopes) }),
      ...(context && { context }),
    };
    const verdict = this.#verifier.verify(this.#workspaceId, credential, request, this.#now);
    return localVerdict(verdict, request.scopes, false);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new RangeError(`this test has no key ${name}`);
    return entry;
  }

  #add(name: string, api: string, key: FakeKey): void {
    const { kind = "secret", environment = this.#environment, expiresInSeconds } = key;
    const random = randomBytes(KEY_RANDOM_BYTES);
    const text = formatKey({ brand: api, kind, environment, random }).reveal();
    const ownerId = newId("owner");
    const holder = { externalId: key.owner ?? name, planId: null, limits: [] };
    const owner = { id: ownerId, ...holder, disabled: false, rights: [grantOf("*")] };
    this.#apply({ entity: "owner", id: ownerId, value: owner });
    const secret = { id: newId("secret"), digest: digestKey(text), notBefore: null };
    this.#entries.set(name, {
      text,
      denial: undefined,
      record: {
        id: newId("key"),
        apiId: this.#apiId,
        ownerId,
        kind,
        environment,
        state: "active",
        scopes: (key.scopes ?? []).map(grantOf),
        roleIds: [],
        restrictions: key.restrictions ?? null,
        planId: null,
        limits: [],
        metadata: key.metadata ?? {},
        expiresAt: expiresInSeconds === undefined ? null : addSeconds(this.#now, expiresInSeconds),
        secrets: [{ ...secret, expiresAt: null }],
      },
    });
    this.#setState(name, "active");
  }

  #setState(name: string, state: KeyState): void {
    const entry = this.#entry(name);
    entry.record = { ...entry.record, state };
    // The feed of one environment does not bring the keys of the other.
    if (entry.record.environment !== this.#environment) return;
    this.#apply({ entity: "key", id: entry.record.id, value: entry.record });
  }

  #apply(change: VerifiedThing): void {
    this.#rev += 1;
    this.#verifier.apply([{ workspaceId: this.#workspaceId, rev: this.#rev, change }]);
  }
}

function decisionOf(verdict: LocalVerdict): Decision {
  return verdict.outcome === "unavailable" ? { outcome: "unavailable", cause: verdict } : verdict;
}

function grantOf(text: string): ScopeGrant {
  const grant = parseScopeGrant(text);
  if (grant === undefined) throw new RangeError(`${text} is no scope`);
  return grant;
}

function newId<Kind extends IdKind>(kind: Kind): Id<Kind> {
  return formatId(kind, BEGINNING, randomBytes(ID_RANDOM_BYTES));
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}
