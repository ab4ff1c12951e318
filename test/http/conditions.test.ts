import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeThings } from "./requests.ts";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

let server: TestServer;

before(async () => {
  server = await startTestServer();
});
after(async () => await server.stop());

test("an answer about one thing has its rev as ETag, and a write says its rev", async () => {
  const { key } = await makeThings(server);
  const read = await server.call("GET", `/v1/keys/${key}`);
  assert.equal(read.headers.get("etag"), `"${read.json.rev}"`);
  assert.equal(read.headers.get("keyward-rev"), null);
  const written = await server.call("PATCH", `/v1/keys/${key}`, { body: { name: "new" } });
  assert.equal(written.headers.get("etag"), `"${written.json.rev}"`);
  assert.equal(written.headers.get("keyward-rev"), String(written.json.rev));
});

test("of two changes to what was read at the same time, the second is refused", async () => {
  const { key } = await makeThings(server);
  const etag = (await server.call("GET", `/v1/keys/${key}`)).headers.get("etag") ?? "";
  const change = (name: string) =>
    server.call("PATCH", `/v1/keys/${key}`, { body: { name }, headers: { "if-match": etag } });
  assert.equal((await change("first")).status, 200);
  const second = await change("second");
  assert.equal(second.status, 412);
  assert.equal(second.json.code, "precondition_failed");
  assert.equal((await server.call("GET", `/v1/keys/${key}`)).json.name, "first");
});

test("If-Match: * matches whatever there is", async () => {
  const { key } = await makeThings(server);
  const headers = { "if-match": "*" };
  const answer = await server.call("PATCH", `/v1/keys/${key}`, { body: { name: "new" }, headers });
  assert.equal(answer.status, 200);
});

test("an If-Match that cannot protect is refused, not ignored", async () => {
  const { key, api } = await makeThings(server);
  const refused = [
    'W/"7"',
    '"7", "8"',
    "7",
    '""',
    '"x"',
    '"07"',
    '"-1"',
    '"7" ',
    '"99999999999999999"',
  ];
  for (const value of refused.filter((each) => each.trim() === each)) {
    const headers = { "if-match": value };
    const { status, json } = await server.call("PATCH", `/v1/keys/${key}`, { body: {}, headers });
    assert.equal(status, 400, value);
    assert.equal(json.code, "invalid_header");
    assert.equal(json.errors[0]?.pointer, "header/if-match");
  }
  const body = { name: "things:read" };
  const unconditional = await server.call("POST", `/v1/apis/${api}/scopes`, {
    body,
    headers: { "if-match": '"1"' },
  });
  assert.equal(unconditional.status, 400);
});

test("every problem of the input is named, with its place, and no value is repeated", async () => {
  const { status, json, text, headers } = await server.call("POST", "/v1/keys", {
    body: {
      name: "",
      owner: 7,
      environment: "prod-secret-value",
      scopes: ["Not A Scope"],
      restrictions: { ips: ["300.1.2.3"], "a/b~c": 1 },
      colour: "vermilion",
    },
  });
  assert.equal(status, 400);
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(json.type, "/docs/errors#invalid_request");
  const found = new Map(json.errors.map(({ pointer, code }) => [pointer, code]));
  assert.equal(found.get("/api"), "required");
  assert.equal(found.get("/name"), "too_short");
  assert.equal(found.get("/owner"), "wrong_type");
  assert.equal(found.get("/environment"), "invalid");
  assert.equal(found.get("/scopes/0"), "invalid");
  assert.equal(found.get("/restrictions/a~1b~0c"), "unknown_field");
  assert.equal(found.get("/colour"), "unknown_field");
  for (const value of ["prod-secret-value", "Not A Scope", "300.1.2.3", "vermilion"]) {
    assert.ok(!text.includes(value), value);
  }
});

test("T29: a key that strayed into a name is not shown in the problem", async () => {
  const { credential } = await makeThings(server);
  const { text } = await server.call("POST", "/v1/owners", { body: { [credential]: 1 } });
  assert.ok(text.includes("unknown_field"));
  assert.ok(!text.includes(credential.slice(12)), text);
  const query = await server.call("GET", `/v1/keys?${credential}=1`);
  assert.equal(query.status, 400);
  assert.ok(!query.text.includes(credential.slice(12)), query.text);
});

test("an unknown path is 404, a method that is not offered 405 with those that are", async () => {
  assert.equal((await server.call("GET", "/v1/nothing")).json.code, "not_found");
  const { status, json, headers } = await server.call("PUT", "/v1/keys");
  assert.equal(status, 405);
  assert.equal(json.code, "method_not_allowed");
  assert.equal(headers.get("allow"), "GET, HEAD, POST");
  const verify = await server.call("GET", "/v1/verify");
  assert.equal(verify.status, 405);
  assert.equal(verify.headers.get("allow"), "POST");
});

test("HEAD is GET without the body, credential and all", async () => {
  const head = await server.call("HEAD", "/v1/keys");
  assert.equal(head.status, 200);
  assert.equal(head.text, "");
  assert.equal((await server.call("HEAD", "/v1/keys", { key: null })).status, 401);
});

test("T51, T53: every answer keeps browsers from keeping, framing, sniffing and sharing it", async () => {
  const paths = [
    "/",
    "/livez",
    "/readyz",
    "/docs",
    "/docs/errors",
    "/openapi.json",
    "/v1/keys",
    "/v1/verify",
    "/x",
  ];
  for (const path of paths) {
    const { headers } = await server.call("GET", path);
    assert.equal(headers.get("cache-control"), "no-store", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; .*frame-ancestors 'none'/, path);
    assert.ok(!policy.includes("unsafe"), path);
    assert.equal(headers.get("access-control-allow-origin"), null, path);
  }
});

test("T51: the pages hold no script, no inline style, and nothing of another origin", async () => {
  for (const path of ["/docs", "/docs/errors"]) {
    const { text } = await server.call("GET", path, { key: null });
    assert.doesNotMatch(
      text,
      /<script|<style|\sstyle=|\son[a-z]+=|(?:src|href)="(?:https?:)?\/\//,
      path,
    );
  }
});

test("T67: whatever Host says, links are those of the configured public URL", async () => {
  const configured = await startTestServer({
    environment: { KEYWARD_PUBLIC_URL: "https://keys.example.com/" },
  });
  try {
    const answer = await configured.call("GET", "/v1/keys", {
      key: null,
      headers: { "x-forwarded-host": "evil.example", forwarded: "host=evil.example" },
    });
    assert.equal(answer.json.type, "https://keys.example.com/docs/errors#unauthenticated");
  } finally {
    await configured.stop();
  }
});

test("the request id is the caller's own when it fits, and never a key", async () => {
  const { credential } = await makeThings(server);
  const idFor = async (id: string) => {
    const answer = await server.call("GET", "/v1/nothing", { headers: { "x-request-id": id } });
    assert.equal(answer.json.request_id, answer.headers.get("keyward-request-id"));
    return answer.json.request_id;
  };
  assert.equal(await idFor("4bf92f3577b34da6a3ce929d0e0e4736"), "4bf92f3577b34da6a3ce929d0e0e4736");
  for (const id of ["short", "x".repeat(65), "has blank in it", credential]) {
    assert.match(await idFor(id), /^req_[\w-]{20}$/, id);
  }
});
