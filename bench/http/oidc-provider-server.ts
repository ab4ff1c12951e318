// The rival at the token endpoint: `oidc-provider`, with its store in memory, signing with ES256 for one resource and not for the other.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";
import { reportToParent } from "./report.ts";

const [, , client = "", secret = "", jwtResource = ""] = process.argv;
const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig" };

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [key] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context: unknown, resource: string) => ({
        scope: "invoices:read",
        audience: resource,
        accessTokenTTL: 600,
        ...(resource === jwtResource
          ? { accessTokenFormat: "jwt", jwt: { sign: { alg: "ES256" } } }
          : { accessTokenFormat: "opaque" }),
      }),
    },
  },
});
server.on("request", provider.callback());
reportToParent(port);
