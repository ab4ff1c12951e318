// A process that has not heard of a write yet, and somebody who asks it to know of that write: spec/feed.md §8.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGuard, guardWith } from "@keyward/sdk/adapters/fetch";
import { createClient } from "@keyward/sdk/client";
import { Keyward } from "@keyward/sdk";
import { startTestServer } from "../http/test-server.ts";
import type { Body, TestServer } from "../http/test-server.ts";

const READ = { scopes: ["invoices:read"] };
const WRITE = { scopes: ["invoices:write"] };

let server: TestServer;
let keyward: Keyward;
/** Whether nothing new reaches the process but what it looks up. */
let isDeaf = false;
/** Whether look-ups fail as well. */
let isCutOff = false;

before(async () => {
  server = await startTestServer();
  const scopes = [...READ.scopes, ...WRITE.scopes];
  const audience = "https://acme.test";
  const api = await make("/v1/apis", { name: "Acme", prefix: "acme", audience, scopes });
  const feed = { api: "keyward", name: "v", owner: "ops", scopes: [`feed:${api.id}:live`] };
  const { secret } = await make("/v1/keys", feed);
  const options = { url: server.url, token: secret, api: "acme", environment: "live" } as const;
  // So long that on no machine it is for want of trust that Keyward is asked.
  keyward = new Keyward({ ...options, fetch: hardOfHearing, maxStalenessMs: 600_000 });
  await keyward.ready();
});
after(async () => {
  await keyward.close();
  await server.stop();
});

async function hardOfHearing(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (isCutOff && pathname === "/v1/feed/keys") throw new TypeError("fetch failed");
  const response = await fetch(input, init);
  if (pathname !== "/v1/feed/changes" || response.body === null) return response;
  const drop = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      if (!isDeaf) controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(drop), response);
}

async function make(path: string, body: object): Promise<Body> {
  return done(await server.call("POST", path, { body }));
}

function done(answer: Awaited<ReturnType<TestServer["call"]>>): Body {
  assert.ok(answer.status < 300, answer.text);
  return answer.json;
}

/** A key that the process knows, as it was before it went deaf. */
async function makeKnownKey(): Promise<Body> {
  isDeaf = false;
  const key = await make("/v1/keys", { api: "acme", name: "n", owner: "customer-1", ...READ });
  assert.equal((await keyward.verify(key.secret, READ)).code, "allowed");
  isDeaf = true;
  return key;
}

const requestWith = ({ secret }: Body) =>
  new Request("https://acme.test/invoices", { headers: { "x-api-key": secret } });

test("K2: who passes the rev of a change is decided about by that change, in a process that has not heard of it", async () => {
  const { secret, id } = await makeKnownKey();
  const { rev } = done(await server.call("POST", `/v1/keys/${id}/disable`));
  assert.equal(keyward.verifyNow(secret, READ)?.code, "allowed");
  assert.equal(keyward.verifyNow(secret, { ...READ, minRev: rev }), undefined);
  assert.equal((await keyward.verify(secret, { ...READ, minRev: rev })).code, "disabled");
});

test("a scope that was granted a moment ago can be used through a guard, by who passes the rev of the grant", async () => {
  const key = await makeKnownKey();
  const scopes = [...READ.scopes, ...WRITE.scopes];
  const path = `/v1/keys/${key.id}`;
  const { rev: minRev } = done(await server.call("PATCH", path, { body: { scopes } }));
  const guard = guardWith(keyward);
  assert.equal((await guard(requestWith(key), WRITE)).outcome, "refused");
  assert.equal((await guard(requestWith(key), { ...WRITE, minRev })).outcome, "allowed");
});

test("of one request, an answer that need not know of a write is not given to who asks for one that must", async () => {
  const key = await makeKnownKey();
  const { rev: minRev } = done(await server.call("POST", `/v1/keys/${key.id}/disable`));
  const request = requestWith(key);
  assert.equal((await keyward.authenticate(request, READ)).outcome, "allowed");
  assert.equal((await keyward.authenticate(request, { ...READ, minRev })).outcome, "refused");
});

test("a key that was made a moment ago works for who passes its rev", async () => {
  isDeaf = true;
  const key = await make("/v1/keys", { api: "acme", name: "n", owner: "customer-1", ...READ });
  const verdict = await keyward.verify(key.secret, { ...READ, minRev: key.rev });
  assert.equal(verdict.code, "allowed");
});

test("K3: while Keyward cannot be asked, a rev that has not arrived is unavailable, and what needs none is decided", async () => {
  const { secret, id } = await makeKnownKey();
  const { rev } = done(await server.call("POST", `/v1/keys/${id}/disable`));
  isCutOff = true;
  const verdict = await keyward.verify(secret, { ...READ, minRev: rev });
  isCutOff = false;
  assert.ok(verdict.outcome === "unavailable");
  assert.equal(verdict.reason, "no_answer");
  assert.equal((await keyward.verify(secret, READ)).code, "allowed");
});

for (const minRev of [1_000_000, Infinity, Number.NaN]) {
  test(`K3: a rev that Keyward has not come to, ${minRev}, is unavailable: 503, in this process and from the server`, async () => {
    const key = await makeKnownKey();
    const verdict = await keyward.verify(key.secret, { ...READ, minRev });
    assert.ok(verdict.outcome === "unavailable");
    assert.equal(verdict.reason, "behind");
    const client = createClient({ url: server.url, token: server.key, retries: 0 });
    const remote = createGuard({ client, api: "acme", environment: "live" });
    for (const guard of [guardWith(keyward), remote]) {
      const result = await guard(requestWith(key), { ...READ, minRev });
      assert.ok(result.outcome === "refused");
      assert.equal(result.response.status, 503);
    }
  });
}
