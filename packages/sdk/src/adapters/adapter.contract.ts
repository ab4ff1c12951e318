// What every adapter must pass, behind its real framework and over real sockets.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Principal } from "../client/operations.generated.ts";
import { fakeKeyward } from "../testing.ts";
import type { FakeKeyward } from "../testing.ts";
import type { Authenticator, Needs } from "./authenticator.ts";

export type ContractScope = "invoices:read" | "invoices:write";
export const READ: Needs<ContractScope> = { scopes: ["invoices:read"] };
export const WRITE: Needs<ContractScope> = { scopes: ["invoices:write"] };

/** What a framework's app under test is made of. */
export interface ContractApp {
  readonly authenticator: Authenticator<ContractScope>;
  /** To be called by every handler; what it resolves to is the body of a 200. Rejects for `/broken`. */
  readonly handle: (path: string, principalOf: () => Principal) => Promise<string>;
}

export interface ServedApp {
  readonly port: number;
  readonly close: () => Promise<void> | void;
}

/**
 * Serves on a free port of 127.0.0.1:
 *
 * - `/read` needs {@link READ}, `/write` needs {@link WRITE}
 * - `/twice` is guarded with {@link READ} by two layers
 * - `/both` is guarded with {@link READ} and, by another layer, with {@link WRITE}
 * - `/broken` needs {@link READ}; its handler rejects, and the framework answers with 500 as it does for any handler
 */
export type ServeContract = (app: ContractApp) => Promise<ServedApp>;

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<ServedApp> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => void server.close() };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Name, value, name, value, … : repeated lines are sent as they stand here. */
type RawHeaders = readonly string[];

const broken = (): never => {
  throw new Error("broken");
};

/** Everything that may stand where an `Authenticator` is expected, and nobody may pass by. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  "throws at once": broken,
  "rejects with an error": () => Promise.reject(new Error("broken")),
  "rejects with nothing": () => Promise.reject(undefined),
  "rejects with an error that cannot be read": () =>
    Promise.reject(new Proxy({}, { has: broken, get: broken })),
  "answers nothing": () => undefined,
  "answers true": () => true,
  "answers an empty object": () => ({}),
  "answers allowed without a principal": () => ({ outcome: "allowed" }),
  "answers allowed with a principal that is nobody": () => ({ outcome: "allowed", principal: {} }),
  "answers valid": () => ({ valid: true, principal: { key_id: "key_1" } }),
  "answers a verdict instead of an answer": () => ({ outcome: "denied", status: 401 }),
  "refuses with 200": () => ({ outcome: "refused", status: 200, headers: {}, body: "" }),
  "refuses without a body": () => ({ outcome: "refused", status: 401, headers: {} }),
};

export function testAdapter(name: string, serve: ServeContract): void {
  describe(`the adapter for ${name}`, () => {
    let keyward: FakeKeyward<ContractScope>;
    let authenticator: Authenticator<ContractScope>;
    let served: ServedApp;
    /** What handlers were called for, and by whom as far as they could tell. */
    const handled: { readonly path: string; principal?: Principal }[] = [];

    before(async () => {
      served = await serve({
        authenticator: { authenticate: (...args) => authenticator.authenticate(...args) },
        handle: async (path, principalOf) => {
          const call: (typeof handled)[number] = { path };
          handled.push(call);
          const principal = (call.principal = principalOf());
          if (path === "/broken") throw new Error("the app's own");
          return `${principal.owner} ${principal.scopes.join(" ")}`;
        },
      });
    });
    after(() => served.close());
    beforeEach(() => {
      handled.length = 0;
      keyward = fakeKeyward({
        keys: {
          reader: { owner: "cus_42", scopes: ["invoices:read"] },
          writer: { owner: "cus_43", scopes: ["invoices:read", "invoices:write"] },
          local: { scopes: ["invoices:*"], restrictions: { ips: ["127.0.0.0/8"] } },
          elsewhere: { scopes: ["invoices:*"], restrictions: { ips: ["192.0.2.0/24"] } },
          routed: {
            scopes: ["invoices:*"],
            restrictions: { routes: [{ methods: ["GET"], path: "/read" }, { path: "/twice" }] },
          },
        },
      });
      authenticator = keyward;
    });

    const get = (path: string, headers: RawHeaders): Promise<Answer> =>
      send(served.port, path, headers);
    const getWith = (path: string, key: string): Promise<Answer> =>
      get(path, ["x-api-key", keyward.key(key)]);

    async function refusalOf(
      path: string,
      headers: RawHeaders,
    ): Promise<{
      readonly status: number | undefined;
      readonly headers: object;
      readonly body: object;
    }> {
      const answer = await get(path, headers);
      assert.deepEqual(handled, []);
      assert.equal(answer.headers["content-length"], String(Buffer.byteLength(answer.body)));
      const { "content-type": type, "cache-control": cache, ...rest } = answer.headers;
      assert.deepEqual([type, cache], ["application/problem+json", "no-store"]);
      const { "www-authenticate": challenge, "retry-after": retryAfter } = rest;
      const headersOfNote = {
        ...(challenge !== undefined && { challenge }),
        ...(retryAfter !== undefined && { retryAfter }),
      };
      return {
        status: answer.status,
        headers: headersOfNote,
        body: JSON.parse(answer.body) as object,
      };
    }

    for (const [place, headersOf] of Object.entries(PLACES)) {
      test(`a key in ${place} is let in, and the handler knows whose it is`, async () => {
        const answer = await get("/read", headersOf(keyward.key("reader")));
        assert.deepEqual([answer.status, answer.body], [200, "cus_42 invoices:read"]);
        const [{ path, principal } = { path: "" }] = handled;
        assert.equal(path, "/read");
        assert.ok(principal);
        assert.equal(principal.owner, "cus_42");
        assert.equal(principal.environment, "live");
        assert.match(principal.key_id, /^key_/);
      });
    }

    test("an allowed request is answered with what its limits say, whatever the handler makes of it", async () => {
      const headers = { ratelimit: '"burst";r=4;t=1', "ratelimit-policy": '"burst";q=5;w=5' };
      authenticator = {
        authenticate: async (...args) => {
          const answer = await keyward.authenticate(...args);
          return answer.outcome === "allowed" ? { ...answer, headers } : answer;
        },
      };
      const answer = await getWith("/read", "reader");
      const { ratelimit, "ratelimit-policy": policy } = answer.headers;
      assert.deepEqual([answer.status, ratelimit], [200, headers.ratelimit]);
      assert.equal(policy, headers["ratelimit-policy"]);
    });

    test("without a key the answer is 401 and a challenge that tells of no error", async () => {
      assert.deepEqual(await refusalOf("/read", []), {
        status: 401,
        headers: { challenge: 'Bearer realm="acme"' },
        body: {
          title: "The request carries no key",
          status: 401,
          code: "missing_credential",
        },
      });
    });

    test("what is no key is 401 and malformed", async () => {
      const challenge =
        'Bearer realm="acme", error="invalid_token", error_description="That is not a key"';
      const body = { title: "That is not a key", status: 401, code: "malformed" };
      const garbled = await refusalOf("/read", ["authorization", "Bearer a b"]);
      assert.deepEqual(garbled, { status: 401, headers: { challenge }, body });
      const mistyped = await refusalOf("/read", ["x-api-key", `${keyward.key("reader")}x`]);
      assert.deepEqual(mistyped, {
        status: 401,
        headers: { challenge },
        body: { ...body, detail: "That is not a key" },
      });
    });

    test("a stranger's key is 401 and unknown", async () => {
      const stranger = fakeKeyward({ keys: { any: {} } }).key("any");
      const { status, headers, body } = await refusalOf("/read", ["x-api-key", stranger]);
      assert.equal(status, 401);
      assert.deepEqual(headers, {
        challenge:
          'Bearer realm="acme", error="invalid_token", error_description="There is no such key"',
      });
      assert.deepEqual(body, {
        title: "There is no such key",
        status: 401,
        code: "unknown",
        detail: "There is no such key",
      });
    });

    test("K2: a key is refused from the moment that it is revoked", async () => {
      assert.equal((await getWith("/read", "reader")).status, 200);
      handled.length = 0;
      keyward.revoke("reader");
      const { status, headers } = await refusalOf("/read", ["x-api-key", keyward.key("reader")]);
      assert.equal(status, 401);
      assert.deepEqual(headers, {
        challenge:
          'Bearer realm="acme", error="invalid_token", error_description="The key has been revoked"',
      });
    });

    test("T30: a key without the scope is 403, and both challenge and problem name it", async () => {
      const refusal = await refusalOf("/write", ["x-api-key", keyward.key("reader")]);
      assert.deepEqual(refusal, {
        status: 403,
        headers: {
          challenge: 'Bearer realm="acme", error="insufficient_scope", scope="invoices:write"',
        },
        body: {
          title: "The key lacks a scope that the request needs",
          status: 403,
          code: "insufficient_scope",
          detail: "The key lacks a scope that the request needs",
          missing_scopes: ["invoices:write"],
        },
      });
      assert.equal((await getWith("/write", "writer")).status, 200);
    });

    for (const [what, headersOf] of Object.entries(AMBIGUITIES)) {
      test(`T27: ${what} is 400, and nobody is asked about either`, async () => {
        const headers = headersOf(keyward.key("reader"), keyward.key("writer"));
        const { status, body } = await refusalOf("/read", headers);
        assert.equal(status, 400);
        assert.deepEqual(body, {
          title: "The request carries more than one key",
          status: 400,
          code: "ambiguous_credentials",
        });
        assert.deepEqual(keyward.verifications, []);
      });
    }

    test("T25: a key that is bound to addresses works from the connection's own, whatever a header says", async () => {
      assert.equal((await getWith("/read", "local")).status, 200);
      handled.length = 0;
      const forged = ["x-api-key", keyward.key("elsewhere"), "x-forwarded-for", "192.0.2.1"];
      const { status, body } = await refusalOf("/read", forged);
      assert.equal(status, 403);
      assert.deepEqual(body, {
        title: "The key does not work from this address",
        status: 403,
        code: "ip_not_allowed",
        detail: "The key does not work from this address",
      });
    });

    test("a key that is bound to a route is judged by the path that was sent", async () => {
      assert.equal((await getWith("/read?page=2", "routed")).status, 200);
      assert.equal((await getWith("/twice", "routed")).status, 200);
      assert.equal((await getWith("/both", "routed")).status, 403);
    });

    test("T30: a key over its limit is 429 with the wait that the verdict has, and no challenge", async () => {
      keyward.deny("reader", "rate_limited", { retryAfterSeconds: 7 });
      assert.deepEqual(await refusalOf("/read", ["x-api-key", keyward.key("reader")]), {
        status: 429,
        headers: { retryAfter: "7" },
        body: {
          title: "Too many requests",
          status: 429,
          code: "rate_limited",
          detail: "Too many requests",
        },
      });
      keyward.deny("reader", "rate_limited");
      const { headers } = await refusalOf("/read", ["x-api-key", keyward.key("reader")]);
      assert.deepEqual(headers, {});
    });

    const UNAVAILABLE = {
      title: "Keys cannot be checked now",
      status: 503,
      code: "unavailable",
    };

    test("K3: while nothing can be decided the answer is 503 and a wait, never 401 and never 200", async () => {
      keyward.goAway({ retryAfterSeconds: 3 });
      const refusal = await refusalOf("/read", ["x-api-key", keyward.key("reader")]);
      assert.deepEqual(refusal, { status: 503, headers: { retryAfter: "3" }, body: UNAVAILABLE });
      keyward.comeBack();
      assert.equal((await getWith("/read", "reader")).status, 200);
    });

    for (const [what, authenticate] of Object.entries(FAILURES)) {
      test(`T38: where what authenticates ${what}, the answer is 503 and the handler is not called`, async () => {
        authenticator = { authenticate: authenticate as Authenticator["authenticate"] };
        for (const path of ["/read", "/twice", "/both"]) {
          const refusal = await refusalOf(path, ["x-api-key", keyward.key("writer")]);
          assert.deepEqual(refusal, {
            status: 503,
            headers: { retryAfter: "1" },
            body: UNAVAILABLE,
          });
        }
      });
    }

    test("T31: what two layers ask alike is decided once", async () => {
      assert.equal((await getWith("/twice", "reader")).status, 200);
      assert.deepEqual(
        keyward.verifications.map(({ key, isCounted }) => [key, isCounted]),
        [["reader", true]],
      );
    });

    test("T31: what two layers ask for different scopes is counted once, and both must allow", async () => {
      assert.equal((await getWith("/both", "writer")).status, 200);
      assert.deepEqual(
        keyward.verifications.map(({ isCounted }) => isCounted),
        [true, false],
      );
      handled.length = 0;
      const { status } = await refusalOf("/both", ["x-api-key", keyward.key("reader")]);
      assert.equal(status, 403);
    });

    test("T39: a header that skips a framework's own middleware does not skip the guard", async () => {
      const bypass = ["src/middleware:nowaf:src/middleware", "middleware:middleware:middleware"];
      for (const value of bypass) {
        const { status } = await refusalOf("/read", ["x-middleware-subrequest", value]);
        assert.equal(status, 401);
      }
    });

    test("what the handler throws is the app's own error and not the key's", async () => {
      const answer = await getWith("/broken", "reader");
      assert.equal(answer.status, 500);
      assert.equal(handled.length, 1);
      assert.deepEqual(
        keyward.verifications.map(({ outcome }) => outcome),
        ["allowed"],
      );
    });

    test("a header called __proto__ does no harm", async () => {
      const { status } = await refusalOf("/read", ["__proto__", "x"]);
      assert.equal(status, 401);
    });

    test("refusals and answers of many requests at once are not mixed up", async () => {
      const keys = Array.from({ length: 60 }, (_, index) =>
        index % 3 === 0 ? "reader" : "writer",
      );
      const answers = await Promise.all(keys.map((key) => getWith("/write", key)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        keys.map((key) => (key === "writer" ? 200 : 403)),
      );
      assert.ok(handled.every(({ principal }) => principal?.owner === "cus_43"));
    });
  });
}

const PLACES: Readonly<Record<string, (key: string) => RawHeaders>> = {
  "Authorization: Bearer": (key) => ["authorization", `Bearer ${key}`],
  "Authorization: api-key": (key) => ["Authorization", `api-key ${key}`],
  "X-API-Key": (key) => ["X-API-Key", key],
  "the user name of Basic": (key) => ["authorization", `Basic ${btoa(`${key}:`)}`],
};

const AMBIGUITIES: Readonly<Record<string, (key: string, other: string) => RawHeaders>> = {
  "a key in each of two headers": (key, other) => [
    "authorization",
    `Bearer ${key}`,
    "x-api-key",
    other,
  ],
  "the same key in each of two headers": (key) => [
    "authorization",
    `Bearer ${key}`,
    "x-api-key",
    key,
  ],
  "an Authorization that is there twice": (key, other) => [
    "authorization",
    `Bearer ${key}`,
    "Authorization",
    `Bearer ${other}`,
  ],
  "an X-API-Key that is there twice": (key) => ["x-api-key", key, "X-API-Key", key],
};

function send(port: number, path: string, rawHeaders: RawHeaders): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = ["host", `127.0.0.1:${port}`, "connection", "close", ...rawHeaders];
    const sent = httpRequest({ host: "127.0.0.1", port, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, body }),
      );
      response.on("error", reject);
    });
    sent.setTimeout(5_000, () => sent.destroy(new Error("no answer")));
    sent.on("error", reject);
    sent.end();
  });
}
