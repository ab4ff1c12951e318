// Public keys that stand elsewhere, at an address that a tenant has named: fetched through the one guarded door.
import { createRemoteJWKSet, customFetch } from "jose";
import { isObject, parseJsonText } from "@keyward/core/feed/json-shape";
import type { JsonObject } from "@keyward/core/feed/json-shape";
import { EgressFailure } from "../egress/egress.ts";
import type { Egress } from "../egress/egress.ts";
import type { Clock } from "../runtime/clock.ts";
import type { KeySource } from "./assertion.ts";
import { unavailable } from "./oauth-error.ts";

const KEPT_MS = 600_000;
/** Nobody is asked again sooner, neither for a key that was not there nor after a failure. */
const COOLDOWN_MS = 30_000;
const ADDRESSES_MAX = 1_000;
const KEYS_MAX = 64;
const DISCOVERY_PATH = "/.well-known/openid-configuration";

/** What an issuer's metadata says, or will have said. */
interface Discovered {
  readonly jwksUri: Promise<string>;
  /** By the monotonic clock. */
  readonly askedAtMs: number;
  hasFailed: boolean;
}

export interface RemoteKeysParts {
  readonly egress: Pick<Egress, "send">;
  readonly clock: Pick<Clock, "monotonicMs">;
}

export class RemoteKeys {
  readonly #parts: RemoteKeysParts;
  readonly #sources = new Map<string, KeySource>();
  readonly #discovered = new Map<string, Discovered>();

  constructor(parts: RemoteKeysParts) {
    this.#parts = parts;
  }

  /** The keys at an address, which throw `temporarily_unavailable` when they cannot be had. */
  at(url: string): KeySource {
    const known = this.#sources.get(url);
    if (known !== undefined) return known;
    const source = this.#sourceOf(url);
    keep(this.#sources, url, source);
    return source;
  }

  /** The keys of an issuer that names their address in its metadata (OpenID Connect Discovery §4, RFC 8414 §3). */
  async ofIssuer(issuer: string): Promise<KeySource> {
    const { clock } = this.#parts;
    let known = this.#discovered.get(issuer);
    const keptMs = known?.hasFailed === true ? COOLDOWN_MS : KEPT_MS;
    if (known === undefined || clock.monotonicMs() - known.askedAtMs >= keptMs) {
      known = this.#discover(issuer);
      keep(this.#discovered, issuer, known);
    }
    return this.at(await known.jwksUri);
  }

  #discover(issuer: string): Discovered {
    const jwksUri = this.#fetch(issuer.replace(/\/$/, "") + DISCOVERY_PATH).then((metadata) => {
      const { issuer: named, jwks_uri: url } = metadata;
      if (named === issuer && typeof url === "string") return url;
      throw unavailable();
    });
    const askedAtMs = this.#parts.clock.monotonicMs();
    const discovered: Discovered = { jwksUri, askedAtMs, hasFailed: false };
    jwksUri.catch(() => {
      discovered.hasFailed = true;
    });
    return discovered;
  }

  #sourceOf(url: string): KeySource {
    let failedAtMs = -Infinity;
    const { clock } = this.#parts;
    const parsed = URL.parse(url);
    if (parsed === null) throw unavailable();
    return createRemoteJWKSet(parsed, {
      cacheMaxAge: KEPT_MS,
      cooldownDuration: COOLDOWN_MS,
      [customFetch]: async () => {
        if (clock.monotonicMs() - failedAtMs < COOLDOWN_MS) throw unavailable();
        try {
          return Response.json(keysIn(await this.#fetch(url)));
        } catch (error) {
          failedAtMs = clock.monotonicMs();
          throw error;
        }
      },
    });
  }

  async #fetch(url: string): Promise<JsonObject> {
    try {
      const headers = { accept: "application/json" };
      const { status, body } = await this.#parts.egress.send({ url, method: "GET", headers });
      const value = status === 200 ? parseJsonText(body) : undefined;
      if (isObject(value)) return value;
    } catch (error) {
      if (!(error instanceof EgressFailure)) throw error;
    }
    throw unavailable();
  }
}

/** Of an Ed25519 key `alg` is left out: it has two names (RFC 9864), and who uses the other would not find it. */
function keysIn({ keys }: JsonObject): object {
  if (!Array.isArray(keys)) throw unavailable();
  const known = keys.filter(isObject).slice(0, KEYS_MAX);
  return {
    keys: known.map((key) => (key["kty"] === "OKP" ? { ...key, alg: undefined } : key)),
  };
}

/** What has been there longest makes room. */
function keep<Value>(entries: Map<string, Value>, name: string, value: Value): void {
  entries.delete(name);
  const [oldest] = entries.keys();
  if (entries.size >= ADDRESSES_MAX && oldest !== undefined) entries.delete(oldest);
  entries.set(name, value);
}
