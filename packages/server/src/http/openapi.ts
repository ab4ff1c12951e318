// OpenAPI 3.1, derived from the contract: a fact that is not in the table is not in the document.
import { z } from "zod";
import type { FailureCode } from "@keyward/core/failure/failures";
import {
  BODY_FAILURES,
  CALLER_FAILURES,
  PORTAL_FAILURES,
  SHARED_FAILURES,
  WRITE_FAILURES,
} from "../contract/operation.ts";
import type { Operation } from "../contract/operation.ts";
import { OPERATION_IDS, OPERATIONS } from "../contract/operations.ts";
import { ANYONE, isGranted, permissionMeaning, PORTAL_VISITOR } from "../contract/permissions.ts";
import { EXAMPLES } from "./openapi-examples.ts";
import type { Example } from "./openapi-examples.ts";
import { describeProblem, PROBLEM_MEDIA_TYPE } from "./problem.ts";

/** JSON as a document holds it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export interface OpenApiOptions {
  readonly version: string;
  readonly publicUrl: string | undefined;
}

export function openApiDocument({ version, publicUrl }: OpenApiOptions): JsonObject {
  const components = new Components();
  components.add("Problem", PROBLEM_SCHEMA);
  const paths: Record<string, Record<string, Json>> = {};
  for (const id of OPERATION_IDS) {
    const operation: Operation = OPERATIONS[id];
    const path = (paths[operation.path] ??= {});
    path[operation.method.toLowerCase()] = operationObject(id, operation, components);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Keyward",
      version,
      summary: "Issue, verify, limit, rotate and revoke the keys of an API.",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl ?? "/" }],
    security: [...KEY_SECURITY, { session: [] }],
    tags: tagObjects(),
    paths,
    components: {
      schemas: components.schemas(),
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

/** Every code that an operation may fail with, in the order of their statuses. */
export function failuresOf(operation: Operation): readonly FailureCode[] {
  const codes = new Set<FailureCode>([
    ...SHARED_FAILURES,
    ...callerFailures(operation),
    ...(operation.body === undefined ? [] : BODY_FAILURES),
    ...(isWrite(operation) ? WRITE_FAILURES : []),
    ...operation.failures,
  ]);
  return [...codes].sort(
    (one, other) => describeProblem(one).status - describeProblem(other).status,
  );
}

function isWrite({ effect }: Operation): boolean {
  return effect === "write" || effect === "portal_write";
}

function callerFailures({ permission }: Operation): readonly FailureCode[] {
  if (permission === ANYONE) return [];
  return permission === PORTAL_VISITOR ? PORTAL_FAILURES : CALLER_FAILURES;
}

const DESCRIPTION = [
  "Everything under `/v1` takes a management key: a key of the workspace's built-in api. What manages takes the session of a member as well.",
  "JSON is in snake case; instants are RFC 3339 in UTC; durations are in seconds.",
  "Errors are RFC 9457 problems with a stable `code`; every code is explained at `/docs/errors`.",
  "Unknown fields and parameters are refused, so a misspelt one is never silently without effect.",
].join("\n\n");

const PROBLEM_SCHEMA: JsonObject = {
  type: "object",
  required: ["type", "title", "status", "code", "detail", "request_id"],
  properties: {
    type: { type: "string", format: "uri-reference", description: "Where the code is explained" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable; branch on this" },
    detail: { type: "string", description: "For a person; may change" },
    request_id: { type: "string", description: "Also in the header Keyward-Request-Id" },
    errors: {
      type: "array",
      description: "Everything that is wrong with the input",
      items: {
        type: "object",
        required: ["pointer", "code", "detail"],
        properties: {
          pointer: {
            type: "string",
            description: "RFC 6901 into the body; or query/NAME, path/NAME, header/NAME",
          },
          code: { type: "string" },
          detail: { type: "string" },
        },
      },
    },
  },
};

const KEY_SECURITY: readonly JsonObject[] = [{ bearer: [] }, { apiKey: [] }, { basic: [] }];

const SECURITY_SCHEMES: JsonObject = {
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-kw_sid",
    description:
      "The session of a member, for our own pages. Everything but GET needs the header `X-Keyward-CSRF: 1` as well. Over plain http the cookie is `kw_sid`.",
  },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "`Authorization: Bearer KEY`; or the scheme `api-key`",
  },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
  basic: { type: "http", scheme: "basic", description: "The key as user name, no password" },
};

const HEADERS: JsonObject = {
  RequestId: {
    description:
      "Names the request in logs and audit events; yours, if you sent a fitting `X-Request-Id`",
    schema: { type: "string" },
  },
  Rev: {
    description: "Send it as `min_rev` of a verification that must know of this write",
    schema: { type: "string" },
  },
  ETag: {
    description: "Send it as `If-Match` of a change that must not overwrite another",
    schema: { type: "string" },
  },
  Replayed: {
    description:
      "`true`: this is the first answer to this Idempotency-Key, and nothing was done again",
    schema: { type: "string" },
  },
  Challenge: { description: "RFC 6750 §3", schema: { type: "string" } },
};

function tagObjects(): Json {
  const names = OPERATION_IDS.map((id) => (OPERATIONS[id] as Operation).tag);
  return [...new Set(names)].map((name) => ({ name }));
}

/** The named schemas, each once. */
class Components {
  readonly #schemas: Record<string, JsonObject> = {};

  add(name: string, schema: JsonObject): void {
    this.#schemas[name] = schema;
  }

  schemas(): JsonObject {
    return this.#schemas;
  }

  /** Moves what has a name of its own here, and refers to it. */
  of(schema: z.ZodType): JsonObject {
    const printed = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
    // A schema of ours is plain JSON: it is printed as such and read back, with the references redirected.
    const text = JSON.stringify(printed).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { $schema: _schema, $defs = {}, ...rest } = JSON.parse(text) as JsonObject;
    for (const [name, definition] of Object.entries($defs as Record<string, JsonObject>)) {
      this.add(name, definition);
    }
    return rest;
  }
}

function operationObject(id: string, operation: Operation, components: Components): JsonObject {
  const { summary, description, tag, permission, body, bodyOptional } = operation;
  const example = EXAMPLES[id];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [
      description,
      isGranted(permission)
        ? `Needs the permission \`${permission}\`: ${permissionMeaning(permission)}.`
        : `For ${permission}: ${permissionMeaning(permission)}.`,
    ]
      .filter((text) => text !== undefined)
      .join("\n\n"),
    parameters: parametersOf(operation, components),
    ...(body && {
      requestBody: {
        required: bodyOptional !== true,
        content: {
          "application/json": { schema: components.of(body), ...exampleOf(example?.request) },
        },
      },
    }),
    responses: responsesOf(operation, components, example),
    ...securityOf(operation),
  };
}

/** Where it is not as of the whole document: a session is for the management of Keyward. */
function securityOf({ permission, effect }: Operation): JsonObject {
  if (permission === ANYONE) return { security: [] };
  if (permission === PORTAL_VISITOR) return { security: KEY_SECURITY };
  return effect === "decide" || effect === "feed" ? { security: KEY_SECURITY } : {};
}

function parametersOf(operation: Operation, components: Components): Json {
  return [
    ...placed("path", components.of(operation.params)),
    ...placed("query", components.of(operation.query)),
    ...(operation.idempotent ? [IDEMPOTENCY_KEY] : []),
    ...(operation.conditional ? [IF_MATCH] : []),
  ];
}

const IDEMPOTENCY_KEY: JsonObject = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "1 to 255 visible ASCII characters. The same request with the same key, within 24 hours, gets the first answer and does nothing again; an answer with a secret is kept for 10 minutes.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

const IF_MATCH: JsonObject = {
  name: "If-Match",
  in: "header",
  description:
    "The ETag that you have read, or `*`. Fails with `precondition_failed` if it has changed since.",
  schema: { type: "string", examples: ['"7"'] },
};

function placed(place: "path" | "query", schema: JsonObject): readonly JsonObject[] {
  const { properties = {}, required = [] } = schema as {
    readonly properties?: Readonly<Record<string, JsonObject>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property;
    const isRequired = place === "path" || required.includes(name);
    return { name, in: place, required: isRequired, description: description ?? "", schema };
  });
}

function responsesOf(
  operation: Operation,
  components: Components,
  example: Example | undefined,
): JsonObject {
  const success = {
    description: operation.reveals ? "Done. The secret is shown this once." : "Done",
    headers: successHeaders(operation),
    ...(operation.streams && { content: { [operation.streams]: { schema: { type: "string" } } } }),
    ...(operation.response && {
      content: {
        "application/json": {
          schema: components.of(operation.response),
          ...exampleOf(example?.response),
        },
      },
    }),
  };
  return { [operation.status]: success, ...failureResponses(operation) };
}

function successHeaders(operation: Operation): JsonObject {
  return {
    "Keyward-Request-Id": header("RequestId"),
    ...(operation.effect === "write" ? { "Keyward-Rev": header("Rev") } : {}),
    ...(operation.conditional ? { ETag: header("ETag") } : {}),
    ...(operation.idempotent ? { "Idempotency-Replayed": header("Replayed") } : {}),
  };
}

function header(name: keyof typeof HEADERS): JsonObject {
  return { $ref: `#/components/headers/${name}` };
}

function failureResponses(operation: Operation): JsonObject {
  const byStatus = Map.groupBy(failuresOf(operation), (code) => describeProblem(code).status);
  const responses: Record<string, Json> = {};
  for (const [status, codes] of byStatus) {
    const lines = codes.map((code) => `- \`${code}\`: ${describeProblem(code).title}`);
    responses[status] = {
      description: lines.join("\n"),
      headers: {
        "Keyward-Request-Id": header("RequestId"),
        ...(status === 401 ? { "WWW-Authenticate": header("Challenge") } : {}),
      },
      content: {
        [PROBLEM_MEDIA_TYPE]: {
          schema: {
            allOf: [
              { $ref: "#/components/schemas/Problem" },
              { type: "object", properties: { code: { enum: codes } } },
            ],
          },
        },
      },
    };
  }
  return responses;
}

function exampleOf(example: JsonObject | undefined): JsonObject {
  return example === undefined ? {} : { example };
}
