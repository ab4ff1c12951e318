// What a customer's process loads with the verifier or the client is a promise: nothing but Keyward's own pure code.
import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import { importsOf, readSource } from "./sources.ts";

const ENTRIES = [
  { entry: "packages/sdk/src/verifier/verifier.ts", outside: ["node:crypto"] },
  { entry: "packages/sdk/src/keyward.ts", outside: ["node:crypto"] },
  { entry: "packages/sdk/src/client/client.ts", outside: [] },
  ...["express", "fastify", "fetch", "hono", "nest", "next", "node"].map((name) => ({
    entry: `packages/sdk/src/adapters/${name}.ts`,
    outside: [],
  })),
  { entry: "packages/core/src/verdict/decide.ts", outside: [] },
] as const;

for (const { entry, outside } of ENTRIES) {
  test(`closure: ${entry} loads nothing of others but ${outside.join(", ") || "nothing"}`, () => {
    assert.deepEqual([...closureOf(entry)].sort(), [...outside]);
  });
}

/** Every specifier outside our own packages that loading a file brings with it; types are erased and do not count. */
function closureOf(entry: string): ReadonlySet<string> {
  const outside = new Set<string>();
  const seen = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const { text } = readSource(path);
    const values = text.replaceAll(/^import type [^;]+;/gm, "");
    for (const specifier of importsOf({ path, text: values })) {
      const own = ownPath(path, specifier);
      if (own === undefined) outside.add(specifier);
      else waiting.push(own);
    }
  }
  return outside;
}

function ownPath(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  const match = /^@keyward\/(core|sdk)\/(.+)$/.exec(specifier);
  return match === null ? undefined : `packages/${match[1]}/src/${match[2]}.ts`;
}
