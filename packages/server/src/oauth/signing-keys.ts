// What tokens are signed with: made when first needed, and replaced in time, the next one published before it signs.
import { generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { CommittedChange } from "@keyward/core/feed/change";
import { formatId, ID_RANDOM_BYTES } from "@keyward/core/id";
import type { AuditAction, AuditFacts } from "@keyward/core/audit/event";
import type { PublicJwk } from "@keyward/core/model/client";
import type { SigningKey } from "@keyward/core/model/signing-key";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { TokenAlgorithm } from "@keyward/core/token/algorithm";
import { thumbprintOf } from "@keyward/core/token/signature";
import { TOKEN_LIFETIME_SECONDS_MAX } from "../contract/limits.ts";
import type { Random } from "../runtime/random.ts";
import { tenantScope } from "../storage/storage.ts";
import type { Storage, Writer } from "../storage/storage.ts";
import type { Issuer } from "./issuers.ts";
import { openPrivateKey, sealPrivateKey } from "./sealed-key.ts";

/** How long a key signs before the next takes over, and how long that is published before it does. */
const SIGNS_SECONDS = 90 * 86_400;
const PUBLISHED_AHEAD_SECONDS = 86_400;
/** A key stays published for the longest token, and for those who cache it. */
const KEPT_SECONDS = TOKEN_LIFETIME_SECONDS_MAX + 600 + 60;
const RSA_BITS = 2048;

export interface SigningKeysParts {
  readonly storage: Pick<Storage, "write">;
  readonly random: Random;
  readonly sealingKey: KeyObject;
}

/** All signing keys of the installation, in memory: a few for each issuer. */
export class SigningKeys {
  readonly #parts: SigningKeysParts;
  readonly #byId = new Map<string, SigningKey>();
  readonly #opened = new Map<string, KeyObject>();

  constructor(parts: SigningKeysParts) {
    this.#parts = parts;
  }

  /** To be told of everything that there is, and then of every commit. */
  observe(changes: readonly CommittedChange[]): void {
    for (const { change } of changes) {
      if (change.entity !== "signing_key") continue;
      if (change.value !== null) this.#byId.set(change.id, change.value);
      else this.#byId.delete(change.id);
    }
  }

  publicKeys(issuer: Issuer): readonly object[] {
    return this.#of(issuer).map(({ publicKey, kid, algorithm }) => {
      return { ...publicKey, kid, alg: algorithm, use: "sig" };
    });
  }

  /** A compact JWS of the claims, by the key that signs now. */
  async sign(
    issuer: Issuer,
    algorithm: TokenAlgorithm,
    claims: object,
    now: Instant,
    typ = "at+jwt",
  ): Promise<string> {
    const known =
      this.#current(issuer, algorithm, now) ?? (await this.#make(issuer, algorithm, now));
    const opened = this.#open(known);
    // Sealed under a server key that is lost: what it has signed stays good, and another signs from now on.
    const next = { signsFrom: now, follows: known.kid };
    const key = opened === undefined ? await this.#make(issuer, algorithm, now, next) : known;
    const privateKey = opened ?? this.#open(key);
    if (privateKey === undefined) throw new Error("a signing key that was just made does not open");
    const header = { typ, alg: algorithm, kid: key.kid };
    const signed = `${base64Url(header)}.${base64Url(claims)}`;
    return `${signed}.${signatureOf(algorithm, privateKey, signed)}`;
  }

  /** Makes the next key of whichever will have signed long enough, and lets go of those that no token needs any more. */
  async rotate(now: Instant): Promise<void> {
    for (const keys of Map.groupBy(this.#byId.values(), seriesOf).values()) {
      const newest = keys.toSorted(bySigning).at(-1);
      if (newest === undefined) continue;
      const dueAt = addSeconds(newest.signsFrom, SIGNS_SECONDS - PUBLISHED_AHEAD_SECONDS);
      if (dueAt <= now) {
        const signsFrom = addSeconds(now, PUBLISHED_AHEAD_SECONDS);
        await this.#make(newest, newest.algorithm, now, { signsFrom, follows: newest.kid });
      }
      const current = this.#current(newest, newest.algorithm, now);
      for (const key of keys) {
        const isOver = current && key.signsFrom < current.signsFrom;
        if (isOver && addSeconds(current.signsFrom, KEPT_SECONDS) <= now)
          await this.#retire(key, now);
      }
    }
  }

  #of({ workspaceId, environment }: Issuer): readonly SigningKey[] {
    return [...this.#byId.values()].filter(
      (key) => key.workspaceId === workspaceId && key.environment === environment,
    );
  }

  #current(issuer: Issuer, algorithm: TokenAlgorithm, now: Instant): SigningKey | undefined {
    return this.#of(issuer)
      .filter((key) => key.algorithm === algorithm && key.signsFrom <= now)
      .toSorted(bySigning)
      .at(-1);
  }

  /** In one transaction, so that of several who need the first key, one makes it. */
  #make(
    issuer: Issuer,
    algorithm: TokenAlgorithm,
    now: Instant,
    next?: { readonly signsFrom: Instant; readonly follows: string },
  ): Promise<SigningKey> {
    const { random, sealingKey, storage } = this.#parts;
    const { workspaceId, environment } = issuer;
    return storage.write(async (writer) => {
      const known = await this.#known(writer, issuer, algorithm);
      if (known !== undefined && known.kid !== next?.follows) return known;
      const { publicKey, privateKey } = makePair(algorithm);
      const jwk = publicKey.export({ format: "jwk" }) as PublicJwk;
      const kid = thumbprintOf(jwk);
      const value: SigningKey = {
        id: formatId("signingKey", now, random.bytes(ID_RANDOM_BYTES)),
        workspaceId,
        environment,
        algorithm,
        kid,
        publicKey: jwk,
        sealedPrivateKey: sealPrivateKey(sealingKey, random, kid, privateKey),
        signsFrom: next?.signsFrom ?? now,
        createdAt: now,
      };
      const facts = this.#factsOf("signing_key.created", now, { kid, algorithm, environment });
      const change = { entity: "signing_key", id: value.id, value } as const;
      await writer.record(tenantScope(workspaceId), change, facts);
      return value;
    });
  }

  async #known(
    writer: Writer,
    { workspaceId, environment }: Issuer,
    algorithm: TokenAlgorithm,
  ): Promise<SigningKey | undefined> {
    const keys = await writer.listSigningKeys(tenantScope(workspaceId));
    return keys
      .map(({ value }) => value)
      .filter((key) => key.environment === environment && key.algorithm === algorithm)
      .toSorted(bySigning)
      .at(-1);
  }

  async #retire({ id, workspaceId, kid }: SigningKey, now: Instant): Promise<void> {
    const facts = this.#factsOf("signing_key.retired", now, { kid });
    const change = { entity: "signing_key", id, value: null } as const;
    await this.#parts.storage.write((writer) =>
      writer.record(tenantScope(workspaceId), change, facts),
    );
    this.#opened.delete(id);
  }

  #factsOf(action: AuditAction, now: Instant, detail: AuditFacts["detail"]): AuditFacts {
    const id = formatId("event", now, this.#parts.random.bytes(ID_RANDOM_BYTES));
    const actor = { type: "system", id: "signing keys", ip: null } as const;
    return { id, at: now, actor, action, requestId: null, detail };
  }

  /** `undefined` for what was sealed under another server key. */
  #open({ id, kid, sealedPrivateKey }: SigningKey): KeyObject | undefined {
    const known = this.#opened.get(id);
    if (known !== undefined) return known;
    try {
      const opened = openPrivateKey(this.#parts.sealingKey, kid, sealedPrivateKey);
      this.#opened.set(id, opened);
      return opened;
    } catch {
      return undefined;
    }
  }
}

function seriesOf({ workspaceId, environment, algorithm }: SigningKey): string {
  return `${workspaceId} ${environment} ${algorithm}`;
}

function bySigning(one: SigningKey, other: SigningKey): number {
  return one.signsFrom - other.signsFrom;
}

function makePair(algorithm: TokenAlgorithm) {
  switch (algorithm) {
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "Ed25519":
      return generateKeyPairSync("ed25519");
    case "RS256":
      return generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
  }
}

function signatureOf(algorithm: TokenAlgorithm, key: KeyObject, signed: string): string {
  const data = Buffer.from(signed);
  const bytes =
    algorithm === "Ed25519"
      ? sign(null, data, key)
      : sign("sha256", data, { key, dsaEncoding: "ieee-p1363" });
  return bytes.toString("base64url");
}

function base64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
