// What a gateway's request carries: its own word about the client's request, and the client's own headers.

const RESERVED_PREFIX = "x-keyward-";
/** A management key with `keys:verify`, by which the proxy shows that it is one of ours. */
export const PROXY_TOKEN = "x-keyward-proxy-token";
/** The policy of a gateway that has no URL of its own to write it into. */
export const PROXY_POLICY = "x-keyward-policy";

/** The TLS certificate of the client, where the policy says that the recipe sends it. */
export const CLIENT_CERTIFICATE = "x-keyward-client-cert";

/** Of each header that is looked at, every line as it came. */
export interface GatewayHeaders {
  lines(lowerName: string): readonly string[];
  /** The one line of that name; `undefined` when there is none, or more than one. */
  only(lowerName: string): string | undefined;
  /** Whether the client sent what only Keyward may say, in whatever spelling (T26). */
  readonly hasReserved: boolean;
}

/** @param own the reserved names that the gateway itself sends */
export function readGatewayHeaders(
  rawHeaders: readonly string[],
  own: readonly string[],
): GatewayHeaders {
  const byName = new Map<string, string[]>();
  let hasReserved = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (!own.includes(name) && isReserved(name)) hasReserved = true;
    const lines = byName.get(name);
    if (lines === undefined) byName.set(name, [value]);
    else lines.push(value);
  }
  const lines = (lowerName: string): readonly string[] => byName.get(lowerName) ?? [];
  const only = (lowerName: string): string | undefined => {
    const found = lines(lowerName);
    return found.length === 1 ? found[0] : undefined;
  };
  return { lines, only, hasReserved };
}

/** Some servers make `_` and `-` one character, as CGI did (CVE-2025-64484), and some `.` as well. */
function isReserved(lowerName: string): boolean {
  if (!lowerName.startsWith("x")) return false;
  return lowerName.replace(/[^a-z0-9]/g, "-").startsWith(RESERVED_PREFIX);
}
