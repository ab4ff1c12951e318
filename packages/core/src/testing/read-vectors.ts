// For tests alone: reads a file of spec/vectors and holds it to its form.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** One case of a vector file: its name is a guarantee, and `given` and `expect` are the file's own. */
export interface Vector<Given extends object> {
  readonly name: string;
  readonly given: Given;
  readonly expect: unknown;
}

/**
 * Reads `spec/vectors/<file>`. Refuses fields that the runner does not know and names that occur twice, so that no case
 * passes because part of it was not read.
 */
export function readVectors<Given extends object>(
  file: string,
  givenFields: readonly (keyof Given & string)[],
): readonly Vector<Given>[] {
  const path = new URL(`../../../../spec/vectors/${file}`, import.meta.url);
  const vectors: readonly Vector<Given>[] = JSON.parse(readFileSync(path, "utf8"));
  const known = new Set<string>(givenFields);
  const names = new Set<string>();
  for (const { name, given, ...rest } of vectors) {
    assert.deepEqual(Object.keys(rest), ["expect"], name);
    assert.deepEqual(
      Object.keys(given).filter((field) => !known.has(field)),
      [],
      name,
    );
    assert.ok(!names.has(name), `two vectors are named: ${name}`);
    names.add(name);
  }
  return vectors;
}
