import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { test } from "node:test";
import { LAYERS } from "./layers.ts";
import type { Layer } from "./layers.ts";
import { importsOf, ROOT, shippedSources } from "./sources.ts";

const OWN_PACKAGES = {
  "@keyward/core/": "packages/core/src/",
  "@keyward/sdk/": "packages/sdk/src/",
} as const;

for (const source of shippedSources()) {
  test(`layers: ${source.path} imports only what its layer may know`, () => {
    const layer = layerOf(source.path);
    assert.ok(layer, `${source.path} stands in no layer`);
    for (const specifier of importsOf(source)) {
      const target = ownFile(source.path, specifier);
      const complaint: string | undefined =
        target === undefined
          ? packageComplaint(layer, specifier)
          : layerComplaint(layer, layerOf(target), target);
      assert.equal(complaint, undefined);
    }
  });
}

test("layers: an import of an outer layer, of Node in core and of an unknown package are seen", () => {
  const core = layerOf("packages/core/src/verdict/decide.ts");
  assert.ok(core);
  const server = "packages/server/src/http/app.ts";
  assert.match(layerComplaint(core, layerOf(server), server) ?? "", /may not know/);
  assert.match(packageComplaint(core, "node:fs") ?? "", /may not use/);
  assert.match(packageComplaint(core, "left-pad") ?? "", /may not use/);
});

test("layers: ARCHITECTURE.md prints the table", () => {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const printed = text.split("\n").filter((line) => line.startsWith("| `packages/"));
  assert.deepEqual(printed, LAYERS.map(printLayer));
});

function printLayer({ path, knows, packages }: Layer): string {
  const names = knows.map((known) => `\`${shortName(known)}\``).join(", ");
  const others = packages.map((name) => `\`${name}\``).join(", ");
  return `| \`${path}\` | ${names || "–"} | ${others || "–"} |`;
}

function shortName(path: string): string {
  return path.replace(/^packages\//, "").replace("/src", "");
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.filter(
    (layer) =>
      path === layer.path || path.startsWith(`${layer.path}/`) || path === `${layer.path}.ts`,
  )
    .sort((a, b) => b.path.length - a.path.length)
    .at(0);
}

/** The file of ours that a specifier names; `undefined` when it is somebody else's package. */
function ownFile(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  for (const [prefix, folder] of Object.entries(OWN_PACKAGES)) {
    if (specifier.startsWith(prefix)) return `${folder}${specifier.slice(prefix.length)}.ts`;
  }
  return undefined;
}

function layerComplaint(layer: Layer, target: Layer | undefined, file: string): string | undefined {
  if (target === layer || (target !== undefined && layer.knows.includes(target.path))) {
    return undefined;
  }
  return `${layer.path} may not know ${file}`;
}

function packageComplaint(layer: Layer, specifier: string): string | undefined {
  const named = layer.packages.some(
    (name) => specifier === name || specifier.startsWith(`${name}/`),
  );
  const isNode = specifier.startsWith("node:") && layer.packages.includes("node:*");
  return named || isNode ? undefined : `${layer.path} may not use ${specifier}`;
}
