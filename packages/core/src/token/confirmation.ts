/** The thumbprint of what binds a token to its sender: of a DPoP key (RFC 9449 §6), or of a certificate (RFC 8705 §3.1). */
export type Confirmation = { readonly jkt: string } | { readonly x5tS256: string };

/** What a request has proved to hold, by whoever has checked it. */
export interface Proof {
  /** The SHA-256 thumbprint (RFC 7638) of the key of its DPoP proof. */
  readonly jkt?: string;
  /** The SHA-256 of its TLS client certificate, base64url. */
  readonly x5t_s256?: string;
  /** A proof has come, and is not good, or not for this: so nothing is proved, not even where nothing had to be. */
  readonly refused?: true;
}

/** What proves just that. */
export function proofOf(confirmation: Confirmation): Proof {
  return "jkt" in confirmation ? { jkt: confirmation.jkt } : { x5t_s256: confirmation.x5tS256 };
}

/** The claim `cnf` (RFC 7800), or its like in a verdict. */
export function cnfClaim(
  confirmation: Confirmation | null,
): Readonly<Record<string, string>> | null {
  if (confirmation === null) return null;
  return "jkt" in confirmation ? { jkt: confirmation.jkt } : { "x5t#S256": confirmation.x5tS256 };
}

export function isProved(confirmation: Confirmation, proof: Proof | undefined): boolean {
  return "jkt" in confirmation
    ? confirmation.jkt === proof?.jkt
    : confirmation.x5tS256 === proof?.x5t_s256;
}
