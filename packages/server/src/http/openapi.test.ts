import assert from "node:assert/strict";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import type { Operation } from "../contract/operation.ts";
import { OPERATION_IDS, OPERATIONS } from "../contract/operations.ts";
import { EXAMPLES } from "./openapi-examples.ts";
import { openApiDocument } from "./openapi.ts";

const document = openApiDocument({ version: "0.0.0", publicUrl: undefined });

test("the document is valid OpenAPI 3.1, and all of its references lead somewhere", async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  assert.deepEqual(result.errors, undefined);
  assert.equal(result.valid, true);
  assert.equal(validator.version, "3.1");
  validator.resolveRefs();
});

test("every operation of the contract is in the document, and nothing else is", () => {
  const paths = document["paths"] as Record<string, Record<string, { operationId: string }>>;
  const described = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  assert.deepEqual(described.sort(), [...OPERATION_IDS].sort());
});

test("each example is what its operation takes and answers", () => {
  for (const [id, { request, response }] of Object.entries(EXAMPLES)) {
    const operation: Operation = OPERATIONS[id as keyof typeof OPERATIONS];
    assert.equal(operation.body?.safeParse(request).error, undefined, `${id} request`);
    assert.equal(operation.response?.safeParse(response).error, undefined, `${id} response`);
  }
});
