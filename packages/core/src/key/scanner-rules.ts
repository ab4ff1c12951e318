// The rules by which the scanners of others find keys of ours: spec/key-format.md §6, in their formats.
import { isBrand } from "./brand.ts";

/** gitleaks reads TOML, TruffleHog YAML, and GitHub's custom patterns are typed or sent as JSON. */
export const RULE_FORMATS = ["gitleaks", "trufflehog", "github"] as const;

export type RuleFormat = (typeof RULE_FORMATS)[number];

/** What stands behind the brand, in all the engines: JavaScript, RE2, PCRE and Hyperscan. */
const AFTER_BRAND = "_(?:pub_|pat_|client_)?(?:live|test)_[0-9A-Za-z]{49}";

const WRITERS: Readonly<Record<RuleFormat, (brands: readonly string[]) => string>> = {
  gitleaks: (brands) => brands.map(gitleaksRule).join("\n"),
  trufflehog: (brands) => `detectors:\n${brands.map(trufflehogDetector).join("")}`,
  github: (brands) => `${JSON.stringify(brands.map(githubPattern), null, 2)}\n`,
};

/**
 * The rules for the keys of some brands.
 *
 * @throws RangeError when one has not the grammar of a brand, which is what keeps it harmless in every format
 */
export function scannerRules(format: RuleFormat, brands: readonly string[]): string {
  for (const brand of brands) {
    if (!isBrand(brand)) throw new RangeError(`not the grammar of a brand: ${brand}`);
  }
  return WRITERS[format](brands);
}

function gitleaksRule(brand: string): string {
  return `[[rules]]
id = "${brand}-key"
description = "A key of ${brand}: revoke it in Keyward"
regex = '''\\b(${brand}${AFTER_BRAND})\\b'''
secretGroup = 1
keywords = ["${brand}_"]
`;
}

function trufflehogDetector(brand: string): string {
  return `  - name: ${brand}-key
    keywords:
      - ${brand}_
    regex:
      key: '\\b(${brand}${AFTER_BRAND})\\b'
`;
}

/** The fields of a custom pattern in the settings of a repository or an organisation. */
function githubPattern(brand: string): object {
  return {
    name: `${brand} key`,
    secret_format: `${brand}${AFTER_BRAND}`,
    before_secret: "\\A|[^0-9A-Za-z_]",
    after_secret: "\\z|[^0-9A-Za-z_]",
  };
}
