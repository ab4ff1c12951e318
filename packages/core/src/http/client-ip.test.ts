import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseCidr } from "../restriction/cidr.ts";
import type { Cidr } from "../restriction/cidr.ts";
import { readVectors } from "../testing/read-vectors.ts";
import { clientIp } from "./client-ip.ts";

interface Given {
  readonly peer: string;
  readonly forwarded_for: readonly string[];
  readonly trusted: readonly string[];
}

function readCidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert.ok(parsed.ok, text);
  return parsed.pattern;
}

const vectors = readVectors<Given>("client-ip.json", ["peer", "forwarded_for", "trusted"]);
for (const { name, given, expect } of vectors) {
  test(name, () => {
    const client = clientIp(given.peer, given.forwarded_for, given.trusted.map(readCidr));
    assert.deepEqual({ client_ip: client ?? null }, expect);
  });
}

const TRUSTED = [readCidr("10.0.0.0/8")];
const trustedHop = fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3");
const untrustedHop = fc.constantFrom("192.0.2.1", "192.0.2.2", "198.51.100.1");
const anyElement = fc.oneof(trustedHop, untrustedHop, fc.string());

test("T25: whatever stands left of the first untrusted hop, the result is that hop", () => {
  fc.assert(
    fc.property(
      fc.array(anyElement),
      untrustedHop,
      fc.array(trustedHop),
      (forged, client, proxies) => {
        const line = [...forged, client, ...proxies].join(",");
        assert.equal(clientIp("10.0.0.9", [line], TRUSTED), client);
      },
    ),
  );
});

test("T25: without trusted proxies, or from an untrusted peer, no header changes the result", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyElement, fc.string())), (lines) => {
      assert.equal(clientIp("192.0.2.9", lines, []), "192.0.2.9");
      assert.equal(clientIp("192.0.2.9", lines, TRUSTED), "192.0.2.9");
    }),
  );
});

test("T25: how the elements are spread over lines changes nothing", () => {
  fc.assert(
    fc.property(fc.array(anyElement, { minLength: 1 }), (elements) => {
      assert.equal(
        clientIp("10.0.0.9", elements, TRUSTED),
        clientIp("10.0.0.9", [elements.join(",")], TRUSTED),
      );
    }),
  );
});
