// Whatever is sent to the endpoints: an answer of RFC 6749 §5.2 or a token, never 5xx, and nothing of it told back.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ASSERTION_TYPE, dpopProof, makePair, seconds, signed } from "./assertions.ts";
import { startOAuthServer } from "./oauth-server.ts";

const oauth = await startOAuthServer({ KEYWARD_CLIENT_CERT_HEADER: "client-cert" });
await oauth.makeApi("acme");
const pair = await makePair("ES256", "k1");
const client = await oauth.makeClient("acme", {
  grants: ["client_credentials", "token_exchange", "jwt_bearer"],
  jwks: { keys: [pair.jwk] },
});
const MARK = "c4n4ry";

const CODES: ReadonlySet<unknown> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "invalid_scope",
  "invalid_target",
  "invalid_dpop_proof",
  "unauthorized_client",
  "unsupported_grant_type",
  "temporarily_unavailable",
]);

async function send(path: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const { status, json, text } = await oauth.form(path, body, { headers });
  assert.ok(status < 500, `${status} ${text}`);
  assert.ok(!text.includes(MARK), text);
  if (status === 200) return;
  assert.ok(CODES.has(json["error"]), text);
  assert.match(String(json["error_description"]), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
}

const word = fc.oneof(
  fc.constantFrom("", MARK, "client_credentials", "__proto__", "%", "\u0000", "é", client.id),
  fc.constantFrom("urn:ietf:params:oauth:grant-type:token-exchange", ASSERTION_TYPE, "a.b.c"),
  fc.constantFrom("urn:ietf:params:oauth:grant-type:jwt-bearer", "https://acme.example", "-1"),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => MARK + text),
);
const name = fc.constantFrom(
  ..."grant_type client_id client_secret client_assertion client_assertion_type assertion".split(
    " ",
  ),
  ..."scope resource audience subject_token subject_token_type actor_token token".split(" "),
  ..."requested_token_type token_type_hint __proto__".split(" "),
  MARK,
);
const form = fc
  .array(fc.tuple(name, word), { maxLength: 8 })
  .map((pairs) => new URLSearchParams(pairs).toString());
const endpoint = fc.constantFrom("/oauth/token", "/oauth/introspect", "/oauth/revoke");
const basic = fc.oneof(
  fc.constant(`Basic ${btoa(client.basic)}`),
  fc.constantFrom(
    "Basic",
    "basic é",
    "Bearer x",
    `Basic ${btoa(`${MARK}:%zz`)}`,
    "Basic ====",
    ",",
  ),
  fc.base64String({ maxLength: 60 }).map((text) => `Basic ${text}`),
);
const RUNS = { numRuns: 100 } as const;

test("whatever the form and the header, nothing is 5xx, and nothing is told back", async () => {
  const property = fc.asyncProperty(
    endpoint,
    form,
    fc.option(basic),
    async (path, body, header) => {
      const headers =
        header === null ? {} : { authorization: Buffer.from(header).toString("latin1") };
      await send(path, body, headers);
    },
  );
  await fc.assert(property, RUNS);
});

test("whatever the bytes of a body and its type, nothing is 5xx, and nothing is told back", async () => {
  const type = fc.constantFrom(
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-Urlencoded; charset=utf-8",
    "application/json",
    "multipart/form-data",
    "",
    "a/b;c=d",
  );
  const body = fc.oneof(
    fc.string({ unit: "binary" }).map((text) => MARK + text),
    fc.constantFrom("grant_type", "&&&", "=", "%%%", "a=%ff", "grant_type=a&grant_type=b"),
  );
  const property = fc.asyncProperty(endpoint, body, type, async (path, text, contentType) => {
    await send(path, text, { "content-type": contentType });
  });
  await fc.assert(property, RUNS);
});

const value = fc.oneof(fc.jsonValue(), fc.constantFrom(MARK, client.id, oauth.server.url));
const claims = fc.dictionary(
  fc.constantFrom("iss", "sub", "aud", "exp", "iat", "nbf", "jti", "htm", "htu", "ath", MARK),
  value,
);
const header = fc.dictionary(fc.constantFrom("kid", "typ", "jwk", "jku", "x5c", MARK), value);

test("whatever a signed assertion says, nothing is 5xx, and nothing is told back", async () => {
  const property = fc.asyncProperty(claims, header, async (changes, head) => {
    const own = { iss: client.id, sub: client.id, aud: oauth.server.url, exp: seconds(60) };
    const assertion = await signed(pair, { ...own, jti: MARK, ...changes }, head).catch(
      () => "e.e.e",
    );
    const fields = {
      grant_type: "client_credentials",
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
      assertion,
    };
    await send("/oauth/token", new URLSearchParams(fields).toString());
  });
  await fc.assert(property, RUNS);
});

test("whatever a DPoP proof or a certificate says, nothing is 5xx, and nothing is told back", async () => {
  const place = { url: `${oauth.server.url}/oauth/token` };
  const authorization = `Basic ${btoa(client.basic)}`;
  const garbage = fc.oneof(
    fc.base64String({ maxLength: 200 }),
    fc.constantFrom("%", ":x:", "a.b.c"),
  );
  const property = fc.asyncProperty(claims, header, garbage, async (changes, head, certificate) => {
    const dpop = await dpopProof(pair, place, changes, head).catch(() => certificate);
    const headers = { authorization, dpop, "client-cert": certificate };
    await send("/oauth/token", "grant_type=client_credentials", headers);
    await oauth.verdictOf(client.secret, { dpop: { proof: dpop, method: "", url: certificate } });
  });
  await fc.assert(property, RUNS);
});
