// What a customer is shown of a key: nothing that the producer has noted about it for themselves.
import type { ResultOf } from "../../contract/operations.ts";

export function presentPortalKey(key: ResultOf<"keys.get">): ResultOf<"portal.keys.update"> {
  const { id, name, kind, status, scopes, restrictions, hint, secrets } = key;
  return {
    id,
    name,
    kind: kind === "publishable" ? kind : "secret",
    status,
    scopes,
    restrictions: {
      ips: [...(restrictions?.ips ?? [])],
      origins: [...(restrictions?.origins ?? [])],
    },
    hint,
    secrets,
    expires_at: key.expires_at,
    last_used_at: key.last_used_at,
    created_at: key.created_at,
  };
}
