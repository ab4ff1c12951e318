// IP addresses: one strict way to read them, one way to write them (spec/restrictions.md §2).

/** An address. Two texts of the same address give equal values, IPv4-mapped IPv6 and IPv4 included. */
export interface IpAddress {
  readonly version: 4 | 6;
  /**
   * The 16 bytes as four words, most significant first; IPv4 as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). Signed 32-bit
   * integers, because those are the numbers that the engine neither boxes nor stores in two ways.
   */
  readonly words: Words;
}

export type Words = readonly [number, number, number, number];

const MAPPED_IPV4 = 0xffff;
const IPV4_LENGTH_MAX = "255.255.255.255".length;
const IPV6_LENGTH_MAX = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255".length;
const GROUP = /^[0-9A-Fa-f]{1,4}$/;
const DOT = 0x2e;
const ZERO = 0x30;
const NO_DIGIT = -1;

/**
 * Reads an address: IPv4 as four decimal octets, IPv6 as in RFC 4291 §2.2. `undefined` for everything else, and for what
 * other parsers take in different ways: octal and short IPv4, leading zeros, zone ids, ports, brackets, spaces (T25).
 */
export function parseIp(text: string): IpAddress | undefined {
  const ipv4Word = parseIpv4(text);
  if (ipv4Word !== undefined) return ipv4(ipv4Word);
  const words = parseIpv6(text);
  if (words === undefined) return undefined;
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === MAPPED_IPV4;
  return isMapped ? ipv4(words[3]) : { version: 6, words };
}

/** Writes an address in its one canonical form: dotted decimal, or RFC 5952 §4. */
export function formatIp(ip: IpAddress): string {
  return ip.version === 4 ? formatIpv4(ip.words[3]) : formatIpv6(ip.words);
}

/**
 * Names the network that counts as one caller: an IPv4 address itself, and of an IPv6 address its /64, because whoever
 * holds one address of a /64 holds them all (T25).
 */
export function networkOf(ip: IpAddress): string {
  if (ip.version === 4) return formatIpv4(ip.words[3]);
  return `${formatIpv6([ip.words[0], ip.words[1], 0, 0])}/64`;
}

function ipv4(word: number): IpAddress {
  return { version: 4, words: [0, 0, MAPPED_IPV4, word] };
}

/** The address as one signed word. */
export function parseIpv4(text: string): number | undefined {
  const end = text.length;
  if (end > IPV4_LENGTH_MAX) return undefined;
  let word = 0;
  let octetCount = 0;
  let octet = NO_DIGIT;
  for (let index = 0; index <= end; index += 1) {
    const code = index === end ? DOT : text.charCodeAt(index);
    if (code === DOT) {
      if (octet === NO_DIGIT) return undefined;
      word = (word << 8) | octet;
      octetCount += 1;
      octet = NO_DIGIT;
    } else {
      const digit = code - ZERO;
      // A second digit after a zero is octal to some parsers and decimal to others.
      if (digit < 0 || digit > 9 || octet === 0) return undefined;
      octet = octet === NO_DIGIT ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    }
  }
  return octetCount === 4 ? word : undefined;
}

function parseIpv6(text: string): Words | undefined {
  if (text.length > IPV6_LENGTH_MAX) return undefined;
  const hexadecimal = text.includes(".") ? withoutDottedTail(text) : text;
  if (hexadecimal === undefined) return undefined;
  const [head = "", tail, ...more] = hexadecimal.split("::");
  if (more.length > 0) return undefined;
  const leading = parseGroups(head);
  const trailing = parseGroups(tail ?? "");
  if (leading === undefined || trailing === undefined) return undefined;
  const zeroCount = 8 - leading.length - trailing.length;
  // "::" stands for one group of zeros or more (RFC 4291 §2.2).
  if (tail === undefined ? zeroCount !== 0 : zeroCount < 1) return undefined;
  return toWords([...leading, ...Array<number>(zeroCount).fill(0), ...trailing]);
}

/** Turns the IPv4 form of the last 32 bits (RFC 4291 §2.2 form 3) into two groups. */
function withoutDottedTail(text: string): string | undefined {
  const start = text.lastIndexOf(":") + 1;
  const word = parseIpv4(text.slice(start));
  if (word === undefined) return undefined;
  return `${text.slice(0, start)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`;
}

function parseGroups(half: string): readonly number[] | undefined {
  if (half === "") return [];
  const groups: number[] = [];
  for (const group of half.split(":")) {
    if (!GROUP.test(group)) return undefined;
    groups.push(Number.parseInt(group, 16));
  }
  return groups;
}

function toWords(groups: readonly number[]): Words {
  const word = (index: number) => ((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0);
  return [word(0), word(2), word(4), word(6)];
}

function formatIpv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}

function formatIpv6(words: Words): string {
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const zeros = longestZeroRun(groups);
  const format = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  // RFC 5952 §4.2.2: a single group of zeros is not shortened.
  if (zeros.length < 2) return format(groups);
  const head = format(groups.slice(0, zeros.start));
  const tail = format(groups.slice(zeros.start + zeros.length));
  return `${head}::${tail}`;
}

/** The longest run of zero groups, the first of several (RFC 5952 §4.2.3). */
function longestZeroRun(groups: readonly number[]): {
  readonly start: number;
  readonly length: number;
} {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}
