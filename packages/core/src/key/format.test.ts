import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 as zlibCrc32 } from "node:zlib";
import * as fc from "fast-check";
import { readVectors } from "../testing/read-vectors.ts";
import { brandProblem, isBrand } from "./brand.ts";
import { digestKey, digestToHex } from "./digest.ts";
import {
  type Environment,
  formatKey,
  isWellFormedKey,
  KEY_CHARS_MAX,
  KEY_CHARS_MIN,
  KEY_PATTERN,
  KEY_RANDOM_BYTES,
  KEY_TAGS,
  type KeyKind,
  type KeyTag,
  parseKey,
  redactKeys,
} from "./format.ts";

interface Given {
  readonly operation: string;
  readonly text: string;
  readonly brand: string;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly random_hex: string;
}

/** Per operation: the fields that a vector has, and what this implementation answers. */
const OPERATIONS: Record<string, { fields: readonly string[]; answer: (given: Given) => unknown }> =
  {
    format: {
      fields: ["operation", "brand", "kind", "environment", "random_hex"],
      answer: ({ brand, kind, environment, random_hex }) => {
        const random = Uint8Array.from(Buffer.from(random_hex, "hex"));
        return { key: formatKey({ brand, kind, environment, random }).reveal() };
      },
    },
    parse: {
      fields: ["operation", "text"],
      answer: ({ text }) => {
        const parsed = parseKey(text);
        return parsed ? { accepted: true, ...parsed } : { accepted: false };
      },
    },
    digest: {
      fields: ["operation", "text"],
      answer: ({ text }) => ({ sha256_hex: digestToHex(digestKey(text)) }),
    },
    find: {
      fields: ["operation", "text"],
      answer: ({ text }) => ({ keys: text.match(new RegExp(KEY_PATTERN, "g")) ?? [] }),
    },
    redact: {
      fields: ["operation", "text"],
      answer: ({ text }) => ({ text: redactKeys(text) }),
    },
    brand: {
      fields: ["operation", "text"],
      answer: ({ text }) => ({ accepted: brandProblem(text) === undefined }),
    },
  };

const FIELDS = ["operation", "text", "brand", "kind", "environment", "random_hex"] as const;

for (const { name, given, expect } of readVectors<Given>("key-format.json", FIELDS)) {
  test(`vector: ${name}`, () => {
    const operation = OPERATIONS[given.operation];
    assert.ok(operation, `no such operation: ${given.operation}`);
    assert.deepEqual(Object.keys(given), operation.fields);
    assert.deepEqual(operation.answer(given), expect);
  });
}

const brands = fc.stringMatching(/^[a-z][a-z0-9]{1,15}$/);
const tags = fc.constantFrom<KeyTag[]>(
  "live",
  "test",
  "pub_live",
  "pub_test",
  "pat_live",
  "pat_test",
  "client_live",
  "client_test",
);
const randoms = fc.uint8Array({ minLength: KEY_RANDOM_BYTES, maxLength: KEY_RANDOM_BYTES });
const issued = fc.record({ brand: brands, tag: tags, random: randoms });
const keys = issued.map(({ brand, tag, random }) =>
  formatKey({ brand, ...KEY_TAGS[tag], random }).reveal(),
);
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

test("a key says what it was made with, and its body is the random number", () => {
  fc.assert(
    fc.property(issued, ({ brand, tag, random }) => {
      const key = formatKey({ brand, ...KEY_TAGS[tag], random });
      const text = key.reveal();
      assert.deepEqual(parseKey(text), { brand, tag, ...KEY_TAGS[tag], hint: key.hint });
      let number = 0n;
      for (const symbol of text.slice(-49, -6)) {
        number = number * 62n + BigInt(ALPHABET.indexOf(symbol));
      }
      assert.equal(number, BigInt(`0x${Buffer.from(random).toString("hex")}`));
      assert.ok(text.length >= KEY_CHARS_MIN && text.length <= KEY_CHARS_MAX);
    }),
  );
});

test("the checksum is the CRC-32 that zlib finds, the digest the SHA-256 that OpenSSL finds", () => {
  fc.assert(
    fc.property(keys, (key) => {
      let checksum = 0;
      for (const symbol of key.slice(-6)) checksum = checksum * 62 + ALPHABET.indexOf(symbol);
      assert.equal(checksum, zlibCrc32(key.slice(0, -6)));
      assert.equal(digestToHex(digestKey(key)), createHash("sha256").update(key).digest("hex"));
    }),
  );
});

test("T08: every substitution of one character of a key is refused", () => {
  const characters = `${ALPHABET}_-. /é\u0430\uff11\0`;
  fc.assert(
    fc.property(keys, (key) => {
      for (let index = 0; index < key.length; index++) {
        for (const character of characters) {
          if (key[index] === character) continue;
          const mistyped = key.slice(0, index) + character + key.slice(index + 1);
          assert.equal(isWellFormedKey(mistyped), false, mistyped);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("T08: every swap of two neighbours, every omission and every doubling is refused", () => {
  fc.assert(
    fc.property(keys, (key) => {
      for (let index = 0; index < key.length; index++) {
        const [before, first, second, after] = [
          key.slice(0, index),
          key.charAt(index),
          key.charAt(index + 1),
          key.slice(index + 2),
        ];
        if (first !== second) {
          assert.equal(isWellFormedKey(before + second + first + after), second === "");
        }
        assert.equal(isWellFormedKey(before + second + after), false);
        assert.equal(isWellFormedKey(before + first + first + second + after), false);
      }
    }),
  );
});

test("T08: the tag of a key cannot be exchanged for another", () => {
  fc.assert(
    fc.property(issued, tags, ({ brand, tag, random }, other) => {
      fc.pre(tag !== other);
      const text = formatKey({ brand, ...KEY_TAGS[tag], random }).reveal();
      assert.equal(parseKey(text.replace(`_${tag}_`, `_${other}_`)), undefined);
    }),
  );
});

test("T08: an invented body passes the checksum less often than once in a million", () => {
  let seed = 1;
  const invented = (): string => {
    let body = "0";
    while (body.length < 49) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      body += ALPHABET.charAt(Math.floor((seed / 2 ** 32) * 62));
    }
    return `acme_live_${body}`;
  };
  let accepted = 0;
  for (let run = 0; run < 300_000; run++) if (isWellFormedKey(invented())) accepted++;
  assert.equal(accepted, 0);
});

test("T07: all 62 symbols are equally likely in the body of a key", () => {
  const random = new Uint8Array(KEY_RANDOM_BYTES);
  const counts = new Map<string, number>();
  const keyCount = 20_000;
  // The first two places are left out: 2^256 is not a power of 62, so they cannot be uniform.
  const places = 41;
  for (let run = 0; run < keyCount; run++) {
    random.set(createHash("sha256").update(`seed ${run}`).digest());
    const text = formatKey({ brand: "acme", kind: "secret", environment: "live", random }).reveal();
    for (const symbol of text.slice(-places - 6, -6)) {
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
  }
  const expected = (keyCount * places) / 62;
  let chiSquare = 0;
  for (const count of counts.values()) chiSquare += (count - expected) ** 2 / expected;
  assert.equal(counts.size, 62);
  // 61 degrees of freedom: more than 100.9 happens once in a thousand.
  assert.ok(chiSquare < 100.9, `chi-square is ${chiSquare}`);
});

test("no text whatever makes the parser throw, and it agrees with the hot-path check", () => {
  const pieces = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("acme", "_", "live", "pub_", "pat_", "client_", "test"),
    fc.stringMatching(/^[0-9A-Za-z]{49}$/),
  );
  const texts = fc.array(pieces).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(texts, keys), (text) => {
      assert.equal(parseKey(text) !== undefined, isWellFormedKey(text));
      redactKeys(text);
      isBrand(text);
      brandProblem(text);
    }),
  );
});

test("T29: of a key in any text nothing of the body is left, and the pattern finds it", () => {
  const around = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(around, keys, around, (before, key, after) => {
      const redacted = redactKeys(`${before} ${key} ${after}`);
      assert.ok(!redacted.includes(key.slice(-49)));
      assert.ok(redacted.includes(`${key.slice(0, -49)}[redacted]`));
      const found = `${before} ${key} ${after}`.match(new RegExp(KEY_PATTERN, "g"));
      assert.ok(found?.includes(key));
    }),
  );
});

test("T08: a key is one word, so that a double click takes all of it", () => {
  fc.assert(fc.property(keys, (key) => assert.match(key, /^\w+$/)));
});

test("a key cannot be made of fewer or more than 32 bytes, nor without a brand", () => {
  const options = { brand: "acme", kind: "secret", environment: "live" } as const;
  for (const length of [0, 16, 31, 33]) {
    assert.throws(() => formatKey({ ...options, random: new Uint8Array(length) }), RangeError);
  }
  for (const brand of ["", "a", "Acme", "ac_me", "a1234567890123456"]) {
    assert.throws(() => formatKey({ ...options, brand, random: new Uint8Array(32) }), RangeError);
  }
});

test("a brand that was reserved later still makes and reads keys", () => {
  assert.notEqual(brandProblem("sk"), undefined);
  const options = { brand: "sk", kind: "secret", environment: "test" } as const;
  const text = formatKey({ ...options, random: new Uint8Array(32).fill(7) }).reveal();
  assert.equal(parseKey(text)?.brand, "sk");
});
