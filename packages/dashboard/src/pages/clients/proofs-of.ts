import type { Client } from "@keyward/sdk/client/operations.generated";
import { clientsText } from "../../text/clients.ts";

/** By what the client can prove that it is itself, in words. */
export function proofsOf(client: Client): readonly string[] {
  const { proofs } = clientsText;
  const working = client.secrets.filter(({ status }) => status === "active").length;
  const keys = client.jwks?.keys.length ?? 0;
  return [
    ...(working > 0 ? [proofs.secrets(working)] : []),
    ...(keys > 0 ? [proofs.jwks(keys)] : []),
    ...(client.jwks_uri === null ? [] : [proofs.jwks_uri]),
    ...(client.tls_subject === null ? [] : [proofs.tls]),
    ...(client.trusted_issuers.length > 0 ? [proofs.issuers] : []),
  ];
}
