// Where clients get their tokens. These are no operations of the client: they are OAuth's own, for machines.
import { useQuery } from "@tanstack/react-query";
import { useSession } from "./session.tsx";

/** Of RFC 8414 §2, what is shown. */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly introspection_endpoint: string;
  readonly revocation_endpoint: string;
  readonly jwks_uri: string;
}

/** What the issuer of an environment says of itself. */
export function useIssuer(environment: "live" | "test") {
  const { me } = useSession();
  const { id, operator } = me.workspace;
  const own = [operator ? "" : `/${id}`, environment === "test" ? "/test" : ""].join("");
  const path = `/.well-known/oauth-authorization-server${own === "" ? "" : `/oauth${own}`}`;
  return useQuery({
    queryKey: ["issuer", path],
    queryFn: async ({ signal }): Promise<IssuerMetadata> => {
      const response = await fetch(path, { signal });
      if (!response.ok) throw new Error(`${path}: status ${response.status}`);
      return (await response.json()) as IssuerMetadata;
    },
  });
}

export type TokenAnswer =
  | { readonly kind: "issued"; readonly seconds: number; readonly scope: string }
  | { readonly kind: "refused"; readonly code: string };

/** Asks for a token as the client would, and forgets it. The path is asked at this page's own origin. */
export async function askForToken(
  { token_endpoint }: IssuerMetadata,
  client: { readonly id: string; readonly secret: string; readonly resource: string },
): Promise<TokenAnswer> {
  const response = await fetch(new URL(token_endpoint).pathname, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.id,
      client_secret: client.secret,
      resource: client.resource,
    }),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (!response.ok) return { kind: "refused", code: String(answer["error"]) };
  return { kind: "issued", seconds: Number(answer["expires_in"]), scope: String(answer["scope"]) };
}
