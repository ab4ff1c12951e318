import { DENIALS } from "../verdict/codes.ts";

/** The characters that RFC 6750 §3 takes in a description, without the two that would need an escape. */
const OUTSIDE_QUOTED = /[^\x20-\x7e]/g;
const NEEDS_ESCAPE = /["\\]/g;

/**
 * The value of `WWW-Authenticate` for a refusal (RFC 6750 §3, RFC 9110 §11.6.1): on every 401, and on the 403 for want of
 * scope. A request without any credential gets no `error`, because nothing that it presented was wrong.
 *
 * @param code the verdict's code; one that asks for no challenge of its own counts as an unacceptable credential
 * @param options.scopes what the request would have needed, for `insufficient_scope`
 * @param options.realm the protection space, such as the api's name; `api` where none is given
 */
export function challengeFor(
  code: string,
  options: { readonly scopes?: readonly string[]; readonly realm?: string } = {},
): string {
  const parts = [parameter("realm", options.realm ?? "api")];
  switch (code) {
    case "missing_credential":
      break;
    case "insufficient_scope":
      parts.push(parameter("error", "insufficient_scope"));
      if (options.scopes?.length) parts.push(parameter("scope", options.scopes.join(" ")));
      break;
    default:
      parts.push(parameter("error", "invalid_token"));
      parts.push(parameter("error_description", describe(code)));
  }
  return `Bearer ${parts.join(", ")}`;
}

function describe(code: string): string {
  const denial = Object.entries(DENIALS).find(([known]) => known === code);
  return denial ? denial[1].title : "The credential is not accepted";
}

/** A line end in a name of a tenant's choosing must not become a header of its own. */
function parameter(name: string, value: string): string {
  return `${name}="${value.replace(OUTSIDE_QUOTED, "?").replace(NEEDS_ESCAPE, "\\$&")}"`;
}
