// What a gateway's request says of its client's.
import { clientIp } from "@keyward/core/http/client-ip";
import { OperationError } from "@keyward/core/failure/failures";
import type { Cidr } from "@keyward/core/restriction/cidr";
import type { RequestContext } from "@keyward/core/restriction/restrictions";
import type { BodyMessage } from "../body-message.ts";
import type { GatewayHeaders } from "./gateway-headers.ts";
import type { GatewayRoute } from "./gateways.ts";

export interface GatewayContext extends RequestContext {
  /** The target: the path, and the query if there is one. */
  readonly path: string;
}

/**
 * Address, method and path are the gateway's word; the rest is the client's, as it is everywhere. A repeated header is given
 * as the one list that it is (RFC 9110 §5.3), which no restriction accepts.
 *
 * @throws OperationError `invalid_request` when the gateway does not say what its recipe has it say
 */
export function contextOf(
  { gateway, path }: GatewayRoute,
  { method = "", url = "" }: Pick<BodyMessage, "method" | "url">,
  headers: GatewayHeaders,
  trustedProxies: readonly Cidr[],
): GatewayContext {
  return {
    ip: addressOf(gateway.address, headers, trustedProxies),
    method: gateway.method === undefined ? method : gatewaysWord(headers, gateway.method),
    path:
      gateway.target === undefined
        ? targetBehind(path, url)
        : gatewaysWord(headers, gateway.target),
    ...clientsWord("origin", headers.lines("origin")),
    ...clientsWord("referrer", headers.lines("referer")),
    ...clientsWord("user_agent", headers.lines("user-agent")),
    ...clientsWord("android_package", headers.lines("x-android-package")),
    ...clientsWord("android_cert", headers.lines("x-android-cert")),
    ...clientsWord("ios_bundle", headers.lines("x-ios-bundle-identifier")),
  };
}

/** The last hop of a list is the one that the gateway itself has seen; those before it are believed as anywhere (T25). */
function addressOf(
  name: "x-real-ip" | "x-forwarded-for",
  headers: GatewayHeaders,
  trustedProxies: readonly Cidr[],
): string {
  if (name === "x-real-ip") return gatewaysWord(headers, name);
  const hops = headers.lines(name).join(",").split(",");
  const address = clientIp(hops.pop()?.trim() ?? "", hops, trustedProxies);
  if (address !== undefined) return address;
  throw new OperationError("invalid_request", {
    detail: `The proxy must send ${name}, with an address at its end`,
  });
}

/** Without it, the recipe lacks a line, and a client could fill the gap. */
function gatewaysWord(headers: GatewayHeaders, name: string): string {
  const value = headers.only(name);
  if (value !== undefined && value !== "") return value;
  throw new OperationError("invalid_request", { detail: `The proxy must send ${name}, once` });
}

function targetBehind(path: string, url: string): string {
  const target = url.slice(path.length);
  return target.startsWith("/") ? target : `/${target}`;
}

function clientsWord(fact: keyof RequestContext, lines: readonly string[]): RequestContext {
  return lines.length === 0 ? {} : { [fact]: lines.join(", ") };
}
