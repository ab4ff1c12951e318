// What a token will be bound to (spec/oauth.md §3): the key of a DPoP proof (RFC 9449 §5), or a certificate (RFC 8705 §3).
import { hash } from "node:crypto";
import type { Client } from "@keyward/core/model/client";
import { addSeconds } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";
import type { Confirmation } from "@keyward/core/token/confirmation";
import {
  PROOF_AGE_SECONDS_MAX,
  PROOF_AHEAD_SECONDS_MAX,
  readDpopProof,
} from "@keyward/core/token/dpop-proof";
import { isSignedByItsKey, thumbprintOf } from "@keyward/core/token/signature";
import { headerLines } from "../http/raw-headers.ts";
import { tenantScope } from "../storage/storage.ts";
import { OAuthError, invalidRequest } from "./oauth-error.ts";
import type { Asked, OAuthParts, OAuthRequest } from "./oauth-parts.ts";

/** @throws OAuthError for a proof that is not good, and where the client must prove something and does not */
export async function confirmSender(
  parts: OAuthParts,
  client: Client,
  { rawHeaders }: OAuthRequest,
  { now, certificate }: Asked,
): Promise<Confirmation | null> {
  if (client.senderConstraint === "mtls") {
    if (certificate !== undefined) return { x5tS256: certificate.thumbprint };
    throw invalidRequest("The client's tokens are bound to its certificate, and there is none");
  }
  const proofs = headerLines(rawHeaders, "dpop");
  if (proofs.length === 0 && client.senderConstraint === "none") return null;
  const [proof, ...others] = proofs;
  if (proof === undefined || others.length > 0) throw invalidProof();
  return { jkt: await provedKey(parts, client, proof, now) };
}

async function provedKey(
  { dpopNonces, issuers, storage }: OAuthParts,
  { workspaceId }: Client,
  text: string,
  now: Instant,
): Promise<string> {
  const url = issuers.endpointOf(workspaceId, "token");
  const proof = readDpopProof({ proof: text, method: "POST", url }, now);
  if (proof === undefined || !isSignedByItsKey(proof)) throw invalidProof();
  if (dpopNonces !== undefined && !dpopNonces.accepts(proof.nonce ?? "", now)) {
    throw new OAuthError("use_dpop_nonce", "The DPoP proof needs the nonce of this answer", {
      headers: { "dpop-nonce": dpopNonces.current(now) },
    });
  }
  const jkt = thumbprintOf(proof.jwk);
  const digest = hash("sha256", JSON.stringify(["dpop", jkt, proof.jti]), "buffer");
  const expiresAt = addSeconds(now, PROOF_AGE_SECONDS_MAX + PROOF_AHEAD_SECONDS_MAX);
  const isFirst = await storage.write((writer) =>
    writer.useOnce(tenantScope(workspaceId), digest, expiresAt),
  );
  if (isFirst) return jkt;
  throw invalidProof();
}

function invalidProof(): OAuthError {
  return new OAuthError("invalid_dpop_proof", "There is no DPoP proof that is good for this");
}
