import assert from "node:assert/strict";
import { test } from "node:test";
import { bootProblems } from "./boot-check.ts";

const problems = (nodeVersion: string, ...nodeOptions: string[]) =>
  bootProblems({ nodeVersion, nodeOptions });

test("T27: a Node older than 24.14.1 is refused", () => {
  for (const version of ["20.20.2", "24.13.9", "24.14.0"]) {
    assert.deepEqual(problems(version), [`Node ${version} is too old: 24.14.1 is needed`]);
  }
  for (const version of ["24.14.1", "24.15.0", "25.0.0", "26.10.0"]) {
    assert.deepEqual(problems(version), []);
  }
});

test("T28: a careless HTTP parser is refused, wherever it was asked for", () => {
  const refused = ["--insecure-http-parser lets requests be smuggled: start Node without it"];
  assert.deepEqual(problems("26.0.0", "--insecure-http-parser"), refused);
  assert.deepEqual(problems("26.0.0", "", "--enable-source-maps --insecure-http-parser"), refused);
});
