import assert from "node:assert/strict";
import { test } from "node:test";
import { scannerRules } from "./scanner-rules.ts";

test("gitleaks is given one rule a brand, in TOML", () => {
  assert.equal(
    scannerRules("gitleaks", ["acme", "bravo"]),
    `[[rules]]
id = "acme-key"
description = "A key of acme: revoke it in Keyward"
regex = '''\\b(acme_(?:pub_|pat_|client_)?(?:live|test)_[0-9A-Za-z]{49})\\b'''
secretGroup = 1
keywords = ["acme_"]

[[rules]]
id = "bravo-key"
description = "A key of bravo: revoke it in Keyward"
regex = '''\\b(bravo_(?:pub_|pat_|client_)?(?:live|test)_[0-9A-Za-z]{49})\\b'''
secretGroup = 1
keywords = ["bravo_"]
`,
  );
});

test("TruffleHog is given one custom detector a brand, in YAML", () => {
  assert.equal(
    scannerRules("trufflehog", ["acme"]),
    `detectors:
  - name: acme-key
    keywords:
      - acme_
    regex:
      key: '\\b(acme_(?:pub_|pat_|client_)?(?:live|test)_[0-9A-Za-z]{49})\\b'
`,
  );
});

test("GitHub is given the fields of its custom patterns", () => {
  assert.deepEqual(JSON.parse(scannerRules("github", ["acme"])), [
    {
      name: "acme key",
      secret_format: "acme_(?:pub_|pat_|client_)?(?:live|test)_[0-9A-Za-z]{49}",
      before_secret: "\\A|[^0-9A-Za-z_]",
      after_secret: "\\z|[^0-9A-Za-z_]",
    },
  ]);
});

test("what is no brand is refused, so that nothing can be written into a rule", () => {
  for (const brand of ["acme'", "a", "ACME", 'a"]\n[x]', "acme_live"]) {
    assert.throws(() => scannerRules("gitleaks", [brand]), RangeError);
  }
});
