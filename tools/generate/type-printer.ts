// Prints a JSON Schema, as Zod makes it of the contract, as a TypeScript type.

/** As much of JSON Schema as the contract's shapes come out as. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly description?: string;
  readonly default?: unknown;
}

/** What is sent may say `undefined` for what it leaves out; what is received leaves it out. */
export type Direction = "sent" | "received";

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
};

/** @throws Error for a schema that has no faithful type here: better no client than one that is wrong */
export function printType(schema: JsonSchema, direction: Direction, indent = ""): string {
  if (schema.$ref !== undefined) return schema.$ref.replace("#/$defs/", "");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return printUnion(alternatives, direction, indent);
  if (typeof schema.type !== "string") return printTypes(schema, direction, indent);
  if (schema.type === "array") return printArray(schema.items ?? {}, direction, indent);
  if (schema.type === "object") return printObject(schema, direction, indent);
  const primitive = PRIMITIVES[schema.type];
  if (primitive === undefined) throw new Error(`there is no type for ${JSON.stringify(schema)}`);
  return primitive;
}

function printUnion(schemas: readonly JsonSchema[], direction: Direction, indent: string): string {
  return [...new Set(schemas.map((schema) => printType(schema, direction, indent)))].join(" | ");
}

function printTypes(schema: JsonSchema, direction: Direction, indent: string): string {
  if (typeof schema.type === "object") {
    return printUnion(
      schema.type.map((type) => ({ ...schema, type })),
      direction,
      indent,
    );
  }
  const { description: _description, default: _default, ...rest } = schema;
  if (Object.keys(rest).length === 0) return "unknown";
  throw new Error(`there is no type for ${JSON.stringify(schema)}`);
}

function printArray(items: JsonSchema, direction: Direction, indent: string): string {
  const item = printType(items, direction, indent);
  return `readonly ${/ \| /.test(item) ? `(${item})` : item}[]`;
}

function printObject(schema: JsonSchema, direction: Direction, indent: string): string {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0 && typeof schema.additionalProperties === "object") {
    const value = printType(schema.additionalProperties, direction, indent);
    return `Readonly<Record<string, ${value}>>`;
  }
  const inner = `${indent}  `;
  const lines = properties.map(([name, property]) => {
    const optional = !schema.required?.includes(name);
    const orUndefined = optional && direction === "sent" ? " | undefined" : "";
    const type = printType(property, direction, inner) + orUndefined;
    return `${printComment(property, inner)}${inner}readonly ${printName(name)}${optional ? "?" : ""}: ${type};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

function printComment({ description, default: byDefault }: JsonSchema, indent: string): string {
  const defaults = byDefault === undefined ? undefined : `Default: ${JSON.stringify(byDefault)}`;
  const text = [description, defaults].filter((part) => part !== undefined).join(". ");
  return text === "" ? "" : `${indent}/** ${commentSafe(text)} */\n`;
}

export function commentSafe(text: string): string {
  return text.replaceAll("*/", "*\\/");
}

export function printName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
