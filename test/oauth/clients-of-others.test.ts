// Clients and resource servers that others have written, against a running Keyward.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import express from "express";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import { generateKeyPair } from "jose";
import * as oauth4webapi from "oauth4webapi";
import * as openid from "openid-client";
import { ClientCredentials } from "simple-oauth2";
import { makePair } from "./assertions.ts";
import { startOAuthServer } from "./oauth-server.ts";
import type { MadeClient } from "./oauth-server.ts";

const oauth = await startOAuthServer();
const { url } = oauth.server;
const AUDIENCE = "https://acme.example";
await oauth.makeApi("acme");
await oauth.makeApi("opaque", { token_format: "opaque" });

/** An API of somebody who has never heard of Keyward, and goes by RFC 9068 alone. */
async function serveExpress(): Promise<string> {
  const app = express();
  const options = { issuer: url, jwksUri: `${url}/oauth/jwks`, audience: AUDIENCE } as const;
  app.use(auth({ ...options, tokenSigningAlg: "ES256" }));
  app.get("/invoices", requiredScopes("invoices:read"), (request, response) => {
    response.json({ sub: request.auth?.payload.sub });
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/invoices`;
}

const invoices = await serveExpress();

function callWith(token: unknown): Promise<Response> {
  return fetch(invoices, { headers: { authorization: `Bearer ${String(token)}` } });
}

function discover({ id }: Pick<MadeClient, "id">, authentication: openid.ClientAuth) {
  const execute = [openid.allowInsecureRequests];
  const options: openid.DiscoveryRequestOptions = { algorithm: "oauth2", execute };
  return openid.discovery(new URL(url), id, {}, authentication, options);
}

for (const method of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
  test(`openid-client: ${method.name} gets a token, has it described and takes it back`, async () => {
    const client = await oauth.makeClient("acme");
    const config = await discover(client, method(client.secret));
    const { access_token: token, scope } = await openid.clientCredentialsGrant(config, {
      resource: AUDIENCE,
      scope: "invoices:read",
    });
    assert.equal(scope, "invoices:read");
    assert.equal((await openid.tokenIntrospection(config, token)).active, true);
    assert.equal((await callWith(token)).status, 200);
    await openid.tokenRevocation(config, token);
    assert.equal((await openid.tokenIntrospection(config, token)).active, false);
    assert.equal((await oauth.verdictOf(token))["code"], "revoked");
  });
}

for (const alg of ["ES256", "PS256", "Ed25519"] as const) {
  test(`openid-client: private_key_jwt by ${alg}`, async () => {
    const pair = await makePair(alg, "k1");
    const client = await oauth.makeClient("acme", { jwks: { keys: [pair.jwk] } });
    const config = await discover(
      client,
      openid.PrivateKeyJwt({ key: pair.privateKey, kid: "k1" }),
    );
    const { access_token: token } = await openid.clientCredentialsGrant(config, {});
    assert.equal((await oauth.verdictOf(token))["code"], "allowed");
    assert.equal((await openid.tokenIntrospection(config, token)).active, true);
  });
}

test("openid-client: errors are its own, with the code and the challenge", async () => {
  const client = await oauth.makeClient("acme");
  const wrong = await discover(client, openid.ClientSecretBasic("wrong"));
  await assert.rejects(openid.clientCredentialsGrant(wrong, {}), (error: unknown) => {
    assert.ok(error instanceof openid.WWWAuthenticateChallengeError);
    assert.equal(error.cause[0]?.scheme, "basic");
    return true;
  });
  const right = await discover(client, openid.ClientSecretPost(client.secret));
  for (const [parameters, code] of [
    [{ resource: "https://else.example" }, "invalid_target"],
    [{ scope: "nothing" }, "invalid_scope"],
  ] as const) {
    await assert.rejects(openid.clientCredentialsGrant(right, parameters), { error: code });
  }
});

test("openid-client: a key is exchanged for a token (RFC 8693)", async () => {
  const client = await oauth.makeClient("acme", { grants: ["token_exchange"] });
  const key = await oauth.manage("/v1/keys", {
    api: "acme",
    name: "k",
    owner: "cus_1",
    scopes: ["invoices:read"],
  });
  const config = await discover(client, openid.ClientSecretBasic(client.secret));
  const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
  const answer = await openid.genericGrantRequest(config, grant, {
    subject_token: String(key["secret"]),
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
  });
  assert.equal((await callWith(answer.access_token)).status, 200);
});

for (const nonces of ["0", "1"]) {
  test(`openid-client: DPoP${nonces === "1" ? " with mandatory nonces" : ""}`, async () => {
    const own = await startOAuthServer({ KEYWARD_DPOP_NONCES: nonces });
    await own.makeApi("acme");
    const client = await own.makeClient("acme", { sender_constraint: "dpop" });
    const config = await openid.discovery(
      new URL(own.server.url),
      client.id,
      {},
      openid.ClientSecretBasic(client.secret),
      { algorithm: "oauth2", execute: [openid.allowInsecureRequests] },
    );
    const keys = await openid.randomDPoPKeyPair("ES256");
    const DPoP = openid.getDPoPHandle(config, keys);
    const answer = await openid.clientCredentialsGrant(config, {}, { DPoP });
    assert.equal(answer.token_type, "dpop");
    const bare = await own.verdictOf(answer.access_token);
    assert.equal(bare["code"], "proof_required");
    const policy = new URLSearchParams({ api: "acme", public_url: own.server.url });
    const gateway = new URL(`${own.server.url}/v1/ext-auth/traefik?${policy.toString()}`);
    const headers = new Headers({
      "x-keyward-proxy-token": own.server.key,
      "x-forwarded-method": "GET",
      "x-forwarded-uri": "/v1/ext-auth/traefik",
      "x-forwarded-for": "203.0.113.7",
    });
    const { access_token: token } = answer;
    const options = { DPoP };
    const call = () =>
      openid.fetchProtectedResource(config, token, gateway, "GET", null, headers, options);
    assert.equal((await call()).status, 200);
    assert.equal((await call()).status, 200);
  });
}

const INSECURE = { [oauth4webapi.allowInsecureRequests]: true } as const;

async function discoverAs(): Promise<oauth4webapi.AuthorizationServer> {
  const issuer = new URL(url);
  const options = { ...INSECURE, algorithm: "oauth2" } as const;
  const response = await oauth4webapi.discoveryRequest(issuer, options);
  return oauth4webapi.processDiscoveryResponse(issuer, response);
}

test("oauth4webapi: from the api's description (RFC 9728) to a token that it validates by RFC 9068", async () => {
  const description = `${url}/oauth/resources/acme`;
  const response = await fetch(description);
  const resource = await oauth4webapi.processResourceDiscoveryResponse(new URL(AUDIENCE), response);
  assert.deepEqual(resource.authorization_servers, [url]);
  const as = await discoverAs();
  const made = await oauth.makeClient("acme");
  const client = { client_id: made.id };
  for (const authentication of [
    oauth4webapi.ClientSecretBasic(made.secret),
    oauth4webapi.ClientSecretPost(made.secret),
  ]) {
    const answer = await oauth4webapi.clientCredentialsGrantRequest(
      as,
      client,
      authentication,
      new URLSearchParams({ resource: AUDIENCE }),
      INSECURE,
    );
    const result = await oauth4webapi.processClientCredentialsResponse(as, client, answer);
    const request = new Request(`${AUDIENCE}/invoices`, {
      headers: { authorization: `Bearer ${result.access_token}` },
    });
    const claims = await oauth4webapi.validateJwtAccessToken(as, request, AUDIENCE, INSECURE);
    assert.equal(claims.sub, made.id);
  }
});

test("oauth4webapi: a bound token is one that its own check of DPoP accepts (RFC 9449 §4.3)", async () => {
  const as = await discoverAs();
  const made = await oauth.makeClient("acme", { sender_constraint: "dpop" });
  const client = { client_id: made.id };
  const keys = await generateKeyPair("ES256");
  const DPoP = oauth4webapi.DPoP({}, keys);
  const answer = await oauth4webapi.clientCredentialsGrantRequest(
    as,
    client,
    oauth4webapi.ClientSecretPost(made.secret),
    {},
    { ...INSECURE, DPoP },
  );
  const result = await oauth4webapi.processClientCredentialsResponse(as, client, answer);
  assert.equal(result.token_type, "dpop");
  let sent: Request | undefined;
  const capture = (target: string, init: object) => {
    sent = new Request(target, init);
    return Promise.resolve(new Response("{}"));
  };
  await oauth4webapi.protectedResourceRequest(
    result.access_token,
    "GET",
    new URL(`${AUDIENCE}/invoices`),
    undefined,
    undefined,
    { DPoP, [oauth4webapi.customFetch]: capture },
  );
  assert.ok(sent !== undefined);
  const claims = await oauth4webapi.validateJwtAccessToken(as, sent, AUDIENCE, INSECURE);
  assert.equal(claims.client_id, made.id);
});

for (const authorizationMethod of ["header", "body"] as const) {
  for (const credentialsEncodingMode of ["strict", "loose"] as const) {
    test(`simple-oauth2: by ${authorizationMethod}, ${credentialsEncodingMode}, and takes it back`, async () => {
      for (const api of ["acme", "opaque"]) {
        const { id, secret } = await oauth.makeClient(api);
        const client = new ClientCredentials({
          client: { id, secret },
          auth: { tokenHost: url, tokenPath: "/oauth/token", revokePath: "/oauth/revoke" },
          options: { authorizationMethod, credentialsEncodingMode },
        });
        const token = await client.getToken({ scope: "invoices:read" });
        const text = token.token["access_token"];
        assert.equal((await oauth.verdictOf(text))["code"], "allowed");
        await token.revoke("access_token");
        assert.equal((await oauth.verdictOf(text))["code"], "revoked");
      }
    });
  }
}

test("simple-oauth2: a body of JSON is refused (RFC 6749 §4.4.2)", async () => {
  const { id, secret } = await oauth.makeClient("acme");
  const client = new ClientCredentials({
    client: { id, secret },
    auth: { tokenHost: url, tokenPath: "/oauth/token", revokePath: "/oauth/revoke" },
    options: { bodyFormat: "json" },
  });
  await assert.rejects(client.getToken({}), /400/);
});

test("express-oauth2-jwt-bearer: refuses what lacks the scope, is for another audience, or is no token", async () => {
  const reader = await oauth.makeClient("acme", {
    resources: [{ api: "acme", scopes: ["invoices:write"] }],
  });
  const credentials = { grant_type: "client_credentials" };
  const narrow = await oauth.form("/oauth/token", credentials, { basic: reader.basic });
  assert.equal((await callWith(narrow.json["access_token"])).status, 403);
  assert.equal((await callWith("nonsense")).status, 401);
});
