import type { AuthorizationPlace, AuthorizationServer } from "../grpc/authorization-server.ts";
import type { VerifyParts } from "../verification/verify-route.ts";

/**
 * Opens the port for Envoy's questions over gRPC, where there is to be one.
 *
 * @param setting which chose the port, for the error
 * @throws Error when it cannot listen there
 */
export async function listenForGrpc(
  parts: VerifyParts,
  place: Omit<AuthorizationPlace, "port"> & {
    readonly port: number | "off";
    readonly setting: string;
  },
): Promise<AuthorizationServer | undefined> {
  const { port, setting } = place;
  if (port === "off") return undefined;
  // Few need it, and nobody else should wait for it to load.
  const { startAuthorizationServer } = await import("../grpc/authorization-server.ts");
  try {
    return await startAuthorizationServer(parts, { ...place, port });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${setting}: cannot listen on port ${port} (${reason})`, { cause });
  }
}
