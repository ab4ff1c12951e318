// A made-up workspace with as many keys as a bench asks for. Reproducible where it matters: sizes and proportions.
import { randomBytes, randomFillSync } from "node:crypto";
import type { CommittedChange } from "@keyward/core/feed/change";
import type { FeedSubject } from "@keyward/core/feed/subject";
import { formatId } from "@keyward/core/id";
import type { ApiId, Id, IdKind, OwnerId, WorkspaceId } from "@keyward/core/id";
import { crc32 } from "@keyward/core/key/crc32";
import { digestKey } from "@keyward/core/key/digest";
import type { Key } from "@keyward/core/model/records";
import type { Restrictions } from "@keyward/core/restriction/restrictions";
import { parseScope } from "@keyward/core/scope/scope";
import type { Scope } from "@keyward/core/scope/scope";
import { instant } from "@keyward/core/time";

export const NOW = instant(Date.UTC(2026, 0, 15));
export const SCOPE = "invoices:read";
/** An address that every restriction of the population lists. */
export const ADDRESS = "203.0.113.77";

const POLICIES = 20;
const KEYS_PER_BATCH = 10_000;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export interface PopulationOptions {
  readonly keys: number;
  readonly keysPerOwner: number;
  /** Made up if left out. */
  readonly workspaceId?: WorkspaceId;
  /** That every key works from; those of {@link ADDRESS} if left out. */
  readonly networks?: readonly string[];
}

export class Population {
  readonly workspaceId: WorkspaceId;
  readonly keyCount: number;
  readonly #keysPerOwner: number;
  readonly #apiId: ApiId = makeId("api");
  readonly #presented: Buffer;
  readonly #keyChars: number;
  readonly #networks: readonly string[];
  #rev = 0;

  constructor(options: PopulationOptions) {
    const { keys, keysPerOwner, workspaceId = makeId("workspace") } = options;
    this.#networks = options.networks ?? ["2001:db8::/32", "203.0.113.0/24"];
    this.workspaceId = workspaceId;
    this.keyCount = keys;
    this.#keysPerOwner = keysPerOwner;
    this.#keyChars = makePresentedKey().length;
    this.#presented = Buffer.allocUnsafe(keys * this.#keyChars);
  }

  /** Of the last of its changes. */
  get lastRev(): number {
    return 1 + Math.ceil(this.keyCount / this.#keysPerOwner) + this.keyCount;
  }

  get subject(): FeedSubject {
    return { workspaceId: this.workspaceId, apiId: this.#apiId, environment: "live" };
  }

  /** The presented key with this number, as a string that nobody has seen before: its hash is not yet known. */
  presented(index: number): string {
    return this.#presented.toString("latin1", index * this.#keyChars, (index + 1) * this.#keyChars);
  }

  /** All changes, in batches: owners before their keys. */
  *changes(): Generator<readonly CommittedChange[]> {
    const id = this.#apiId;
    yield [this.#commit({ entity: "api", id, value: makeApi(this.workspaceId, id) })];
    let ownerId: OwnerId = makeId("owner");
    let batch: CommittedChange[] = [];
    for (let index = 0; index < this.keyCount; index++) {
      if (index % this.#keysPerOwner === 0) {
        ownerId = makeId("owner");
        batch.push(
          this.#commit({ entity: "owner", id: ownerId, value: this.#owner(ownerId, index) }),
        );
      }
      const value = this.#key(ownerId, index);
      batch.push(this.#commit({ entity: "key", id: value.id, value }));
      if (batch.length < KEYS_PER_BATCH) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  }

  #commit(change: CommittedChange["change"]): CommittedChange {
    this.#rev++;
    return { workspaceId: this.workspaceId, rev: this.#rev, change };
  }

  #owner(id: OwnerId, index: number) {
    return {
      id,
      workspaceId: this.workspaceId,
      externalId: `customer-${String(index).padStart(8, "0")}`,
      type: "app",
      name: null,
      disabled: false,
      planId: null,
      limits: [],
      rights: null,
      metadata: {},
      createdAt: NOW,
      updatedAt: NOW,
    } as const;
  }

  #key(ownerId: OwnerId, index: number): Key {
    const presented = makePresentedKey();
    this.#presented.write(presented, index * this.#keyChars, "latin1");
    return {
      id: makeId("key"),
      workspaceId: this.workspaceId,
      apiId: this.#apiId,
      ownerId,
      name: "production",
      kind: "secret",
      environment: "live",
      state: "active",
      ...this.#policy(index % POLICIES),
      roleIds: [],
      planId: null,
      limits: [],
      metadata: {},
      expiresAt: index % 2 === 0 ? instant(NOW + 90 * 86_400_000 + index) : null,
      revokedAt: null,
      revokedReason: null,
      secrets: [
        {
          id: makeId("secret"),
          digest: digestKey(presented),
          hint: presented.slice(-4),
          notBefore: null,
          expiresAt: null,
          createdAt: NOW,
        },
      ],
      createdAt: NOW,
      updatedAt: NOW,
    };
  }

  /** Made anew for each key, as rows that are read one by one bring it. */
  #policy(number: number): { scopes: readonly Scope[]; restrictions: Restrictions } {
    const scopes = [SCOPE, "invoices:list", `reports_${number}:read`];
    return {
      scopes: scopes.map(readScope),
      restrictions: { ips: [`198.51.100.${number}`, ...this.#networks] },
    };
  }
}

function makeApi(workspaceId: WorkspaceId, id: ApiId) {
  return {
    id,
    workspaceId,
    name: "Acme",
    prefix: "acme",
    audience: "https://api.acme.example",
    scopes: [],
    defaultLifetimeSeconds: null,
    limits: [],
    tokenFormat: "jwt",
    tokenAlgorithm: "ES256",
    leakReaction: "notify",
    builtIn: false,
    createdAt: NOW,
    updatedAt: NOW,
  } as const;
}

function readScope(text: string): Scope {
  const scope = parseScope(text);
  if (scope === undefined) throw new Error(`not a scope: ${text}`);
  return scope;
}

function makeId<Kind extends IdKind>(kind: Kind): Id<Kind> {
  return formatId(kind, NOW, random(10));
}

/** Writes a key as `formatKey` does, but a hundred times faster: the body need not be one number, only below the greatest. */
export function makePresentedKey(): string {
  let body = "";
  for (const byte of random(42)) body += ALPHABET.charAt(byte % 62);
  const unchecked = `acme_live_0${body}`;
  let rest = crc32(unchecked);
  let checksum = "";
  for (let place = 0; place < 6; place++) {
    checksum = ALPHABET.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  return unchecked + checksum;
}

const pool = randomBytes(1 << 16);
let used = 0;

function random(bytes: number): Uint8Array {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}
