// The reference of the HTTP API, made of the contract: whatever an operation is, its entry says.
import type { Operation } from "../../contract/operation.ts";
import { OPERATION_IDS, OPERATIONS } from "../../contract/operations.ts";
import type { OperationId } from "../../contract/operations.ts";
import { isGranted, permissionMeaning } from "../../contract/permissions.ts";
import { failuresOf } from "../openapi.ts";
import type { JsonObject } from "../openapi.ts";
import { describeProblem } from "../problem.ts";
import { markup, inline, prose } from "./markup.ts";
import type { Content } from "./markup.ts";
import { introduction } from "./introduction.ts";
import { navigationGroup, page } from "./layout.ts";
import { fieldRows } from "./schema-fields.ts";

/** @param document of {@link openApiDocument}, so that page and document never differ */
export function referencePage(document: JsonObject): string {
  const byTag = Map.groupBy(OPERATION_IDS, (id) => (OPERATIONS[id] as Operation).tag);
  const schemas = (document["components"] as JsonObject)["schemas"] as Record<string, JsonObject>;
  return page({
    title: "HTTP API · Keyward",
    navigation: [
      [...byTag].map(([tag, ids]) => navigationGroup(tag, ids.map(linkOf))),
      navigationGroup(
        "Resources",
        Object.keys(schemas).map((name) => ({ id: `schema-${name}`, label: name })),
      ),
    ],
    content: [
      introduction(),
      [...byTag].map(([tag, ids]) => [
        heading(`tag-${tag.toLowerCase()}`, tag),
        ids.map((id) => operationEntry(id, document)),
      ]),
      heading("resources", "Resources"),
      Object.entries(schemas).map(([name, schema]) => resourceEntry(name, schema)),
    ],
  });
}

function linkOf(id: OperationId) {
  return { id, label: (OPERATIONS[id] as Operation).summary };
}

function heading(id: string, title: string): Content {
  return markup`<h2 id="${id}"><a href="#${id}">${title}</a></h2> `;
}

/** What the page reads of an operation of the document. */
interface Described {
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema: JsonObject;
  }[];
  readonly requestBody?: { readonly content: MediaTypes };
  readonly responses: Readonly<Record<string, { readonly content?: MediaTypes }>>;
}

type MediaTypes = Readonly<
  Record<string, { readonly schema: JsonObject; readonly example?: JsonObject }>
>;

function operationEntry(id: OperationId, document: JsonObject): Content {
  const operation: Operation = OPERATIONS[id];
  const { method, path, permission, summary, description, status } = operation;
  const paths = document["paths"] as Record<string, Record<string, unknown>>;
  const described = paths[path]?.[method.toLowerCase()] as Described;
  const request = described.requestBody?.content["application/json"];
  const response = described.responses[status]?.content?.["application/json"];
  return markup`<article id="${id}">
    <h3><a href="#${id}">${summary}</a></h3>
    <p class="route"><span class="method ${method}">${method}</span> ${path}</p>
    ${prose(description ?? "")}
    <p>
      ${isGranted(permission) ? markup`Permission: <code>${permission}</code>` : `For ${permission}:`}
      <span class="quiet">${permissionMeaning(permission)}</span
      >${operation.operatorOnly && markup`; in the operator's workspace only`}
    </p>
    ${parameterTable(described)}
    ${request && bodyTable(request.schema, operation.bodyOptional === true)}
    ${request?.example && example("Request", request.example)}
    <h4>Answer</h4>
    <p>
      <code>${status}</code>
      ${response ? resourceLink(response.schema) : "without a body"}${operation.reveals && ". It shows the secret, this once"}
    </p>
    ${response?.example && example("", response.example)}
    <h4>Errors</h4>
    <ul class="codes">
      ${failuresOf(operation).map(
        (code) =>
          markup`<li>
            <a href="/docs/errors#${code}"><code>${describeProblem(code).status} ${code}</code></a>
          </li> `,
      )}
    </ul>
  </article> `;
}

function parameterTable({ parameters }: Described): Content {
  if (parameters.length === 0) return undefined;
  const properties = Object.fromEntries(
    parameters.map(({ name, description, schema }) => [
      name,
      description ? { ...schema, description } : schema,
    ]),
  );
  const required = parameters.filter((each) => each.required).map(({ name }) => name);
  const places = new Map(parameters.map((each) => [each.name, each.in]));
  return markup`<h4>Parameters</h4>
    ${fieldTable({ properties, required }, (name) => places.get(name))}`;
}

function bodyTable(schema: JsonObject, isOptional: boolean): Content {
  return markup`<h4>Body${isOptional && " (may be left out)"}</h4>
    ${fieldTable(schema)}`;
}

function fieldTable(schema: JsonObject, placeOf?: (name: string) => string | undefined): Content {
  const rows = fieldRows(schema).map(
    ({ name, type, isRequired, notes }) =>
      markup`<tr>
        <td><code>${name}</code> ${isRequired && markup`<span class="must">required</span>`}</td>
        <td>${typeLinks(type)}${placeOf && markup` <span class="quiet">${placeOf(name)}</span>`}</td>
        <td>${inline(notes)}</td>
      </tr> `,
  );
  return markup`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Name</th>
          <th>Type</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** Names of resources begin with a capital, and lead to their entry. */
function typeLinks(type: string): readonly Content[] {
  return type
    .split(/([A-Z][A-Za-z]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? markup`<a href="#schema-${part}">${part}</a>`
        : markup`<span>${part}</span>`,
    );
}

function resourceLink(schema: JsonObject): Content {
  const reference = schema["$ref"];
  if (typeof reference === "string")
    return typeLinks(reference.slice(reference.lastIndexOf("/") + 1));
  const [list, cursor] = fieldRows(schema);
  if (list?.name !== "data") return undefined;
  const rest = cursor && markup`, <code>${cursor.name}</code>`;
  return [markup`<code>data</code>: `, typeLinks(list.type), rest];
}

function resourceEntry(name: string, schema: JsonObject): Content {
  return markup`<article id="schema-${name}">
    <h3><a href="#schema-${name}">${name}</a></h3>
    ${fieldTable(schema)}
  </article> `;
}

function example(title: string, value: JsonObject): Content {
  return markup`${title !== "" && markup`<h4>${title}</h4>`}
    <pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}
