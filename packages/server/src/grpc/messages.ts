// The messages of proto/ext_authz.proto, as the library reads and writes them.
import { fileURLToPath } from "node:url";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadPackageDefinition } from "@grpc/grpc-js";
import type { ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** The same place seen from the sources and from the published package. */
const PROTO = fileURLToPath(new URL("../../proto/ext_authz.proto", import.meta.url));

interface Peer {
  readonly address: { readonly socketAddress: { readonly address: string } | null } | null;
}

export interface CheckRequest {
  readonly attributes: {
    readonly source: Peer | null;
    readonly request: { readonly http: HttpRequest | null } | null;
    readonly contextExtensions: Readonly<Record<string, string>>;
  } | null;
}

export interface HttpRequest {
  readonly method: string;
  /** By lower-case name; what came more than once is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly host: string;
}

export interface HeaderOption {
  readonly header: { readonly key: string; readonly value: string };
  readonly appendAction: "OVERWRITE_IF_EXISTS_OR_ADD" | "APPEND_IF_EXISTS_OR_ADD";
  readonly keepEmptyValue: boolean;
}

export interface CheckResponse {
  readonly status: { readonly code: number };
  readonly okResponse?: {
    readonly headers: readonly HeaderOption[];
    readonly headersToRemove: readonly string[];
    readonly responseHeadersToAdd: readonly HeaderOption[];
  };
  readonly deniedResponse?: {
    readonly status: { readonly code: number };
    readonly headers: readonly HeaderOption[];
    readonly body: string;
  };
  readonly dynamicMetadata?: {
    readonly fields: Readonly<Record<string, { readonly stringValue: string }>>;
  };
}

/** The service `envoy.service.auth.v3.Authorization`. */
export function authorizationService(): ServiceDefinition {
  return authorization().service;
}

function authorization(): ServiceClientConstructor {
  const options = { enums: String, defaults: true, oneofs: true };
  const loaded = loadPackageDefinition(loadSync(PROTO, options));
  const found = ["envoy", "service", "auth", "v3", "Authorization"].reduce<unknown>(
    (at, name) => (at as Record<string, unknown>)[name],
    loaded,
  );
  return found as ServiceClientConstructor;
}
