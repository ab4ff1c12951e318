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

test("RFC 9449 §7.1: what came as DPoP is answered so, and a proof that is not good has its own error", () => {
  assert.equal(
    challengeFor("proof_required", { realm: "acme", scheme: "DPoP" }),
    'DPoP realm="acme", algs="ES256 PS256 Ed25519 EdDSA", error="invalid_dpop_proof"',
  );
  assert.match(
    challengeFor("expired", { realm: "acme", scheme: "DPoP" }),
    /^DPoP realm="acme", algs="[^"]+", error="invalid_token", error_description="[^"]+"$/,
  );
});

test("RFC 9449 §7.2: whoever sends a bound token as bearer is told how it is sent", () => {
  assert.equal(
    challengeFor("proof_required", { realm: "acme" }),
    'Bearer realm="acme", error="invalid_token", error_description="The token lacks the proof that it is bound to", ' +
      'DPoP algs="ES256 PS256 Ed25519 EdDSA"',
  );
});

test("RFC 9728 §5.1: a challenge says where the resource is described", () => {
  const resourceMetadata = "https://api.example/.well-known/oauth-protected-resource";
  assert.equal(
    challengeFor("missing_credential", { realm: "acme", resourceMetadata }),
    `Bearer realm="acme", resource_metadata="${resourceMetadata}"`,
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
