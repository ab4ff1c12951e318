import { PROOF_ALGORITHMS } from "../token/algorithm.ts";
import { DENIALS } from "../verdict/codes.ts";

/** The characters that RFC 6750 §3 takes in a description, without the two that would need an escape. */
const OUTSIDE_QUOTED = /[^\x20-\x7e]/g;
const NEEDS_ESCAPE = /["\\]/g;

export interface ChallengeOptions {
  readonly scopes?: readonly string[] | undefined;
  readonly realm?: string | undefined;
  readonly resourceMetadata?: string | undefined;
  readonly scheme?: "Bearer" | "DPoP" | undefined;
}

const ALGORITHMS = parameter("algs", PROOF_ALGORITHMS.join(" "));

/**
 * The value of `WWW-Authenticate` for a refusal (RFC 6750 §3, RFC 9110 §11.6.1): on every 401, and on the 403 for want of
 * scope. A request without any credential gets no `error`, because nothing that it presented was wrong.
 *
 * @param code the verdict's code; one that asks for no challenge of its own counts as an unacceptable credential
 * @param options.scopes what the request would have needed, for `insufficient_scope`
 * @param options.realm the protection space, such as the api's name; `api` where none is given
 * @param options.resourceMetadata where the resource is described (RFC 9728 §5.1)
 * @param options.scheme how the credential was sent: the error stands in that scheme alone (RFC 9449 §7.2)
 */
export function challengeFor(code: string, options: ChallengeOptions = {}): string {
  const { resourceMetadata, scheme = "Bearer" } = options;
  const parts = [parameter("realm", options.realm ?? "api")];
  if (resourceMetadata !== undefined) parts.push(parameter("resource_metadata", resourceMetadata));
  if (scheme === "DPoP") parts.push(ALGORITHMS);
  switch (code) {
    case "missing_credential":
      break;
    case "proof_required":
      if (scheme === "DPoP") parts.push(parameter("error", "invalid_dpop_proof"));
      else parts.push(...invalidToken(code));
      break;
    case "insufficient_scope":
      parts.push(parameter("error", "insufficient_scope"));
      if (options.scopes?.length) parts.push(parameter("scope", options.scopes.join(" ")));
      break;
    default:
      parts.push(...invalidToken(code));
  }
  const challenge = `${scheme} ${parts.join(", ")}`;
  // Who has sent a bound token as if it were anybody's is told how it is sent.
  return code === "proof_required" && scheme === "Bearer"
    ? `${challenge}, DPoP ${ALGORITHMS}`
    : challenge;
}

function invalidToken(code: string): readonly string[] {
  return [parameter("error", "invalid_token"), parameter("error_description", describe(code))];
}

function describe(code: string): string {
  const denial = Object.entries(DENIALS).find(([known]) => known === code);
  return denial ? denial[1].title : "The credential is not accepted";
}

/** A line end in a name of a tenant's choosing must not become a header of its own. */
function parameter(name: string, value: string): string {
  return `${name}="${value.replace(OUTSIDE_QUOTED, "?").replace(NEEDS_ESCAPE, "\\$&")}"`;
}
