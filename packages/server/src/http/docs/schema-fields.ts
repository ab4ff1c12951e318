// A JSON Schema as rows that a person reads.
import type { JsonObject } from "../openapi.ts";

/** The words of JSON Schema that the contract's schemas use. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly (string | number | null)[];
  readonly const?: string | number;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface FieldRow {
  /** `restrictions.routes[].path` */
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Meaning, bounds and default. */
  readonly notes: string;
}

/** Every field, those within objects and lists included. */
export function fieldRows(schema: JsonObject): readonly FieldRow[] {
  return rowsOf(schema, "");
}

function rowsOf(schema: Schema, prefix: string): readonly FieldRow[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const row = {
      name: prefix + name,
      type: typeOf(field),
      isRequired: required.includes(name),
      notes: notesOf(field),
    };
    return [[row], childRows(field, row.name)].flat();
  });
}

function childRows(field: Schema, path: string): readonly FieldRow[] {
  if (field.properties) return rowsOf(field, `${path}.`);
  if (field.items) return childRows(field.items, `${path}[]`);
  return field.anyOf?.flatMap((choice) => childRows(choice, path)) ?? [];
}

/** `string`, `Key[]`, `"live" | "test"`, `object | null`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.items) return `${bracketed(typeOf(schema.items))}[]`;
  if (schema.format === "date-time") return "instant";
  return [schema.type ?? "any"].flat().join(" | ");
}

function bracketed(type: string): string {
  return type.includes(" ") ? `(${type})` : type;
}

function notesOf(schema: Schema): string {
  const notes = [
    schema.description && `${schema.description}.`,
    range(schema.minLength, schema.maxLength, "characters"),
    range(schema.minItems, schema.maxItems, "entries"),
    range(schema.minimum, bounded(schema.maximum), ""),
    schema.default !== undefined && `Default: \`${JSON.stringify(schema.default)}\`.`,
  ];
  return notes
    .filter((note) => typeof note === "string")
    .join(" ")
    .replaceAll("..", ".");
}

/** A bound that is only that of the number type says nothing. */
function bounded(maximum: number | undefined): number | undefined {
  return maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
}

function range(min: number | undefined, max: number | undefined, unit: string): string | undefined {
  const words = unit === "" ? "" : ` ${unit}`;
  if (min !== undefined && max !== undefined) return `${min} to ${max}${words}.`;
  if (max !== undefined) return `At most ${max}${words}.`;
  return min !== undefined && min > Number.MIN_SAFE_INTEGER
    ? `At least ${min}${words}.`
    : undefined;
}
