// Bound tokens where they are used (RFC 9449 §7): an API that asks Keyward, one that decides itself, and a gateway.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Keyward } from "@keyward/sdk";
import { createGuard, guardWith } from "@keyward/sdk/adapters/fetch";
import type { Guard } from "@keyward/sdk/adapters/fetch";
import { createClient } from "@keyward/sdk/client";
import { dpopProof, makePair, sha256 } from "./assertions.ts";
import type { Pair } from "./assertions.ts";
import { CREDENTIALS, startOAuthServer } from "./oauth-server.ts";

const oauth = await startOAuthServer();
const { url, key } = oauth.server;
const api = await oauth.makeApi("acme");
const client = await oauth.makeClient("acme", { sender_constraint: "dpop" });
const plain = await oauth.makeClient("acme");
const pair = await makePair("ES256");
const PUBLIC_URL = "https://api.acme.example/v1";
const METADATA = "https://api.acme.example/.well-known/oauth-protected-resource";
const options = { publicUrl: PUBLIC_URL, resourceMetadata: METADATA };

const feedKey = await oauth.manage("/v1/keys", {
  api: "keyward",
  name: "v",
  owner: "ops",
  scopes: [`feed:${String(api["id"])}:live`],
});
const keyward = new Keyward({
  url,
  token: String(feedKey["secret"]),
  api: "acme",
  environment: "live",
  ...options,
});
before(() => keyward.ready());
after(() => keyward.close());

interface Answer {
  readonly status: number;
  readonly challenge: string | null;
}

type Resource = (headers: Readonly<Record<string, string>>) => Promise<Answer>;

function guarded(guard: Guard): Resource {
  return async (headers) => {
    const request = new Request("http://inside.example/invoices?page=2", { headers });
    const result = await guard(request, { ip: "203.0.113.7" });
    if (result.outcome === "allowed") return { status: 200, challenge: null };
    const { status, headers: answered } = result.response;
    return { status, challenge: answered.get("www-authenticate") };
  };
}

const remote = createClient({ url, token: key });
const policy = new URLSearchParams({
  api: "acme",
  public_url: PUBLIC_URL,
  resource_metadata: METADATA,
});
const gateway: Resource = async (headers) => {
  const response = await fetch(`${url}/v1/ext-auth/traefik?${policy.toString()}`, {
    headers: {
      "x-keyward-proxy-token": key,
      "x-forwarded-method": "GET",
      "x-forwarded-uri": "/invoices?page=2",
      "x-forwarded-for": "203.0.113.7",
      ...headers,
    },
  });
  return { status: response.status, challenge: response.headers.get("www-authenticate") };
};

const RESOURCES: Readonly<Record<string, Resource>> = {
  "an API that asks Keyward": guarded(
    createGuard({ client: remote, api: "acme", environment: "live", ...options }),
  ),
  "an API that decides itself": guarded(guardWith(keyward)),
  "a gateway": gateway,
};

async function boundToken(): Promise<string> {
  const headers = { dpop: await dpopProof(pair, { url: `${url}/oauth/token` }) };
  const { json } = await oauth.form("/oauth/token", CREDENTIALS, { basic: client.basic, headers });
  return String(json["access_token"]);
}

function proofFor(token: string, own: Pair = pair, changes: object = {}): Promise<string> {
  const place = { method: "GET", url: `${PUBLIC_URL}/invoices` };
  return dpopProof(own, place, { ath: sha256(token), ...changes });
}

for (const [name, ask] of Object.entries(RESOURCES)) {
  test(`RFC 9449 §7.1: ${name} lets a bound token in with its proof, once, whatever the case of the scheme`, async () => {
    for (const scheme of ["DPoP", "dpop"]) {
      const token = await boundToken();
      const headers = { authorization: `${scheme} ${token}`, dpop: await proofFor(token) };
      assert.equal((await ask(headers)).status, 200);
      const again = await ask(headers);
      assert.equal(again.status, 401);
      assert.match(again.challenge ?? "", /^DPoP realm="acme".*, error="invalid_dpop_proof"$/);
    }
  });

  test(`RFC 9449 §7.2: ${name} refuses it as bearer, and says how it is sent`, async () => {
    const token = await boundToken();
    const headers = { authorization: `Bearer ${token}`, dpop: await proofFor(token) };
    const { status, challenge } = await ask(headers);
    assert.equal(status, 401);
    assert.match(challenge ?? "", /^Bearer .*error="invalid_token".*, DPoP algs="/);
  });

  test(`RFC 9449 §4.3: ${name} refuses a proof of another key, token, method or address, and none`, async () => {
    const token = await boundToken();
    const other = await makePair("ES256");
    const proofs = [
      await proofFor(token, other),
      await proofFor(token, pair, { ath: sha256("another") }),
      await proofFor(token, pair, { ath: undefined }),
      await proofFor(token, pair, { htm: "POST" }),
      await proofFor(token, pair, { htu: "https://api.acme.example/v1/else" }),
      await proofFor(token, pair, { htu: "http://inside.example/invoices" }),
      "nonsense",
      undefined,
    ];
    for (const dpop of proofs) {
      const headers = { authorization: `DPoP ${token}`, ...(dpop !== undefined && { dpop }) };
      assert.equal((await ask(headers)).status, 401, dpop ?? "none");
    }
  });

  test(`RFC 9449 §7.1: ${name} takes no other token, and no key, by the scheme DPoP`, async () => {
    const { json } = await oauth.form("/oauth/token", CREDENTIALS, { basic: plain.basic });
    const made = await oauth.manage("/v1/keys", { api: "acme", name: "k", owner: "c" });
    for (const credential of [String(json["access_token"]), String(made["secret"])]) {
      const headers = { authorization: `DPoP ${credential}`, dpop: await proofFor(credential) };
      assert.equal((await ask(headers)).status, 401);
      assert.equal((await ask({ authorization: `Bearer ${credential}` })).status, 200);
    }
  });

  test(`RFC 9728 §5.1: ${name} tells who comes without any credential where the resource is described`, async () => {
    const { status, challenge } = await ask({});
    assert.deepEqual(
      [status, challenge],
      [401, `Bearer realm="acme", resource_metadata="${METADATA}"`],
    );
  });
}

test("T31: two layers that need different scopes of one request use its proof once", async () => {
  const token = await boundToken();
  for (const guard of [
    createGuard({ client: remote, api: "acme", environment: "live", ...options }),
    guardWith(keyward),
  ]) {
    const headers = { authorization: `DPoP ${token}`, dpop: await proofFor(token) };
    const request = new Request("http://inside.example/invoices", { headers });
    for (const scopes of [["invoices:read"], ["invoices:write"]]) {
      assert.equal((await guard(request, { scopes })).outcome, "allowed");
    }
  }
});

test("T26: the certificate is the gateway's word, and only where its recipe says so", async () => {
  const send = (search: string, lines: Readonly<Record<string, string>>) =>
    fetch(`${url}/v1/ext-auth/traefik?api=acme${search}`, {
      headers: {
        "x-keyward-proxy-token": key,
        "x-forwarded-method": "GET",
        "x-forwarded-uri": "/",
        "x-forwarded-for": "203.0.113.7",
        authorization: `Bearer ${key}`,
        ...lines,
      },
    });
  const sent = await send("", { "x-keyward-client-cert": "MIIB" });
  assert.equal(sent.status, 400);
  assert.notEqual((await send("&client_cert=1", { "x-keyward-client-cert": "MIIB" })).status, 400);
});
