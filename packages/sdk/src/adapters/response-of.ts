import type { Refusal } from "@keyward/core/http/refusal";

/** The answer with fields besides its own. Of some answers, such as a redirection, the headers cannot be written to. */
export function withFields(
  response: Response,
  fields: Readonly<Record<string, string>> | undefined,
): Response {
  if (fields === undefined) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  return new Response(body, { status, statusText, headers });
}

export function responseOf({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
