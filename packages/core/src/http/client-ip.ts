import { cidrContains } from "../restriction/cidr.ts";
import type { Cidr } from "../restriction/cidr.ts";
import { formatIp, parseIp } from "../restriction/ip-address.ts";
import type { IpAddress } from "../restriction/ip-address.ts";

/**
 * The address that a request came from, in canonical text (spec/client-ip.md). Only what a trusted proxy wrote is
 * believed: without trusted proxies that is the peer of the connection itself (T25).
 *
 * @param peer The address at the other end of the connection.
 * @param forwardedFor The `X-Forwarded-For` lines in the order in which they came.
 * @param trusted The networks of one's own proxies.
 * @returns `undefined` only when `peer` is no address: then nothing is known, and nothing may be assumed.
 */
export function clientIp(
  peer: string,
  forwardedFor: readonly string[],
  trusted: readonly Cidr[],
): string | undefined {
  const peerIp = parseIp(peer);
  return peerIp && formatIp(lastBelievedHop(peerIp, forwardedFor, trusted));
}

/** Whether the peer of a connection is one of one's own proxies, whose word counts. */
export function isTrustedPeer(peer: string, trusted: readonly Cidr[]): boolean {
  const ip = parseIp(peer);
  return ip !== undefined && trusted.some((network) => cidrContains(network, ip));
}

/** Each hop vouches for the one before it, so the walk ends at the first that is not trusted or not an address. */
function lastBelievedHop(
  peer: IpAddress,
  forwardedFor: readonly string[],
  trusted: readonly Cidr[],
): IpAddress {
  if (trusted.length === 0) return peer;
  let hop = peer;
  // Several lines are one list in their order (RFC 9110 §5.3).
  for (const element of forwardedFor.join(",").split(",").reverse()) {
    const isTrusted = trusted.some((network) => cidrContains(network, hop));
    const before = isTrusted ? parseIp(withoutSurroundingSpace(element)) : undefined;
    if (before === undefined) return hop;
    hop = before;
  }
  return hop;
}

/** RFC 9110 §5.6.3: optional white space is spaces and tabs, nothing else. A loop, so that long runs cost no more than once. */
function withoutSurroundingSpace(element: string): string {
  let start = 0;
  let end = element.length;
  while (start < end && isSpace(element[start])) start += 1;
  while (end > start && isSpace(element[end - 1])) end -= 1;
  return element.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
