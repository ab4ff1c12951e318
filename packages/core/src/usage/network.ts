import { formatIp, parseIp } from "../restriction/ip-address.ts";
import type { IpAddress, Words } from "../restriction/ip-address.ts";

/**
 * The network that an address is reported as: of IPv4 the /24, of IPv6 the /48, which is what one site is given. A whole
 * address is a fact about a person, and is not kept.
 *
 * @returns `undefined` for what is no address
 */
export function usageNetwork(address: string): string | undefined {
  const ip = parseIp(address);
  return ip && (ip.version === 4 ? `${masked(ip, V4)}/24` : `${masked(ip, V6)}/48`);
}

const V4: Words = [-1, -1, -1, 0xffff_ff00 | 0];
const V6: Words = [-1, 0xffff_0000 | 0, 0, 0];

function masked({ version, words }: IpAddress, mask: Words): string {
  const network: Words = [
    words[0] & mask[0],
    words[1] & mask[1],
    words[2] & mask[2],
    words[3] & mask[3],
  ];
  return formatIp({ version, words: network });
}

const PRODUCT = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}(?:\/[0-9A-Za-z.+_-]{1,16})?/;

/** The first product of a `User-Agent` with its version (RFC 9110 §10.1.5): `curl/8.5.0`. `undefined` where it names none. */
export function productOf(userAgent: string): string | undefined {
  return PRODUCT.exec(userAgent)?.[0];
}

const BRANDED = /^([a-z][a-z0-9]{1,15})_(?:pub_|pat_|client_|sk_|pk_)?(?:live|test)_/;

/** The brand that a text begins with, if it has the head of a key; empty for everything else, which may be a password. */
export function brandOf(presented: string): string {
  return BRANDED.exec(presented)?.[1] ?? "";
}
