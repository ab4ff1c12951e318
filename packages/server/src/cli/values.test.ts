import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "./errors.ts";
import { refuseSecretsIn } from "./secrets-in-arguments.ts";
import { parseDuration, parseExpiry, parseLifetime, parseMetadata } from "./values.ts";

test("a duration is a whole number with a unit", () => {
  const read = ["0", "90s", "15m", "24h", "90d", "2w"].map(parseDuration);
  assert.deepEqual(read, [0, 90, 900, 86_400, 7_776_000, 1_209_600]);
  for (const text of ["", "1", "1y", "-1h", "1.5h", "h", "1 h", "1h1m"]) {
    assert.throws(() => parseDuration(text), { code: "commander.invalidArgument" }, text);
  }
});

test("an expiry is never, a time from now, or an instant as it was written", () => {
  assert.deepEqual(parseExpiry("never"), { at: null });
  assert.deepEqual(parseLifetime("never"), { seconds: null });
  assert.equal(parseExpiry("2027-01-31T12:00:00+01:00").at, "2027-01-31T12:00:00+01:00");
  const seconds = (Date.parse(parseExpiry("90d").at ?? "") - Date.now()) / 1_000;
  assert.ok(Math.abs(seconds - 7_776_000) < 5);
  for (const text of ["0", "tomorrow", "2027-01-31", "2027-02-30T00:00:00Z"]) {
    assert.throws(() => parseExpiry(text), { code: "commander.invalidArgument" }, text);
  }
});

test("metadata is a JSON object, and a file that is not there is a usage error", () => {
  assert.deepEqual(parseMetadata('{"plan":"gold"}'), { plan: "gold" });
  for (const text of ["[]", "null", "1", "{", ""]) {
    assert.throws(() => parseMetadata(text), { code: "commander.invalidArgument" }, text);
  }
  assert.throws(() => parseMetadata("@/nowhere/facts.json"), UsageError);
});

test("T63: an option that would take a secret is refused by its name, without its value", () => {
  const names = ["--token", "--key", "--api-key", "--secret", "--password", "--TOKEN", "-token"];
  for (const name of names) {
    for (const words of [[name, "canary"], [`${name}=canary`], ["keys", "list", name]]) {
      assert.throws(
        () => refuseSecretsIn(words),
        (error) => error instanceof UsageError && !error.message.includes("canary"),
      );
    }
  }
  refuseSecretsIn([
    "--token-file",
    "f",
    "--key-file",
    "f",
    "--secret-out",
    "f",
    "--idempotency-key",
  ]);
});
