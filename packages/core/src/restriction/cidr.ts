import { formatIp, parseIp } from "./ip-address.ts";
import type { IpAddress, Words } from "./ip-address.ts";
import { accept, refuse } from "./pattern.ts";
import type { ParsedPattern } from "./pattern.ts";

/** A network of addresses of one version; a single address is the network of all its bits. */
export interface Cidr {
  readonly network: IpAddress;
  /** The leading bits that are fixed: 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly prefixBits: number;
  /** Which bits of the 16-byte form are fixed. */
  readonly masks: Words;
}

const PREFIX_LENGTH = /^(?:0|[1-9]\d{0,2})$/;
const IPV4_BITS = 32;
const IPV6_BITS = 128;
/** Where the IPv4 address begins in its mapped form. */
const MAPPED_BITS = IPV6_BITS - IPV4_BITS;

/**
 * Reads `a.b.c.d/n`, `x::y/n` or a single address; an IPv4-mapped network becomes the IPv4 network that it is. A network
 * whose host bits are set is refused, because the writer meant either one address or another network.
 */
export function parseCidr(text: string): ParsedPattern<Cidr> {
  const slash = text.indexOf("/");
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseIp(addressText);
  if (address === undefined) {
    return refuse(
      "not an IP address or network; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32",
    );
  }
  const widthBits = addressText.includes(":") ? IPV6_BITS : IPV4_BITS;
  const prefixText = slash === -1 ? String(widthBits) : text.slice(slash + 1);
  if (!PREFIX_LENGTH.test(prefixText) || Number(prefixText) > widthBits) {
    return refuse(`after the slash stands a whole number from 0 to ${widthBits}`);
  }
  // As bits of the 16-byte form, where IPv4 begins after 96.
  const fixedBits = Number(prefixText) + IPV6_BITS - widthBits;
  const isIpv4 = address.version === 4;
  if (isIpv4 && fixedBits < MAPPED_BITS) {
    return refuse("an IPv4-mapped network fixes at least 96 bits; write it as an IPv4 network");
  }
  const masks = masksOf(fixedBits);
  const network: IpAddress = { version: address.version, words: and(address.words, masks) };
  const prefixBits = isIpv4 ? fixedBits - MAPPED_BITS : fixedBits;
  if (formatIp(network) !== formatIp(address)) {
    return refuse(
      `the address has bits beyond the prefix; write ${formatIp(network)}/${prefixBits} for the network or ${formatIp(address)} for the one address`,
    );
  }
  return accept({ network, prefixBits, masks });
}

/** Whether the address lies in the network. `0.0.0.0/0` holds every IPv4 address and no IPv6 address; `::/0` the reverse. */
export function cidrContains(cidr: Cidr, ip: IpAddress): boolean {
  const { network, masks } = cidr;
  return (
    ip.version === network.version &&
    ((ip.words[3] ^ network.words[3]) & masks[3]) === 0 &&
    ((ip.words[2] ^ network.words[2]) & masks[2]) === 0 &&
    ((ip.words[1] ^ network.words[1]) & masks[1]) === 0 &&
    ((ip.words[0] ^ network.words[0]) & masks[0]) === 0
  );
}

/** The same for an IPv4 address that is only its word. */
export function cidrContainsIpv4({ network, masks }: Cidr, word: number): boolean {
  return network.version === 4 && ((word ^ network.words[3]) & masks[3]) === 0;
}

function masksOf(fixedBits: number): Words {
  return [
    wordMask(fixedBits),
    wordMask(fixedBits - 32),
    wordMask(fixedBits - 64),
    wordMask(fixedBits - 96),
  ];
}

function wordMask(fixedBits: number): number {
  if (fixedBits <= 0) return 0;
  return fixedBits >= 32 ? -1 : ~(-1 >>> fixedBits);
}

function and(words: Words, masks: Words): Words {
  return [words[0] & masks[0], words[1] & masks[1], words[2] & masks[2], words[3] & masks[3]];
}
