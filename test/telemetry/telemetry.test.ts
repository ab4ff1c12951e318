// OpenTelemetry as its own SDK sends it: a server in a process of its own, and a collector that reads OTLP.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, credentials } from "@grpc/grpc-js";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";
import { callCheck } from "../gateways/grpc-client.ts";
import { EdgeProcess } from "../edge/edge-process.ts";
import { serverProcesses } from "../http/server-process.ts";
import type { StartedServer } from "../http/server-process.ts";
import { plain, startCollector } from "./collector.ts";

const { freshDirectory, start, started } = serverProcesses();
let collector: Awaited<ReturnType<typeof startCollector>>;
let server: StartedServer;
let secret: string;
let keyId: string;

before(async () => {
  collector = await startCollector();
  server = await started({ KEYWARD_DATA: freshDirectory(), ...collector.environment });
  const api = { name: "acme", prefix: "acme", audience: "https://a.test", scopes: ["a:read"] };
  const made = await ask("POST", "/v1/apis", { body: api });
  const key = { api: made.json.id, name: "bar", owner: "cus_42", environment: "live" };
  const created = await ask("POST", "/v1/keys", { body: key });
  ({ id: keyId, secret } = created.json);
});
after(() => collector.stop());

interface Asked {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(method: string, path: string, { body, headers = {} }: Asked = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      ...(body && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as { readonly id: string; readonly secret: string };
  return { json, status: response.status, headers: response.headers };
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const traceparent = `00-${TRACE}-${PARENT}-01`;

test("W3C Trace Context: a request of management is a span in the trace of who asked, with a span for each step of storage", async () => {
  const headers = { traceparent };
  const answer = await ask("PATCH", `/v1/keys/${keyId}`, { body: { name: "baz" }, headers });
  assert.equal(answer.status, 200);
  const span = await collector.span("PATCH /v1/keys/{key}", TRACE);
  assert.deepEqual([span.kind, span.parentSpanId, span.status.code], [2, PARENT, 0]);
  assert.deepEqual(plain(span.attributes), {
    "http.request.method": "PATCH",
    "url.scheme": "http",
    "http.route": "/v1/keys/{key}",
    "http.response.status_code": 200,
    "keyward.request.id": answer.headers.get("keyward-request-id"),
  });
  const write = await collector.span("storage.write", TRACE);
  assert.deepEqual([write.kind, write.parentSpanId], [3, span.spanId]);
  assert.deepEqual(plain(write.attributes), {
    "db.system.name": "sqlite",
    "db.operation.name": "write",
  });
});

test("a verification is a span that says how it ended, and a batch one that says it of each", async () => {
  const id = "1".repeat(32);
  const headers = { traceparent: `00-${id}-${PARENT}-01` };
  const codesOf = async (name: string) => {
    const { events } = await collector.span(name, id);
    return events.map((event) => plain(event.attributes)["keyward.verdict.code"]);
  };
  await ask("POST", "/v1/verify", { body: { credential: secret }, headers });
  assert.deepEqual(await codesOf("POST /v1/verify"), ["allowed"]);
  const items = [{ credential: secret, scopes: ["a:read"] }, { credential: "acme_live_nope" }];
  await ask("POST", "/v1/verify/batch", { body: { items }, headers });
  assert.deepEqual(await codesOf("POST /v1/verify/batch"), ["insufficient_scope", "malformed"]);
});

for (const [name, header] of [
  ["no version", "x"],
  ["a trace of zeros", `00-${"0".repeat(32)}-${PARENT}-01`],
  ["letters that are no digits", `00-${"g".repeat(32)}-${PARENT}-01`],
  ["four thousand letters", "0".repeat(4_000)],
] as const) {
  test(`W3C Trace Context §3.2.2: a traceparent with ${name} is as none, and the request is answered`, async () => {
    const headers = { traceparent: header, baggage: "=,;=", tracestate: "=,=" };
    const answer = await ask("GET", "/v1/roles", { headers });
    assert.equal(answer.status, 200);
    const requestId = answer.headers.get("keyward-request-id");
    const span = await collector.until(
      () =>
        collector
          .spans()
          .find(({ attributes }) => plain(attributes)["keyward.request.id"] === requestId),
      "a span of its own",
    );
    assert.equal(span.parentSpanId, undefined);
    assert.equal(collector.text().includes("g".repeat(32)), false);
  });
}

test("T60: nothing that is sent names a key, an owner, a workspace, a secret or a path of a client", async () => {
  await ask("GET", `/v1/keys/${keyId}?expand=no`);
  await fetch(`${server.url}/v1/ext-auth/nginx/private/${keyId}`);
  await fetch(`${server.url}/nothing/${keyId}`);
  await collector.span("GET /v1/ext-auth/*");
  await collector.span("GET");
  await collector.until(() => collector.metric("http.server.request.duration"), "durations");
  const sent = collector.text();
  for (const told of [keyId, secret, server.key, "wsp_", "cus_42", "own_", "private", "nothing"]) {
    assert.equal(sent.includes(told), false, told);
  }
  const resource = collector.resource();
  assert.deepEqual(Object.keys(resource).sort(), [
    "service.instance.id",
    "service.name",
    "service.version",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
  ]);
  assert.equal(resource["service.name"], "keyward");
});

test("the figures of Prometheus are sent by the names of OpenTelemetry, with the duration of requests by route", async () => {
  await ask("POST", "/v1/verify", { body: { credential: secret } });
  const verdicts = await collector.until(
    () =>
      collector
        .metric("keyward.verdicts")
        ?.sum?.dataPoints.find(
          ({ attributes, asDouble = 0 }) => plain(attributes)["code"] === "allowed" && asDouble > 1,
        ),
    "verdicts",
  );
  assert.deepEqual(Object.keys(plain(verdicts.attributes)), ["code"]);
  assert.equal(collector.metric("keyward.keys")?.gauge?.dataPoints[0]?.asDouble, 2);
  assert.equal(collector.metric("keyward.storage.writable")?.gauge?.dataPoints[0]?.asDouble, 1);
  const durations = collector.metric("http.server.request.duration");
  assert.equal(durations?.unit, "s");
  const point = durations?.histogram?.dataPoints
    .map(({ attributes }) => plain(attributes))
    .find((attributes) => attributes["http.route"] === "/v1/verify");
  assert.deepEqual(point, {
    "http.request.method": "POST",
    "url.scheme": "http",
    "http.route": "/v1/verify",
    "http.response.status_code": 200,
  });
});

test("an edge sends its verifications and figures as a server does", async () => {
  const body = { api: "keyward", name: "edge", owner: "ops", scopes: ["feed:*"] };
  const feedKey = await ask("POST", "/v1/keys", { body });
  const edge = new EdgeProcess(freshDirectory(), feedKey.json.secret, collector.environment);
  await edge.start(server.url);
  try {
    const before = collector.spans().filter(({ name }) => name === "POST /v1/verify").length;
    assert.equal(await edge.codeOf(secret), "allowed");
    await collector.until(() => {
      const spans = collector.spans().filter(({ name }) => name === "POST /v1/verify");
      return spans.length > before ? true : undefined;
    }, "the edge's span");
    const subjects = await collector.until(
      () => collector.metric("keyward.edge.subjects.fresh")?.gauge?.dataPoints[0],
      "the edge's figures",
    );
    assert.equal(subjects.asDouble, 2);
  } finally {
    await edge.stop();
  }
});

test("a question over gRPC is a span of its conventions in the caller's trace, and so is one that is about no request", async () => {
  const grpcPort = await freePort();
  const environment = { KEYWARD_GRPC_PORT: String(grpcPort), ...collector.environment };
  const asked = await started({ KEYWARD_DATA: freshDirectory(), ...environment });
  const client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  const id = "2".repeat(32);
  const headers = { traceparent: `00-${id}-${PARENT}-01` };
  try {
    const request = { http: { method: "GET", path: "/", host: "a.test", headers: {} } };
    await callCheck(client, { attributes: { request } }, asked.key, headers);
    await assert.rejects(callCheck(client, {}, asked.key, headers));
  } finally {
    client.close();
  }
  const method = "envoy.service.auth.v3.Authorization/Check";
  const spans = await collector.until(() => {
    const found = collector.spans().filter(({ traceId }) => traceId === id);
    return found.length === 2 ? found : undefined;
  }, "both spans");
  const of = { "rpc.system.name": "grpc", "rpc.method": method };
  assert.deepEqual(
    spans.map(({ name, kind, parentSpanId, attributes, status }) => {
      return [name, kind, parentSpanId, plain(attributes), status.code];
    }),
    [
      [method, 2, PARENT, { ...of, "rpc.response.status_code": "OK" }, 0],
      [
        method,
        2,
        PARENT,
        {
          ...of,
          "rpc.response.status_code": "INVALID_ARGUMENT",
          "error.type": "INVALID_ARGUMENT",
        },
        2,
      ],
    ],
  );
  const durations = await collector.until(
    () => collector.metric("rpc.server.call.duration"),
    "durations of calls",
  );
  assert.equal(durations.unit, "s");
});

test("a worker's verification is a span, and what it passes on is in the worker's trace", async () => {
  const shared = await started({
    KEYWARD_DATA: freshDirectory(),
    KEYWARD_WORKERS: "1",
    ...collector.environment,
  });
  const [verified, passed] = ["3".repeat(32), "4".repeat(32)];
  const call = async (trace: string, path: string, body?: object) => {
    const authorization = `Bearer ${shared.key}`;
    const headers = { authorization, traceparent: `00-${trace}-${PARENT}-01` };
    const json = { ...headers, "content-type": "application/json" };
    const sent = body ? { method: "POST", headers: json, body: JSON.stringify(body) } : { headers };
    assert.equal((await fetch(shared.url + path, sent)).status, 200);
  };
  await call(verified, "/v1/verify", { credential: shared.key });
  await call(passed, "/v1/keys");
  const span = await collector.span("POST /v1/verify", verified);
  assert.deepEqual([span.kind, span.parentSpanId], [2, PARENT]);
  assert.deepEqual(
    span.events.map((event) => plain(event.attributes)),
    [{ "keyward.verdict.code": "wrong_api" }],
  );
  const [outer, inner] = await collector.until(() => {
    const spans = collector.spans().filter(({ traceId, kind }) => traceId === passed && kind === 2);
    const first = spans.find(({ parentSpanId }) => parentSpanId === PARENT);
    const second = spans.find(({ parentSpanId }) => parentSpanId === first?.spanId);
    return first && second ? [first, second] : undefined;
  }, "the worker's span and the authority's");
  assert.deepEqual([outer?.name, inner?.name], ["GET /v1/keys", "GET /v1/keys"]);
});

test("F10: without a collector a server verifies, says so once, and stops in time", async () => {
  const lonely = await started({
    KEYWARD_DATA: freshDirectory(),
    ...collector.environment,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
  });
  const answer = await fetch(`${lonely.url}/v1/keys`, {
    headers: { authorization: `Bearer ${lonely.key}` },
  });
  assert.equal(answer.status, 200);
  await lonely.until("OpenTelemetry could not send");
  lonely.child.kill("SIGTERM");
  assert.equal(await lonely.ended, 0);
  assert.equal(lonely.output().match(/OpenTelemetry could not send/g)?.length, 1);
});

test("a value of the switch that is none is refused at the start", async () => {
  const refused = start({ KEYWARD_DATA: freshDirectory(), KEYWARD_OPENTELEMETRY: "yes" });
  assert.equal(await refused.ended, 78);
  assert.match(refused.output(), /KEYWARD_OPENTELEMETRY must be 0 or 1/);
});
