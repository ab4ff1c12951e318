// Access tokens: what they say, once it is known that Keyward has said it; spec/oauth.md §6.
import type { VerifierToken } from "@keyward/core/feed/verifier-change";
import type { ApiId, TokenId } from "@keyward/core/id";
import type { Digest } from "@keyward/core/key/digest";
import type { Environment } from "@keyward/core/key/format";
import type { TokenFacts } from "@keyward/core/model/access-token";
import { compileGrants } from "@keyward/core/scope/scope";
import type { GrantSet } from "@keyward/core/scope/scope";
import type { Instant } from "@keyward/core/time";
import {
  accessTokenKid,
  parseCompactJws,
  readAccessToken,
} from "@keyward/core/token/access-token-jwt";
import type { PresentedToken } from "@keyward/core/verdict/snapshot";
import { BoundedMap } from "./bounded-map.ts";
import type { SigningKeys } from "./signing-keys.ts";
import type { WorkspaceEntry } from "./workspaces.ts";

/** Signed tokens whose signature need not be checked again. */
const SEEN_TOKENS_MAX = 10_000;

/** A token that Keyward has issued. */
export interface KnownToken {
  readonly workspace: WorkspaceEntry;
  readonly environment: Environment;
  /** For which api, as the token says it. */
  readonly target: { readonly apiId: ApiId } | { readonly audience: string };
  readonly facts: TokenFacts;
  readonly grants: GrantSet;
  /** The key that it is signed with; of an opaque token none. */
  readonly kid: string | undefined;
  /** What was made of it last, and at which generation of the tables. */
  snapshot: PresentedToken | undefined;
  generation: number;
}

/** Found by digest, like keys; of a signed token its issue is known by its signature alone. */
export class Tokens {
  readonly #signingKeys: SigningKeys;
  readonly #seen = new BoundedMap<Digest, KnownToken>(SEEN_TOKENS_MAX);
  readonly #opaque = new Map<Digest, KnownToken>();
  readonly #revoked = new Map<TokenId, Instant>();

  constructor(signingKeys: SigningKeys) {
    this.#signingKeys = signingKeys;
  }

  isRevoked(id: TokenId): boolean {
    return this.#revoked.has(id);
  }

  /** @param workspaceRow 0 is any */
  findOpaque(digest: Digest, workspaceRow: number): KnownToken | undefined {
    const token = this.#opaque.get(digest);
    return token !== undefined && isOf(token, workspaceRow) ? token : undefined;
  }

  /** Checks the signature once, and remembers that it holds. */
  findSigned(text: string, digest: Digest, workspaceRow: number): KnownToken | undefined {
    const token = this.#seen.get(digest) ?? this.#read(text, digest);
    return token !== undefined && isOf(token, workspaceRow) ? token : undefined;
  }

  put(workspace: WorkspaceEntry, token: VerifierToken): void {
    const { apiId, environment, digest, revoked, ...facts } = token;
    forgetEnded(this.#revoked, facts.issuedAt, (expiresAt) => expiresAt);
    forgetEnded(this.#opaque, facts.issuedAt, ({ facts: { expiresAt } }) => expiresAt);
    if (revoked) this.#revoked.set(facts.id, facts.expiresAt);
    if (digest === null) return;
    const target = { apiId };
    this.#opaque.set(digest, knownToken({ workspace, environment, target, facts, kid: undefined }));
  }

  #read(text: string, digest: Digest): KnownToken | undefined {
    const jws = parseCompactJws(text);
    const kid = jws && accessTokenKid(jws);
    const signer = kid === undefined ? undefined : this.#signingKeys.find(kid);
    if (jws === undefined || signer === undefined) return undefined;
    if (jws.header["alg"] !== signer.key.algorithm) return undefined;
    if (!signer.key.verify(jws.signed, jws.signature)) return undefined;
    const facts = readAccessToken(jws);
    if (facts === undefined) return undefined;
    const { workspace, environment } = signer;
    const target = { audience: facts.audience };
    const token = knownToken({ workspace, environment, target, facts, kid });
    this.#seen.add(digest, token);
    return token;
  }
}

function knownToken(
  of: Pick<KnownToken, "workspace" | "environment" | "target" | "facts" | "kid">,
): KnownToken {
  const grants = compileGrants(of.facts.scopes);
  return { ...of, grants, snapshot: undefined, generation: -1 };
}

function isOf({ workspace }: KnownToken, workspaceRow: number): boolean {
  return workspaceRow === 0 || workspace.row === workspaceRow;
}

/** In the order in which they came, tokens end nearly in that order, too; one that ends later only waits its turn. */
function forgetEnded<Key, Value>(
  entries: Map<Key, Value>,
  at: Instant,
  endOf: (value: Value) => Instant,
): void {
  for (const [key, value] of entries) {
    if (endOf(value) > at) return;
    entries.delete(key);
  }
}
