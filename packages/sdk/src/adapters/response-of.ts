import type { Refusal } from "@keyward/core/http/refusal";

export function responseOf({ status, headers, body }: Refusal): Response {
  return new Response(body, { status, headers });
}
