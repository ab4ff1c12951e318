// Which addresses a request of ours may go to (T54): those of the public internet, and what the operator has named.
import { cidrContains, parseCidr } from "@keyward/core/restriction/cidr";
import type { Cidr } from "@keyward/core/restriction/cidr";
import { parseIp } from "@keyward/core/restriction/ip-address";

/**
 * What IANA's registries of special-purpose addresses (RFC 6890) do not give to the public internet, and what embeds an IPv4
 * address of unknown meaning: 6to4, Teredo, NAT64.
 */
const SPECIAL = networks(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 " +
    "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 " +
    "198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 " +
    "2001::/23 2001:db8::/32 2002::/16 3fff::/20",
);

/** All that has been given out of IPv6 so far; the rest is local, for several, or nobody's. */
const GLOBAL_IPV6 = networks("2000::/3");

/** Whether a request may go to the address. False for whatever is no address. */
export function isReachable(text: string, allowed: readonly Cidr[]): boolean {
  const ip = parseIp(text);
  if (ip === undefined) return false;
  const isIn = (network: Cidr) => cidrContains(network, ip);
  if (allowed.some(isIn)) return true;
  return !SPECIAL.some(isIn) && (ip.version === 4 || GLOBAL_IPV6.some(isIn));
}

/** Whether the operator has named the address, who then answers for it. */
export function isAllowedByName(text: string, allowed: readonly Cidr[]): boolean {
  const ip = parseIp(text);
  return ip !== undefined && allowed.some((network) => cidrContains(network, ip));
}

function networks(text: string): readonly Cidr[] {
  return text.split(" ").map((each) => {
    const parsed = parseCidr(each);
    if (!parsed.ok) throw new Error(`${each}: ${parsed.detail}`);
    return parsed.pattern;
  });
}
