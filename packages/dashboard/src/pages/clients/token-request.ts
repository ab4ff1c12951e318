import type { Client } from "@keyward/sdk/client/operations.generated";

/** How the client asks for a token, for a terminal. A client of several apis says for which one. */
export function tokenRequest(endpoint: string, client: Client, secret = "$CLIENT_SECRET"): string {
  const [first] = client.resources;
  return [
    `curl ${endpoint} \\`,
    `  -u "${client.id}:${secret}" \\`,
    `  -d grant_type=client_credentials \\`,
    `  -d resource=${encodeURIComponent(first?.audience ?? "")}`,
  ].join("\n");
}
