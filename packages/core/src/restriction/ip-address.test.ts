import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import { cidrContains, parseCidr } from "./cidr.ts";
import { formatIp, networkOf, parseIp } from "./ip-address.ts";

type Bytes = readonly number[];

const MAPPED_HEAD: Bytes = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

const someBytes = (length: number) =>
  fc.array(fc.oneof(fc.constantFrom(0, 0xff), fc.nat(255)), {
    minLength: length,
    maxLength: length,
  });
const someAddress: fc.Arbitrary<Bytes> = fc.oneof(
  someBytes(4),
  someBytes(16),
  someBytes(4).map((tail) => MAPPED_HEAD.concat(tail)),
);

/** The oracle's address, IPv4-mapped as IPv4. */
function oracleOf(bytes: Bytes): ipaddr.IPv4 | ipaddr.IPv6 {
  const address = ipaddr.fromByteArray([...bytes]);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address()
    : address;
}

/** Four spellings of one address that any correct parser takes. */
function spellingsOf(bytes: Bytes): readonly string[] {
  const address = ipaddr.fromByteArray([...bytes]);
  if (address instanceof ipaddr.IPv4) return [address.toString(), `::ffff:${address.toString()}`];
  const dotted = bytes.slice(12).join(".");
  const groups = address.parts.map((part) => part.toString(16));
  return [
    address.toString(),
    groups.map((group) => group.padStart(4, "0")).join(":"),
    address.toNormalizedString().toUpperCase(),
    `${groups.slice(0, 6).join(":")}:${dotted}`,
  ];
}

test("T25: every spelling of an address is the same address, as ipaddr.js has it", () => {
  fc.assert(
    fc.property(someAddress, (bytes) => {
      const canonical = oracleOf(bytes).toString();
      for (const text of spellingsOf(bytes)) {
        const ip = parseIp(text);
        assert.ok(ip !== undefined, text);
        assert.equal(ipaddr.parse(formatIp(ip)).toString(), canonical);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("the canonical text reads back as the same value, and is its own canonical text", () => {
  fc.assert(
    fc.property(someAddress, (bytes) => {
      const ip = parseIp(ipaddr.fromByteArray([...bytes]).toString());
      assert.ok(ip !== undefined);
      assert.deepEqual(parseIp(formatIp(ip)), ip);
    }),
  );
});

test("T25: whatever is read as an address, ipaddr.js reads as the same, and never more", () => {
  const nearAddress = fc.string({
    unit: fc.constantFrom("0", "1", "25", "255", ".", ":", "::", "ffff", "f", "%", "x", "/"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.oneof(nearAddress, fc.string()), (text) => {
      const ip = parseIp(text);
      if (ip === undefined) return;
      assert.ok(ip.version === 4 || ipaddr.IPv6.isValid(text), text);
      // ipaddr.js prints IPv4-compatible addresses as IPv4-mapped, so those are compared by canonical text.
      if (!/^[0:]*:\d+\./.test(text)) {
        assert.equal(formatIp(ip), formatOracle(ipaddr.process(text)), text);
      }
    }),
    { numRuns: 20_000 },
  );
});

test("a network holds an address exactly when ipaddr.js matches it", () => {
  fc.assert(
    fc.property(someAddress, someAddress, fc.nat(128), fc.nat(128), (base, other, bits, shared) => {
      const network = oracleOf(base);
      const isIpv4 = network instanceof ipaddr.IPv4;
      const prefixBits = Math.min(bits, isIpv4 ? 32 : 128);
      const text = firstOf(network, prefixBits);
      const parsed = parseCidr(`${text}/${prefixBits}`);
      assert.ok(parsed.ok, text);
      // Sharing some leading bits with the network makes both answers frequent.
      for (const candidate of [oracleOf(other), oracleOf(blend(base, other, shared))]) {
        const ip = parseIp(candidate.toString());
        assert.ok(ip !== undefined);
        const expected =
          candidate.kind() === network.kind() && candidate.match(ipaddr.parse(text), prefixBits);
        assert.equal(cidrContains(parsed.pattern, ip), expected);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("a network with host bits is refused, and the same network without them is not", () => {
  fc.assert(
    fc.property(someAddress, fc.nat(127), (bytes, bits) => {
      const address = oracleOf(bytes);
      const prefixBits = address instanceof ipaddr.IPv4 ? Math.min(bits, 31) : bits;
      const network = firstOf(address, prefixBits);
      assert.ok(parseCidr(`${network}/${prefixBits}`).ok);
      fc.pre(network !== address.toString());
      assert.ok(!parseCidr(`${address.toString()}/${prefixBits}`).ok);
    }),
  );
});

test("T25: rotating through a /64 stays in one network", () => {
  fc.assert(
    fc.property(someBytes(8), someBytes(8), someBytes(8), (prefix, first, second) => {
      // The first byte keeps the address clear of the mapped range.
      const head = [0x20, ...prefix.slice(1)];
      const networks = [first, second].map((host) => {
        const ip = parseIp(ipaddr.fromByteArray([...head, ...host]).toString());
        assert.ok(ip !== undefined);
        return networkOf(ip);
      });
      assert.equal(networks[0], networks[1]);
      assert.ok(networks[0]?.endsWith("/64"));
    }),
  );
});

function formatOracle(address: ipaddr.IPv4 | ipaddr.IPv6): string {
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function firstOf(address: ipaddr.IPv4 | ipaddr.IPv6, prefixBits: number): string {
  const cidr = `${address.toString()}/${prefixBits}`;
  return address instanceof ipaddr.IPv4
    ? ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(cidr).toString();
}

function blend(base: Bytes, other: Bytes, sharedBits: number): Bytes {
  return base.map((byte, index) => {
    const fixed = Math.min(8, Math.max(0, sharedBits - 8 * index));
    const mask = (0xff00 >> fixed) & 0xff;
    return (byte & mask) | ((other[index] ?? 0) & ~mask & 0xff);
  });
}
