import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { challengeFor } from "./challenge.ts";

test("a request without a credential is asked for one, and told of no error", () => {
  assert.equal(challengeFor("missing_credential", { realm: "live" }), 'Bearer realm="live"');
  assert.equal(challengeFor("missing_credential"), 'Bearer realm="api"');
});

test("an unacceptable credential is an invalid token, with what is wrong with it", () => {
  assert.equal(
    challengeFor("expired", { realm: "acme" }),
    'Bearer realm="acme", error="invalid_token", error_description="The key has expired"',
  );
  assert.equal(
    challengeFor("constructor"),
    'Bearer realm="api", error="invalid_token", error_description="The credential is not accepted"',
  );
});

test("want of scope names the scopes that were needed", () => {
  assert.equal(
    challengeFor("insufficient_scope", { scopes: ["invoices:read", "invoices:write"] }),
    'Bearer realm="api", error="insufficient_scope", scope="invoices:read invoices:write"',
  );
  assert.equal(
    challengeFor("insufficient_scope", { scopes: [] }),
    'Bearer realm="api", error="insufficient_scope"',
  );
});

test("quotes and backslashes are escaped, line ends and other characters never come through", () => {
  assert.equal(
    challengeFor("missing_credential", { realm: 'a"b\\c\r\nX-Admin: é' }),
    'Bearer realm="a\\"b\\\\c??X-Admin: ?"',
  );
});

test("whatever the realm and the scopes, the value stays one header of quoted strings", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, fc.array(text), (realm, scopes) => {
      assert.match(
        challengeFor("insufficient_scope", { realm, scopes }),
        /^Bearer [a-z_]+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"(?:, [a-z_]+="(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*")*$/,
      );
    }),
  );
});
