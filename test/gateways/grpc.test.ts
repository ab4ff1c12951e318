// Envoy's external authorization over gRPC, by a client of another maker: the grpc-js library with Envoy's own definition.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client, credentials, status } from "@grpc/grpc-js";
import type { ServiceError } from "@grpc/grpc-js";
import type { CheckResponse } from "../../packages/server/src/grpc/messages.ts";
import { callCheck, CHECK } from "./grpc-client.ts";
import { KeywardProcess } from "./processes.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const folder = mkdtempSync(join(tmpdir(), "keyward-grpc-"));
let keyward: KeywardProcess;
let client: Client;
let token: string;
let key: Record<string, unknown>;

before(async () => {
  mkdirSync(join(folder, "data"));
  const grpcPort = await freePort();
  const environment = { KEYWARD_GRPC_PORT: String(grpcPort) };
  keyward = new KeywardProcess(join(folder, "data"), await freePort(), environment);
  await keyward.start();
  const scopes = ["invoices:read"];
  const audience = "https://acme.example";
  await keyward.create("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
  const restrictions = { ips: ["198.51.100.7"], routes: [{ methods: ["GET"], path: "/invoices" }] };
  key = await keyward.create("/v1/keys", {
    api: "acme",
    name: "k",
    owner: "o",
    scopes,
    restrictions,
  });
  const envoy = { api: "keyward", name: "envoy", owner: "gateway", scopes: ["keys:verify"] };
  token = String((await keyward.create("/v1/keys", envoy))["secret"]);
  client = new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
});
after(async () => {
  client?.close();
  await keyward?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly policy?: string;
  readonly source?: string;
  readonly shown?: string;
}

function ask(asked: Asked): Promise<CheckResponse> {
  const { path = "/invoices?page=2", source = "198.51.100.7", shown = token } = asked;
  const { policy = "api=acme&scopes=invoices:read", headers = {} } = asked;
  const http = {
    method: "GET",
    path,
    host: "acme.example",
    headers: { ":path": path, ...headers },
  };
  const attributes = {
    source: { address: { socketAddress: { address: source } } },
    request: { http },
    contextExtensions: { policy },
  };
  return callCheck(client, { attributes }, shown);
}

function good(): Readonly<Record<string, string>> {
  return { "x-api-key": String(key["secret"]) };
}

test("the service has the name and the path that Envoy calls", () => {
  assert.equal(CHECK.path, "/envoy.service.auth.v3.Authorization/Check");
});

test("an allowed request: OK, the identity over whatever a client sent, and the headers to take away", async () => {
  const {
    status: code,
    okResponse,
    deniedResponse,
    dynamicMetadata,
  } = await ask({ headers: good() });
  assert.deepEqual([code.code, deniedResponse ?? null], [0, null]);
  const told = okResponse?.headers.map(({ header, appendAction }) => [
    header.key,
    header.value,
    appendAction,
  ]);
  assert.deepEqual(told?.slice(0, 2), [
    ["x-keyward-decision", "allow", "OVERWRITE_IF_EXISTS_OR_ADD"],
    ["x-keyward-key-id", key["id"], "OVERWRITE_IF_EXISTS_OR_ADD"],
  ]);
  assert.deepEqual(okResponse?.headersToRemove.slice(0, 2), ["authorization", "x-api-key"]);
  assert.equal(dynamicMetadata?.fields["key_id"]?.stringValue, key["id"]);
  assert.equal(dynamicMetadata?.fields["owner"]?.stringValue, "o");
});

const REFUSED: readonly [what: string, asked: () => Asked, status: number, body: RegExp][] = [
  ["no key", () => ({}), 401, /"code":"missing_credential"/],
  [
    "two keys, joined as Envoy does",
    () => ({ headers: { "x-api-key": `${String(key["secret"])},${String(key["secret"])}` } }),
    400,
    /"code":"ambiguous_credentials"/,
  ],
  [
    "another address",
    () => ({ headers: good(), source: "198.51.100.8" }),
    403,
    /"code":"ip_not_allowed"/,
  ],
  [
    "another route",
    () => ({ headers: good(), path: "/private" }),
    403,
    /"code":"route_not_allowed"/,
  ],
  [
    "a path that can be read in two ways",
    () => ({ headers: good(), path: "/a/../invoices" }),
    400,
    /"code":"ambiguous_path"/,
  ],
  [
    "a header that only Keyward may set",
    () => ({ headers: { ...good(), "x-keyward-owner": "evil" } }),
    400,
    /"code":"reserved_header"/,
  ],
];
for (const [what, asked, code, body] of REFUSED) {
  test(`T26: ${what} is denied with ${code}, and a problem for the client`, async () => {
    const { status: answered, deniedResponse } = await ask(asked());
    assert.deepEqual(
      [answered.code, deniedResponse?.status.code],
      [status.PERMISSION_DENIED, code],
    );
    assert.match(deniedResponse?.body ?? "", body);
  });
}

test("T25: a client's word about its address, Envoy's key and the policy decides nothing", async () => {
  const headers = {
    ...good(),
    "x-forwarded-for": "198.51.100.7",
    "x-keyward-policy": "api=other",
    "x-keyward-proxy-token": "evil",
  };
  const { deniedResponse } = await ask({ headers, source: "203.0.113.9" });
  assert.match(deniedResponse?.body ?? "", /"code":"ip_not_allowed"/);
  assert.equal((await ask({ headers })).status.code, 0);
});

test("K3: half a policy, and an Envoy that is not ours, are unavailable with 503: no key is to blame", async () => {
  for (const asked of [{ policy: "api=" }, { shown: String(key["secret"]) }, { shown: "x" }]) {
    const { status: code, deniedResponse } = await ask({ headers: good(), ...asked });
    assert.deepEqual([code.code, deniedResponse?.status.code], [status.UNAVAILABLE, 503]);
    const retryAfter = deniedResponse?.headers.find(({ header }) => header.key === "retry-after");
    assert.equal(retryAfter?.header.value, "1");
  }
});

test("a question about no request, and one that is too large, are refused as calls", async () => {
  const refused = (code: status) => (error: ServiceError) => error.code === code;
  await assert.rejects(callCheck(client, {}, token), refused(status.INVALID_ARGUMENT));
  const headers = { "x-large": "x".repeat(140_000) };
  await assert.rejects(ask({ headers }), refused(status.RESOURCE_EXHAUSTED));
});
