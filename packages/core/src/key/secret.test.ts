import assert from "node:assert/strict";
import { Console } from "node:console";
import { randomBytes } from "node:crypto";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { formatKey } from "./format.ts";
import { Secret } from "./secret.ts";

function makeSecret(): Secret {
  const random = Uint8Array.from(randomBytes(32));
  return formatKey({ brand: "acme", kind: "secret", environment: "live", random });
}

function printedByConsole(value: unknown): string {
  const stdout = new PassThrough();
  new Console(stdout).log("value: %s %o %j", value, value, value, value, { deep: [{ value }] });
  return String(stdout.read());
}

const PRINTERS: Record<string, (secret: Secret) => string> = {
  String: (secret) => String(secret),
  // oxlint-disable-next-line typescript/restrict-template-expressions -- the mistake that the test is about
  "a template": (secret) => `${secret}`,
  concatenation: (secret) => ["", secret].join(""),
  "JSON.stringify": (secret) => JSON.stringify({ deep: [{ secret }] }),
  "util.inspect": (secret) => inspect(secret, { showHidden: true, depth: 9 }),
  "util.inspect of a container": (secret) =>
    inspect(
      { map: new Map([["k", [secret]]]), set: new Set([secret]) },
      { depth: 9, showHidden: true },
    ),
  "util.inspect without custom hooks": (secret) =>
    inspect({ secret }, { customInspect: false, showHidden: true, depth: 9 }),
  "util.format": (secret) => format("%s %o %O %j %d", secret, secret, secret, secret, secret),
  "console.log": printedByConsole,
  "an error's message, cause and properties": (secret) =>
    inspect(Object.assign(new Error(`bad ${String(secret)}`, { cause: { secret } }), { secret })),
  "an aggregate error": (secret) => inspect(new AggregateError([secret], "many")),
  "a structured clone": (secret) => inspect(structuredClone({ secret }), { showHidden: true }),
  "a spread copy and its keys": (secret) =>
    // oxlint-disable-next-line typescript/no-misused-spread -- the mistake that the test is about
    inspect({ ...secret, keys: Reflect.ownKeys(secret), entries: Object.entries(secret) }),
  "an assertion's message": (secret) => {
    try {
      assert.deepEqual({ secret }, { secret: "other" });
    } catch (error) {
      return inspect(error);
    }
    return "";
  },
};

for (const [printer, print] of Object.entries(PRINTERS)) {
  test(`T29: a secret does not leak through ${printer}`, () => {
    const secret = makeSecret();
    const printed = print(secret);
    assert.notEqual(printed, "");
    assert.ok(!printed.includes(secret.reveal().slice(-49)), "the whole body");
    assert.ok(!printed.includes(secret.reveal().slice(-20)), "a part of the body");
  });
}

test("a secret prints as [secret] and gives its text through reveal alone", () => {
  const secret = Secret.of("the text in the clear");
  assert.equal(secret.reveal(), "the text in the clear");
  assert.equal(secret.hint, "lear");
  assert.equal(String(secret), "[secret]");
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  assert.equal(inspect({ secret }), "{ secret: [secret] }");
});
