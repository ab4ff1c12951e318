/** What access tokens may be signed with (RFC 7518 §3.4, §3.3; RFC 9864 §2.2). */
export const TOKEN_ALGORITHMS = ["ES256", "Ed25519", "RS256"] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** What DPoP proofs may be signed with: without the padding of PKCS#1 v1.5 (FAPI 2.0 §5.4.1). RFC 9864 gives Ed25519 two names. */
export const PROOF_ALGORITHMS = ["ES256", "PS256", "Ed25519", "EdDSA"] as const;

/** What signatures are checked by; Ed25519 has one name here. */
export type SignatureAlgorithm = TokenAlgorithm | "PS256";
