// Writes the typed half of `@keyward/sdk/client` from the contract, so that the two cannot differ.
import { z } from "zod";
import type { Operation } from "../../packages/server/src/contract/operation.ts";
import { OPERATIONS } from "../../packages/server/src/contract/operations.ts";
import { commentSafe, printName, printType } from "./type-printer.ts";
import type { Direction, JsonSchema } from "./type-printer.ts";

/** Types whose fields depend on each other as no JSON Schema of ours says; they are written by hand over `…Fields`. */
const REFINED: Readonly<Record<string, string>> = { Verdict: "./verdict.ts" };

interface Described {
  readonly id: string;
  readonly operation: Operation;
  readonly params: readonly string[];
  readonly query: JsonSchema | undefined;
  readonly body: JsonSchema | undefined;
  readonly response: JsonSchema | undefined;
  /** Where the cursor of the next page goes. */
  readonly pages: "query" | "body" | undefined;
}

/** The text of `packages/sdk/src/client/operations.generated.ts`. */
export function generateClient(): string {
  // The feed is a protocol of its own, which verifiers speak without this client.
  const operations = Object.entries<Operation>(OPERATIONS)
    .filter(([, { effect, clientless }]) => effect !== "feed" && !clientless)
    .map(([id, each]) => describe(id, each));
  return [
    "// Generated from the contract by `npm run generate`. Do not edit.\n",
    'import type { CallOptions } from "./options.ts";\n',
    ...Object.entries(REFINED).map(([name, file]) => `import type { ${name} } from "${file}";\n`),
    "\n/** One page of a list; `next_cursor` asks for the next one, and is null on the last. */\n",
    "export interface Page<Item> {\n  readonly data: readonly Item[];\n  readonly next_cursor: string | null;\n}\n",
    ...printNamedTypes(operations),
    ...operations.flatMap(printRequestTypes),
    printOperationTypes(operations),
    printMethods(operations),
    printTable(operations),
  ].join("");
}

function describe(id: string, operation: Operation): Described {
  const query = withFields(querySchema(operation.query));
  const body = operation.body && schemaOf(operation.body, "sent");
  const response = operation.response && schemaOf(operation.response, "received");
  const params = Object.keys(schemaOf(operation.params, "sent").properties ?? {});
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (params.join() !== inPath.join()) throw new Error(`${id}: params are not those of its path`);
  const pages = query?.properties?.["cursor"] ? "query" : undefined;
  const inBody = body?.properties?.["cursor"] ? "body" : undefined;
  return { id, operation, params, query, body, response, pages: pages ?? inBody };
}

function withFields(schema: JsonSchema): JsonSchema | undefined {
  return Object.keys(schema.properties ?? {}).length > 0 ? schema : undefined;
}

function schemaOf(schema: z.ZodType, direction: Direction): JsonSchema {
  const io = direction === "sent" ? "input" : "output";
  return z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
}

/** In a URL everything is text; a caller writes what the operation reads there, such as a number. */
function querySchema(query: z.ZodType): JsonSchema {
  const sent = schemaOf(query, "sent");
  const parsed = schemaOf(query, "received").properties ?? {};
  const properties = Object.entries(sent.properties ?? {}).map(([name, schema]) => {
    const type = parsed[name]?.type;
    return [name, type === "number" || type === "boolean" ? { ...schema, type } : schema];
  });
  return { ...sent, properties: Object.fromEntries(properties) as Record<string, JsonSchema> };
}

function printNamedTypes(operations: readonly Described[]): string[] {
  const named = new Map<string, string>();
  for (const { query, body, response } of operations) {
    for (const schema of [response, query, body]) {
      const direction = schema === response ? "received" : "sent";
      for (const [name, definition] of Object.entries(schema?.$defs ?? {})) {
        named.set(name, printNamed(name, definition, direction));
      }
    }
  }
  return [...named.keys()].sort().map((name) => named.get(name) ?? "");
}

function printNamed(name: string, schema: JsonSchema, direction: Direction): string {
  const type = printType(schema, direction);
  if (schema.anyOf ?? schema.oneOf) return `\nexport type ${name} = ${type};\n`;
  return `\nexport interface ${name in REFINED ? `${name}Fields` : name} ${type}\n`;
}

function printRequestTypes({ id, query, body }: Described): string[] {
  return [
    ...(query ? [`\nexport interface ${pascal(id)}Query ${printType(query, "sent")}\n`] : []),
    ...(body ? [`\nexport interface ${pascal(id)}Body ${printType(body, "sent")}\n`] : []),
  ];
}

function printOperationTypes(operations: readonly Described[]): string {
  const lines = operations.map((each) => {
    const input = [
      ...(each.params.length > 0 ? [`readonly params: { ${paramFields(each)} }`] : []),
      ...dataOf(each).map(({ where, type, optional }) => {
        return `readonly ${where}${optional ? "?: " : ": "}${type}${optional ? " | undefined" : ""}`;
      }),
    ];
    const fields = input.length > 0 ? `{ ${input.join("; ")} }` : "object";
    return `  readonly "${each.id}": {\n    readonly input: ${fields};\n    readonly output: ${outputOf(each, "    ")};\n  };\n`;
  });
  return `\n/** What each operation takes and answers with. */\nexport interface Operations {\n${lines.join("")}}\n\nexport type OperationId = keyof Operations;\n`;
}

function paramFields({ params }: Described): string {
  return params.map((name) => `readonly ${name}: string`).join("; ");
}

interface Data {
  readonly where: "query" | "body";
  readonly type: string;
  readonly optional: boolean;
}

/** The body before the query: of two, the body is what a method takes as an argument of its own. */
function dataOf({ id, operation, query, body }: Described): readonly Data[] {
  const optional = operation.bodyOptional === true;
  return [
    ...(body ? [{ where: "body" as const, type: `${pascal(id)}Body`, optional }] : []),
    ...(query ? [{ where: "query" as const, type: `${pascal(id)}Query`, optional: true }] : []),
  ];
}

function outputOf({ response }: Described, indent: string): string {
  if (response === undefined) return "undefined";
  const fields = Object.keys(response.properties ?? {}).join();
  const items = response.properties?.["data"]?.items;
  const isPage = fields === "data,next_cursor" && items !== undefined;
  return isPage
    ? `Page<${printType(items, "received", indent)}>`
    : printType(response, "received", indent);
}

interface Group {
  method?: Described;
  readonly members: Map<string, Group>;
}

function printMethods(operations: readonly Described[]): string {
  const root: Group = { members: new Map() };
  for (const each of operations) {
    let group = root;
    for (const name of each.id.split(".")) {
      const member = group.members.get(name) ?? { members: new Map() };
      group.members.set(name, member);
      group = member;
    }
    group.method = each;
  }
  return `\n/** The operations as methods: path parameters first, then the query or the body, then options. */\nexport interface Methods ${printGroup(root, "")}\n`;
}

function printGroup(group: Group, indent: string): string {
  const inner = `${indent}  `;
  const members = [...group.members].map(([name, member]) => {
    const { method } = member;
    if (method === undefined) return `${inner}readonly ${name}: ${printGroup(member, inner)};\n`;
    const doc = printDoc(method, inner);
    if (member.members.size === 0) return `${doc}${inner}${name}${printSignature(method, ": ")};\n`;
    const callable = printSignature(method, " => ");
    return `${doc}${inner}readonly ${name}: (${callable}) & ${printGroup(member, inner)};\n`;
  });
  return `{\n${members.join("")}${indent}}`;
}

function printSignature(each: Described, returns: string): string {
  const [argument, ...others] = dataOf(each);
  const fields = others.map(({ where, type }) => `readonly ${where}?: ${type} | undefined`);
  const parameters = [
    ...each.params.map((name) => `${name}: string`),
    ...(argument ? [`${argument.where}${argument.optional ? "?" : ""}: ${argument.type}`] : []),
    `options?: ${["CallOptions", ...fields.map((field) => `{ ${field} }`)].join(" & ")}`,
  ];
  return `(${parameters.join(", ")})${returns}Promise<Operations["${each.id}"]["output"]>`;
}

function printDoc({ operation }: Described, indent: string): string {
  const { summary, description, method, path } = operation;
  const lines = [`${summary}.`, ...(description ? [description] : []), `\`${method} ${path}\``];
  return `${indent}/**\n${lines.map((line) => `${indent} * ${commentSafe(line)}\n`).join(`${indent} *\n`)}${indent} */\n`;
}

function printTable(operations: readonly Described[]): string {
  const lines = operations.map((each) => {
    const { method, path, idempotent } = each.operation;
    const [data] = dataOf(each);
    const row = { method, path, data: data?.where, idempotent, pages: each.pages };
    const cells = Object.entries(row).filter(([, value]) => value !== undefined);
    return `  "${each.id}": { ${cells.map(([name, value]) => `${printName(name)}: ${JSON.stringify(value)}`).join(", ")} },\n`;
  });
  return `\nexport const OPERATIONS = {\n${lines.join("")}} as const;\n`;
}

function pascal(id: string): string {
  return id.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
