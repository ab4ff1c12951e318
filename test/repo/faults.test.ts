// Each fault that Keyward has to withstand is named by the test that shows it.
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { readSource, ROOT } from "./sources.ts";

const FAULTS = 28;

test("each of F01 to F28 is in the name of a test", () => {
  const patterns = ["packages/*/src/**/*.{test,contract}.ts", "test/**/*.{test,contract}.ts"];
  const named = new Set<string>();
  for (const path of globSync(patterns, { cwd: ROOT })) {
    const { text } = readSource(path);
    for (const [, name = ""] of text.matchAll(
      /\b(?:test|suite|guarantee)\(\s*["`]([^"`\n]*\bF\d\d[^"`\n]*)/g,
    )) {
      for (const [fault] of name.matchAll(/\bF\d\d\b/g)) named.add(fault);
    }
  }
  const all = Array.from({ length: FAULTS }, (_, n) => `F${String(n + 1).padStart(2, "0")}`);
  assert.deepEqual(
    all.filter((fault) => !named.has(fault)),
    [],
  );
});
