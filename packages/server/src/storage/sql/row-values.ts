// Values of columns, read. Reading asserts what writing promised: a row that no record could have made is damage.
import { strict as assert } from "node:assert";
import { parseId } from "@keyward/core/id";
import type { Id, IdKind } from "@keyward/core/id";
import type { JsonValue } from "@keyward/core/model/metadata";
import { instant } from "@keyward/core/time";
import type { Instant } from "@keyward/core/time";

export function id<Kind extends IdKind>(kind: Kind, text: string): Id<Kind> {
  const parsed = parseId(kind, text);
  assert.ok(parsed !== undefined, `not the id of a ${kind}`);
  return parsed;
}

export function oneOf<Value extends string>(values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text);
  assert.ok(found !== undefined, `${text} is none of ${values.join(", ")}`);
  return found;
}

export function boolean(value: number): boolean {
  assert.ok(value === 0 || value === 1, "a boolean is 0 or 1");
  return value === 1;
}

export function instantOrNull(value: number | null): Instant | null {
  return value === null ? null : instant(value);
}

export function arrayFromText(text: string): readonly JsonValue[] {
  const value: unknown = JSON.parse(text);
  assert.ok(Array.isArray(value), "a list is an array");
  return value as readonly JsonValue[];
}

export function objectFromText(text: string): { readonly [name: string]: JsonValue } {
  const value: JsonValue = JSON.parse(text) as JsonValue;
  assertObject(value);
  return value;
}

export function assertObject(
  value: JsonValue,
): asserts value is { readonly [name: string]: JsonValue } {
  assert.ok(
    typeof value === "object" && value !== null && !Array.isArray(value),
    "an object was expected",
  );
}
