// The requests that gateways send, as their publishers define them, and what each may do with the answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Installation } from "../testing/installation.ts";
import { exchange, readAnswers } from "../testing/raw-http.ts";
import { findGatewayRoute } from "./gateways.ts";

const installation = new Installation();
const { own } = installation;
const proxy = own.issueManagement().presented;
const client = own.issue({
  scopes: ["invoices:read"],
  restrictions: { ips: ["198.51.100.7"], routes: [{ methods: ["POST"], path: "/v1/x" }] },
});

before(() => installation.listen());
after(() => installation.close());

interface Form {
  readonly line: string;
  /** Method, target and address, as the gateway says them. */
  readonly word: readonly string[];
}

const POLICY = "api=acme&environment=live&scopes=invoices:read";

/** One and the same request of a client, POST /v1/x?y=1 from 198.51.100.7, as each gateway asks about it. */
const FORMS: Readonly<Record<string, Form>> = {
  haproxy: {
    line: `GET /v1/ext-auth/haproxy?${POLICY} HTTP/1.1`,
    word: ["X-Original-Method: POST", "X-Original-URI: /v1/x?y=1", "X-Real-IP: 198.51.100.7"],
  },
  apache: {
    line: `GET /v1/ext-auth/apache?${POLICY} HTTP/1.1`,
    word: ["X-Original-Method: POST", "X-Original-URI: /v1/x?y=1", "X-Real-IP: 198.51.100.7"],
  },
  caddy: {
    line: `GET /v1/ext-auth/caddy?${POLICY} HTTP/1.1`,
    word: [
      "X-Forwarded-For: 198.51.100.7",
      "X-Forwarded-Host: api.acme.test",
      "X-Forwarded-Method: POST",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Uri: /v1/x?y=1",
    ],
  },
  traefik: {
    line: `GET /v1/ext-auth/traefik?${POLICY} HTTP/1.1`,
    word: [
      "X-Forwarded-For: 198.51.100.7",
      "X-Forwarded-Host: api.acme.test",
      "X-Forwarded-Method: POST",
      "X-Forwarded-Port: 443",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Uri: /v1/x?y=1",
    ],
  },
  envoy: {
    line: "POST /v1/ext-auth/envoy/v1/x?y=1 HTTP/1.1",
    word: ["content-length: 0", "x-real-ip: 198.51.100.7", `x-keyward-policy: ${POLICY}`],
  },
};

async function ask(form: Form, lines: readonly string[], token = proxy) {
  const head = [form.line, "Host: api.acme.test", `X-Keyward-Proxy-Token: ${token}`];
  const sent = `${[...head, ...form.word, ...lines].join("\r\n")}\r\n\r\n`;
  const [answer, ...more] = readAnswers(await exchange(installation.port, [sent]));
  assert.ok(answer);
  assert.equal(more.length, 0);
  return answer;
}

const KEY = `X-API-Key: ${client.presented}`;

for (const [name, form] of Object.entries(FORMS)) {
  test(`${name}: allowed is exactly 200, without a body, with the whole identity`, async () => {
    const answer = await ask(form, [KEY]);
    assert.deepEqual([answer.status, answer.body], [200, ""]);
    assert.equal(answer.headers.get("content-length"), "0");
    assert.equal(answer.headers.get("x-keyward-decision"), "allow");
    assert.equal(answer.headers.get("x-keyward-key-id"), client.key.id);
  });

  test(`${name}: a refusal is the client's answer as it stands: status, challenge and problem`, async () => {
    const answer = await ask(form, []);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="acme"');
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.deepEqual(JSON.parse(answer.body), {
      title: "The request carries no key",
      status: 401,
      code: "missing_credential",
      detail: "The request carries no key",
    });
  });

  test(`${name}: T25: another address or another route than the gateway's word is not believed`, async () => {
    const elsewhere = form.word.map((line) => line.replace("198.51.100.7", "198.51.100.8"));
    assert.equal((await ask({ ...form, word: elsewhere }, [KEY])).status, 403);
    const other = { line: form.line.replace("/v1/x?", "/v1/z?"), word: form.word };
    const word = form.word.map((line) => line.replace("/v1/x?", "/v1/z?"));
    const answer = await ask({ ...other, word }, [KEY]);
    assert.match(answer.body, /"code":"route_not_allowed"/);
  });

  test(`${name}: T26: a path that can be read in two ways is 400, and so is a header that is Keyward's`, async () => {
    const replaced = (line: string) => line.replace("/v1/x?", "/v1/%2e%2e/x?");
    const ambiguous = { line: replaced(form.line), word: form.word.map(replaced) };
    const answer = await ask(ambiguous, [KEY]);
    assert.deepEqual(
      [answer.status, /"code":"(\w+)"/.exec(answer.body)?.[1]],
      [400, "ambiguous_path"],
    );
    const reserved = await ask(form, [KEY, "X_Keyward_Owner: x"]);
    assert.match(reserved.body, /"status":400,"code":"reserved_header"/);
  });

  test(`${name}: K3: a gateway whose own key is not accepted is answered 503, and learns nothing`, async () => {
    const answer = await ask(form, [KEY], client.presented);
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get("retry-after"), "1");
    assert.equal(answer.headers.get("x-keyward-code"), "proxy_unauthenticated");
    assert.equal(answer.headers.has("x-keyward-key-id"), false);
    assert.match(answer.body, /"code":"unavailable"/);
  });

  test(`${name}: K3: a recipe that leaves out what its gateway has to say lets nothing pass`, async () => {
    for (const [index] of form.word.entries()) {
      if (/content-length|-Host|-Proto|-Port/.test(form.word[index] ?? "")) continue;
      const word = form.word.filter((_, other) => other !== index);
      assert.equal((await ask({ ...form, word }, [KEY])).status, 503);
    }
  });
}

test("envoy: it is told which headers hold the key, so that it takes them away", async () => {
  const answer = await ask(FORMS["envoy"] as Form, [KEY]);
  assert.equal(
    answer.headers.get("x-envoy-auth-headers-to-remove"),
    "authorization,x-api-key,x-keyward-policy,x-keyward-proxy-token,x-consumer-groups,x-anonymous-consumer",
  );
});

test("envoy: a HEAD of the client is answered without a body, and is not taken for a GET", async () => {
  const { line, word } = FORMS["envoy"] as Form;
  const answer = await ask({ line: line.replace("POST", "HEAD"), word }, [KEY]);
  assert.equal(answer.status, 403);
});

test("traefik, caddy: of several hops the last is the gateway's word, and the others are not believed", async () => {
  for (const name of ["traefik", "caddy"]) {
    const { line, word } = FORMS[name] as Form;
    const [, ...rest] = word;
    const behind = await ask(
      { line, word: ["X-Forwarded-For: 198.51.100.7, 192.0.2.1", ...rest] },
      [KEY],
    );
    assert.equal(behind.status, 403);
    const last = await ask({ line, word: ["X-Forwarded-For: 192.0.2.1, 198.51.100.7", ...rest] }, [
      KEY,
    ]);
    assert.equal(last.status, 200);
  }
});

test("only the gateways that there are have an endpoint", () => {
  for (const path of [
    "/v1/ext-auth/",
    "/v1/ext-auth/other",
    "/v1/ext-auth/caddyx",
    "/v1/ext-auth",
  ]) {
    assert.equal(findGatewayRoute(path), undefined);
  }
  assert.equal(findGatewayRoute("/v1/ext-auth/caddy/x")?.path, "/v1/ext-auth/caddy");
});
