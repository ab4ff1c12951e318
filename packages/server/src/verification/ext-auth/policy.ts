// What an operator asks of every request that a gateway brings, written in the recipe's URL.
import type { ScopeRequirement } from "@keyward/core/scope/scope";
import { parseScope } from "@keyward/core/scope/scope";
import type { Environment } from "@keyward/core/key/format";
import { NAME_CHARS_MAX } from "../../contract/limits.ts";

export interface GatewayPolicy {
  /** The api's id or prefix. Without it a key of any api of the workspace would do, so it must be there (T40). */
  readonly api: string;
  readonly environment: Environment;
  readonly scopes: ScopeRequirement;
  /** Whether the application is told who called by Kong's names as well. */
  readonly tellsAsKong: boolean;
  /** Whether it is told by a signature as well. */
  readonly isSigned: boolean;
  /** Where clients reach the API, which DPoP proofs must be about; without it, no token is accepted that is bound to a key. */
  readonly publicUrl?: string;
  /** Where the API is described (RFC 9728 §5.1). */
  readonly resourceMetadata?: string;
  /** The recipe says which certificate the client has shown. */
  readonly clientCertificate?: true;
}

const PARAMETERS = [
  "api",
  "environment",
  "scopes",
  "any_scopes",
  "identity",
  "signed",
  "public_url",
  "resource_metadata",
  "client_cert",
];

/**
 * Reads `api=`, `environment=` (live if left out), `scopes=a,b` (all of them) or `any_scopes=a,b`, and
 * `identity=kong`; `public_url=`, `resource_metadata=` and `client_cert=1` where there are bound tokens and clients that look.
 * `undefined` for anything that is missing, repeated, misspelt or unknown: a policy that is half understood must not let
 * anything pass.
 */
export function parsePolicy(search: string): GatewayPolicy | undefined {
  const parameters = new URLSearchParams(search);
  const given = new Map(parameters);
  if (given.size !== parameters.size) return undefined;
  const api = given.get("api") ?? "";
  const environment = given.get("environment") ?? "live";
  const all = given.get("scopes");
  const any = given.get("any_scopes");
  const identity = given.get("identity");
  const signed = given.get("signed");
  const knownCount = PARAMETERS.filter((name) => given.has(name)).length;
  if (knownCount !== given.size || (all !== undefined && any !== undefined)) return undefined;
  if (api === "" || api.length > NAME_CHARS_MAX) return undefined;
  if (environment !== "live" && environment !== "test") return undefined;
  if (identity !== undefined && identity !== "kong") return undefined;
  if (signed !== undefined && signed !== "1") return undefined;
  const list = parseScopes(all ?? any);
  if (list === undefined) return undefined;
  const scopes = any === undefined ? { all: list } : { any: list };
  const bound = parseBound(given);
  return (
    bound && {
      api,
      environment,
      scopes,
      tellsAsKong: identity === "kong",
      isSigned: signed === "1",
      ...bound,
    }
  );
}

type Bound = Pick<GatewayPolicy, "publicUrl" | "resourceMetadata" | "clientCertificate">;

function parseBound(given: ReadonlyMap<string, string>): Bound | undefined {
  const publicUrl = given.get("public_url");
  const resourceMetadata = given.get("resource_metadata");
  const certificate = given.get("client_cert");
  if ([publicUrl, resourceMetadata].some((url) => url !== undefined && !isPlainUrl(url))) {
    return undefined;
  }
  if (certificate !== undefined && certificate !== "1") return undefined;
  return {
    ...(publicUrl !== undefined && { publicUrl: publicUrl.replace(/\/$/, "") }),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
    ...(certificate !== undefined && { clientCertificate: true }),
  };
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === "https:" || url?.protocol === "http:") && url.search + url.hash === "";
}

function parseScopes(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return [];
  const list = text.split(",");
  return list.every((scope) => parseScope(scope) !== undefined) ? list : undefined;
}
