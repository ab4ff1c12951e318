// Parameters of a request as RFC 6749 App. B writes them: form-encoded UTF-8 in the body, and nowhere else.
import { OAuthError, invalidRequest } from "./oauth-error.ts";

const FORM_TYPE = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i;

/** RFC 8707 §2 and RFC 8693 §2.1 let these occur more than once; how many a request may name is another's question. */
const REPEATABLE: ReadonlySet<string> = new Set(["resource", "audience"]);

export type Form = ReadonlyMap<string, readonly string[]>;

/** @throws OAuthError `invalid_request` for another media type, or for a parameter that occurs twice */
export function parseForm(
  contentType: string | undefined,
  body: Buffer,
  known: ReadonlySet<string>,
): Form {
  if (contentType === undefined || !FORM_TYPE.test(contentType)) {
    throw invalidRequest("The body must be application/x-www-form-urlencoded");
  }
  const form = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(decodeUtf8(body))) {
    // RFC 6749 §3.2: what is not recognised is ignored, and what is empty is absent.
    if (!known.has(name) || value === "") continue;
    const values = form.get(name) ?? [];
    if (values.length > 0 && !REPEATABLE.has(name)) {
      throw invalidRequest("A parameter occurs more than once");
    }
    form.set(name, [...values, value]);
  }
  return form;
}

export function only(form: Form, name: string): string | undefined {
  return form.get(name)?.[0];
}

/** @throws OAuthError `invalid_request` */
export function required(
  form: Form,
  name:
    | "grant_type"
    | "token"
    | "subject_token"
    | "assertion"
    | "device_code"
    | "code"
    | "redirect_uri"
    | "code_verifier",
): string {
  const value = only(form, name);
  if (value === undefined) throw invalidRequest(`The parameter ${name} is missing`);
  return value;
}

/** One half of Basic, or `undefined` for what nobody can have encoded. */
export function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new OAuthError("invalid_request", "The body is not UTF-8");
  }
}
