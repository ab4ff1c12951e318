/** What access tokens may be signed with (RFC 7518 §3.4, §3.3; RFC 9864 §2.2). */
export const TOKEN_ALGORITHMS = ["ES256", "Ed25519", "RS256"] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];
