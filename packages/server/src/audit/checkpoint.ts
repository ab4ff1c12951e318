// A signed statement of how far a workspace's chain had come: spec/audit.md §5, which comes first.
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { parseId } from "@keyward/core/id";
import type { WorkspaceId } from "@keyward/core/id";
import { formatInstant, parseInstant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import { calculateJwkThumbprint, CompactSign, compactVerify, EmbeddedJWK } from "jose";
import { canonicalJson } from "./canonical-json.ts";

const TYPE = "keyward-audit-checkpoint+jws";
const ALGORITHM = "Ed25519";
/** RFC 8410 §7: what stands before the 32 bytes of a private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const HASH = /^[0-9a-f]{64}$/;

/** The event that was the last one at an instant. */
export interface Checkpoint {
  readonly workspaceId: WorkspaceId;
  readonly rev: number;
  /** Of the event: 64 hexadecimal digits. */
  readonly hash: string;
  readonly at: Instant;
}

export interface SignedCheckpoint extends Checkpoint {
  /** The thumbprint of the key that it is signed with (RFC 7638), for whoever has it from a source that is trusted. */
  readonly kid: string;
}

/** The public half of what checkpoints are signed with. */
export interface CheckpointKey {
  readonly kid: string;
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
}

export class CheckpointSigner {
  readonly key: CheckpointKey;
  readonly #privateKey: KeyObject;

  private constructor(privateKey: KeyObject, key: CheckpointKey) {
    this.#privateKey = privateKey;
    this.key = key;
  }

  /** @param seed 32 bytes: the private key of RFC 8032 §5.1.5 */
  static async fromSeed(seed: Uint8Array): Promise<CheckpointSigner> {
    const der = Buffer.concat([PKCS8_PREFIX, seed]);
    const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
    const jwk = { kty: "OKP", crv: "Ed25519", x } as const;
    return new CheckpointSigner(privateKey, { kid: await calculateJwkThumbprint(jwk), ...jwk });
  }

  /** A JWS in the compact form, which has the public key in its header. */
  sign({ workspaceId, rev, hash, at }: Checkpoint): Promise<string> {
    const payload = { workspace_id: workspaceId, rev, hash, at: formatInstant(at) };
    const { kid, ...jwk } = this.key;
    return new CompactSign(Buffer.from(canonicalJson(payload)))
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid, jwk })
      .sign(this.#privateKey);
  }
}

/**
 * Reads a checkpoint and checks its signature, by the key that it brings along: whose that is, `kid` tells whoever knows.
 *
 * @returns `undefined` for what is none, or was changed
 */
export async function readCheckpoint(text: string): Promise<SignedCheckpoint | undefined> {
  try {
    const options = { algorithms: [ALGORITHM] };
    const { payload, protectedHeader, key } = await compactVerify(text, EmbeddedJWK, options);
    if (protectedHeader.typ !== TYPE || protectedHeader.jwk === undefined) return undefined;
    const checkpoint = checkpointOf(JSON.parse(Buffer.from(payload).toString("utf8")));
    const kid = await calculateJwkThumbprint(protectedHeader.jwk);
    return checkpoint === undefined || key === undefined ? undefined : { ...checkpoint, kid };
  } catch {
    return undefined;
  }
}

function checkpointOf(value: unknown): Checkpoint | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { workspace_id, rev, hash, at } = value as Readonly<Record<string, unknown>>;
  const workspaceId = typeof workspace_id === "string" && parseId("workspace", workspace_id);
  const instant = typeof at === "string" ? parseInstant(at) : undefined;
  if (!workspaceId || instant === undefined) return undefined;
  if (typeof rev !== "number" || !Number.isSafeInteger(rev) || rev < 1) return undefined;
  if (typeof hash !== "string" || !HASH.test(hash)) return undefined;
  return { workspaceId, rev, hash, at: instant };
}
