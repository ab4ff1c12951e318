import assert from "node:assert/strict";
import { validateHeaderValue } from "node:http";
import { test } from "node:test";
import * as fc from "fast-check";
import { headerText } from "./header-text.ts";

test("printable ASCII stays as it is, and everything else is escaped", () => {
  assert.equal(headerText("user:42@acme.example/a+b"), "user:42@acme.example/a+b");
  assert.equal(headerText("Müller & Söhne"), "M%C3%BCller%20&%20S%C3%B6hne");
  assert.equal(headerText("100%"), "100%25");
  assert.equal(headerText("a\r\nX-Keyward-Owner: b"), "a%0D%0AX-Keyward-Owner:%20b");
});

test("T26: whatever the text, it is one header value that is printable ASCII, and decodes to the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const value = headerText(text);
      validateHeaderValue("x-keyward-owner", value);
      assert.match(value, /^[\x21-\x7e]*$/);
      assert.equal(decodeURIComponent(value), text.toWellFormed());
    }),
  );
});
