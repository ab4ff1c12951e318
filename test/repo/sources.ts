import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript that ships: no tests, nothing generated. */
export function shippedSources(): readonly SourceFile[] {
  return globSync("packages/*/src/**/*.{ts,tsx}", { cwd: ROOT })
    .filter((path) => !/\.(?:test|types|generated|contract)\.tsx?$|\/testing\//.test(path))
    .map(readSource);
}

export function readSource(path: string): SourceFile {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

const SPECIFIER =
  /^(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm;

/** What a file imports, type imports included: a type is knowledge too. */
export function importsOf({ text }: SourceFile): readonly string[] {
  return [...text.matchAll(SPECIFIER)].flatMap(([, from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic;
    return specifier === undefined ? [] : [specifier];
  });
}
