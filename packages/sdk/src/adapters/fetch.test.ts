import assert from "node:assert/strict";
import { test } from "node:test";
import { KeywardError, KeywardUnavailable } from "../client/errors.ts";
import { createGuard } from "./fetch.ts";
import type { Guard, GuardOptions, GuardRequestOptions } from "./fetch.ts";

type Verify = GuardOptions["client"]["verify"];

const KEY = `acme_live_${crypto.randomUUID().replaceAll("-", "")}`;
const askNobody = () => assert.fail("nobody should be asked");
const PRINCIPAL = { key_id: "key_1", owner: "cus_42" };
const ALLOWED = { outcome: "allowed", code: "allowed", status: 200, principal: PRINCIPAL };

function guardOf(verify: (body: unknown) => unknown, options: Partial<GuardOptions> = {}): Guard {
  const client = { verify: verify as unknown as Verify };
  return createGuard({ client, api: "acme", environment: "live", ...options });
}

function requestWith(headers: Record<string, string>, url = "https://api.test/invoices?x=1") {
  return new Request(url, { headers });
}

const keyed = () => requestWith({ authorization: `Bearer ${KEY}` });

async function refusal(guard: Guard, request: Request, options?: GuardRequestOptions) {
  const result = await guard(request, options);
  assert.ok(result.outcome === "refused");
  const { response } = result;
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  assert.equal(body["status"], response.status);
  return { status: response.status, headers: response.headers, body };
}

for (const [place, headers] of Object.entries({
  bearer: { authorization: `Bearer ${KEY}` },
  "api-key": { authorization: `api-key ${KEY}` },
  "x-api-key": { "x-api-key": KEY },
  "the user name of Basic": { authorization: `Basic ${btoa(`${KEY}:`)}` },
})) {
  test(`a key in ${place} is verified with all that is known of the request`, async () => {
    let asked: unknown;
    const guard = guardOf((body) => {
      asked = body;
      return ALLOWED;
    });
    const request = requestWith({ ...headers, origin: "https://shop.test", "user-agent": "curl" });
    const result = await guard(request, { scopes: ["invoices:read"], ip: "192.0.2.7", cost: 2 });
    assert.deepEqual(result, { outcome: "allowed", principal: PRINCIPAL, headers: {} });
    assert.deepEqual(JSON.parse(JSON.stringify(asked)), {
      credential: KEY,
      api: "acme",
      environment: "live",
      scopes: ["invoices:read"],
      cost: 2,
      context: {
        ip: "192.0.2.7",
        method: "GET",
        path: "/invoices",
        origin: "https://shop.test",
        user_agent: "curl",
      },
    });
  });
}

test("a request without a key is challenged without being told of an error, and asks nobody", async () => {
  const { status, headers, body } = await refusal(guardOf(askNobody), requestWith({}));
  assert.equal(status, 401);
  assert.equal(headers.get("www-authenticate"), 'Bearer realm="acme"');
  assert.equal(body["code"], "missing_credential");
});

test("T27: two credentials are refused with 400, and ask nobody", async () => {
  const request = requestWith({ authorization: `Bearer ${KEY}`, "x-api-key": KEY });
  const { status, body } = await refusal(guardOf(askNobody), request);
  assert.deepEqual([status, body["code"]], [400, "ambiguous_credentials"]);
  const repeated = keyed();
  repeated.headers.append("authorization", `Bearer ${KEY}`);
  assert.equal((await refusal(guardOf(askNobody), repeated)).status, 400);
});

test("what cannot be a credential is refused as malformed, and asks nobody", async () => {
  const { status, headers, body } = await refusal(
    guardOf(askNobody),
    requestWith({ authorization: "Bearer a b" }),
  );
  assert.deepEqual([status, body["code"]], [401, "malformed"]);
  assert.match(headers.get("www-authenticate") ?? "", /error="invalid_token"/);
});

test("T30: a denial has the verdict's own status, and 403 for want of scope names the scopes", async () => {
  const guard = guardOf(() => ({
    outcome: "denied",
    code: "insufficient_scope",
    status: 403,
    detail: "Needs invoices:write",
    missing_scopes: ["invoices:write"],
  }));
  const { status, headers, body } = await refusal(guard, keyed(), { scopes: ["invoices:write"] });
  assert.equal(status, 403);
  assert.equal(
    headers.get("www-authenticate"),
    'Bearer realm="acme", error="insufficient_scope", scope="invoices:write"',
  );
  assert.deepEqual(body, {
    title: "The key lacks a scope that the request needs",
    status: 403,
    code: "insufficient_scope",
    detail: "Needs invoices:write",
    missing_scopes: ["invoices:write"],
  });
});

test("T30: a rate-limited key is 429 and has no challenge", async () => {
  const verdict = { outcome: "denied", code: "rate_limited", status: 429, detail: "Slow down" };
  const { status, headers } = await refusal(
    guardOf(() => verdict),
    keyed(),
  );
  assert.equal(status, 429);
  assert.equal(headers.get("www-authenticate"), null);
});

test("a denial with a code of a newer server is still a denial", async () => {
  const verdict = { outcome: "denied", code: "toString", status: 401, detail: "New" };
  const { status, body } = await refusal(
    guardOf(() => verdict),
    keyed(),
  );
  assert.deepEqual([status, body["title"]], [401, "The key is not accepted"]);
});

test("the scopes of a request take the place of the guard's own", async () => {
  const asked: unknown[] = [];
  const verify = (body: unknown) => {
    asked.push((body as { scopes: unknown }).scopes);
    return ALLOWED;
  };
  const guard = guardOf(verify, { scopes: ["invoices:read"] });
  await guard(keyed());
  await guard(keyed(), { scopes: { any: ["a", "b"] } });
  assert.deepEqual(asked, [["invoices:read"], { any: ["a", "b"] }]);
});

const broken = (): never => {
  throw new Error("broken");
};
const hostile = (part: string) =>
  new Proxy(keyed(), {
    get: (request, name) => (name === part ? broken() : Reflect.get(request, name, request)),
  });

const FAILURES: Readonly<Record<string, [verify: (body: unknown) => unknown, Request]>> = {
  "Keyward cannot be reached": [
    () => Promise.reject(new KeywardUnavailable("network", "gone")),
    keyed(),
  ],
  "Keyward refuses the guard's own token": [
    () => {
      const problem = { status: 401, code: "unauthenticated", title: "No" };
      const rest = { type: undefined, detail: undefined, requestId: undefined, errors: [] };
      throw new KeywardError({ ...problem, ...rest });
    },
    keyed(),
  ],
  "verify throws at once": [broken, keyed()],
  "verify rejects with nothing": [() => Promise.reject(undefined), keyed()],
  "verify answers nothing": [() => undefined, keyed()],
  "verify answers true": [() => true, keyed()],
  "verify answers an empty object": [() => ({}), keyed()],
  "verify answers allowed without a principal": [() => ({ ...ALLOWED, principal: null }), keyed()],
  "verify answers allowed and 403": [() => ({ ...ALLOWED, status: 403 }), keyed()],
  "verify answers denied and 200": [
    () => ({ outcome: "denied", code: "revoked", status: 200 }),
    keyed(),
  ],
  "verify answers valid: true": [() => ({ valid: true, ...PRINCIPAL }), keyed()],
  "the headers cannot be read": [() => ALLOWED, hostile("headers")],
  "the method cannot be read": [() => ALLOWED, hostile("method")],
  "the URL cannot be read": [() => ALLOWED, hostile("url")],
};

for (const [name, [verify, request]] of Object.entries(FAILURES)) {
  test(`T38: when ${name}, the request is refused with 503 and nothing of the cause is shown`, async () => {
    const told: unknown[] = [];
    const guard = guardOf(verify, {
      onUnavailable: (error) => {
        told.push(error);
        throw new Error("the hook is broken as well");
      },
    });
    const { status, headers, body } = await refusal(guard, request);
    assert.equal(status, 503);
    assert.equal(headers.get("retry-after"), "1");
    assert.deepEqual(body, {
      title: "Keys cannot be checked now",
      status: 503,
      code: "unavailable",
    });
    assert.equal(told.length, 1);
  });
}

test("the wait that the server asked for is passed on", async () => {
  const outage = new KeywardUnavailable("busy", "later", { retryAfterSeconds: 7 });
  const { headers } = await refusal(
    guardOf(() => Promise.reject(outage)),
    keyed(),
  );
  assert.equal(headers.get("retry-after"), "7");
});
