// Who called, signed, as an application behind a gateway checks it: with jose, against the keys that Keyward publishes.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { KeywardProcess } from "./processes.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const folder = mkdtempSync(join(tmpdir(), "keyward-signed-"));
let keyward: KeywardProcess;
let token: string;
let key: Record<string, unknown>;

before(async () => {
  mkdirSync(join(folder, "data"));
  keyward = new KeywardProcess(join(folder, "data"), await freePort());
  await keyward.start();
  const scopes = ["invoices:read"];
  const audience = "https://acme.example";
  await keyward.create("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
  key = await keyward.create("/v1/keys", { api: "acme", name: "k", owner: "Müller", scopes });
  const gateway = { api: "keyward", name: "g", owner: "gateway", scopes: ["keys:verify"] };
  token = String((await keyward.create("/v1/keys", gateway))["secret"]);
});
after(async () => {
  await keyward?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function ask(policy: string, credential: unknown): Promise<Response> {
  return fetch(`http://127.0.0.1:${keyward.port}/v1/ext-auth/haproxy?${policy}`, {
    headers: {
      "x-keyward-proxy-token": token,
      "x-original-method": "GET",
      "x-original-uri": "/invoices?page=2",
      "x-real-ip": "198.51.100.7",
      "x-api-key": String(credential),
    },
  });
}

function keySet() {
  return createRemoteJWKSet(new URL(`http://127.0.0.1:${keyward.port}/oauth/jwks`));
}

test("T26, T33: who called is signed for this request and a minute, by a key that is published, and is no access token", async () => {
  const answer = await ask("api=acme&signed=1", key["secret"]);
  const signed = answer.headers.get("x-keyward-identity") ?? "";
  const options = {
    audience: "acme",
    algorithms: ["EdDSA", "Ed25519"],
    typ: "keyward-identity+jwt",
  };
  const { payload } = await jwtVerify(signed, keySet(), options);
  const { iat = 0, exp = 0, iss, ...claims } = payload;
  assert.equal(exp - iat, 60);
  assert.equal(iss, `http://127.0.0.1:${keyward.port}`);
  assert.deepEqual(claims, {
    aud: "acme",
    sub: "Müller",
    key_id: key["id"],
    owner_id: key["owner_id"],
    environment: "live",
    scope: "invoices:read",
    method: "GET",
    path: "/invoices",
  });
  assert.equal((await ask("api=acme", signed)).status, 401);
});

test("nothing is signed unless the policy asks for it, nor for whom is refused", async () => {
  assert.equal((await ask("api=acme", key["secret"])).headers.has("x-keyward-identity"), false);
  const refused = await ask("api=acme&signed=1", "nonsense");
  assert.deepEqual([refused.status, refused.headers.has("x-keyward-identity")], [401, false]);
});
