// Keys that were found where none belong: reported by whoever holds them, and by GitHub.
import assert from "node:assert/strict";
import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import type { AuditEvent, Key } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "./test-server.ts";
import type { TestServer } from "./test-server.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const lists = { asked: 0 };
const github = createServer((_, response) => {
  lists.asked++;
  const key = publicKey.export({ type: "spki", format: "pem" });
  response.end(JSON.stringify({ public_keys: [{ key_identifier: "one", key, is_current: true }] }));
});
let server: TestServer;

before(async () => {
  github.listen(0, "127.0.0.1");
  await once(github, "listening");
  const { port } = github.address() as AddressInfo;
  server = await startTestServer({
    environment: {
      KEYWARD_GITHUB_KEYS_URL: `http://127.0.0.1:${port}/keys`,
      KEYWARD_EGRESS_ALLOW: "127.0.0.0/8",
      KEYWARD_TRUSTED_PROXIES: "127.0.0.1",
    },
  });
});
after(async () => {
  await server.stop();
  github.close();
});

interface NewKey {
  readonly id: string;
  readonly secret: string;
}

/** Of an api of its own that reacts so. */
async function keyOf(reaction: string): Promise<NewKey> {
  const prefix = `a${reaction.replaceAll(/[^a-z]/g, "").slice(0, 12)}`;
  const api = { name: reaction, prefix, audience: "https://a.test", leak_reaction: reaction };
  await server.call("POST", "/v1/apis", { body: api });
  const body = { api: prefix, name: "found", owner: "cus_1" };
  return (await server.call("POST", "/v1/keys", { body })).json;
}

/** From a network of its own, without a management key. */
let networks = 0;
function report(credential: string, url?: string, network = `192.0.2.${++networks}`) {
  return server.call("POST", "/v1/leaks", {
    key: null,
    body: { credential, ...(url !== undefined && { url }) },
    headers: { "x-forwarded-for": network },
  });
}

async function read(id: string): Promise<Key> {
  return JSON.parse((await server.call("GET", `/v1/keys/${id}`)).text) as Key;
}

async function eventsOf(id: string): Promise<readonly AuditEvent[]> {
  const { text } = await server.call("GET", `/v1/audit?target=${id}`);
  return (JSON.parse(text) as { data: readonly AuditEvent[] }).data;
}

async function codeOf({ secret }: NewKey, ip = "198.51.100.7"): Promise<string> {
  const body = { credential: secret, context: { ip } };
  return (await server.call("POST", "/v1/verify", { body })).json.code;
}

test("whoever holds a key may report it, and learns nothing; its owner is told once, of the secret, the place and the reaction", async () => {
  const key = await keyOf("notify");
  const { status, text } = await report(key.secret, "https://paste.test/x?token=hunter2");
  assert.deepEqual([status, text], [200, '{"outcome":"reported"}']);
  await report(key.secret);
  const [event, ...before] = await eventsOf(key.id);
  assert.deepEqual(
    before.map(({ action }) => action),
    ["key.created"],
  );
  const { secrets } = await read(key.id);
  assert.deepEqual(
    [event?.action, event?.actor, event?.detail],
    [
      "key.leaked",
      { type: "system", id: "leak:holder", ip: null },
      {
        secret: secrets[0]?.id,
        hint: secrets[0]?.hint,
        source: "holder",
        url: "https://paste.test/x",
        reaction: "notify",
      },
    ],
  );
  assert.equal(await codeOf(key), "allowed");
});

test("what became of a key that leaked is found by its digest, without showing it; another digest finds nothing", async () => {
  const key = await keyOf("revoke");
  await report(key.secret);
  const digest = createHash("sha256").update(key.secret).digest("hex");
  const { json, text } = await server.call("GET", `/v1/audit?digest=${digest}`);
  assert.equal(json.data.length, 3);
  assert.ok(!text.includes(digest));
  const csv = await server.call("GET", `/v1/audit?digest=${digest}&format=csv`);
  assert.match(csv.text, /^id,rev,at,/);
  const other = await server.call("GET", `/v1/audit?digest=${"0".repeat(64)}`);
  assert.deepEqual(other.json.data, []);
  const elsewhere = await server.call(
    "GET",
    `/v1/audit?digest=${digest}&target=key_01kdvdna0004hmasw9nf6yy07z`,
  );
  assert.deepEqual(elsewhere.json.data, []);
});

test("what is no key is unknown, and changes nothing", async () => {
  const { secret } = await keyOf("notify");
  const invented = `${secret.slice(0, -6)}AAAAAA`;
  assert.deepEqual((await report(invented)).json, { outcome: "unknown" });
});

test("revoke: the key is refused when the report is answered, and a further report says nothing", async () => {
  const key = await keyOf("revoke");
  await report(key.secret);
  assert.equal(await codeOf(key), "revoked");
  assert.equal((await read(key.id)).revoked_reason, "leaked");
  assert.deepEqual((await report(key.secret)).json, { outcome: "reported" });
  assert.deepEqual(
    (await eventsOf(key.id)).map(({ action }) => action),
    ["key.revoked", "key.leaked", "key.created"],
  );
});

test("quarantine: the key is disabled, and works again once it is enabled", async () => {
  const key = await keyOf("quarantine");
  await report(key.secret);
  assert.equal(await codeOf(key), "disabled");
  await server.call("POST", `/v1/keys/${key.id}/enable`);
  assert.equal(await codeOf(key), "allowed");
});

test("restrict: a key that was never used is disabled; one that was goes on where it was used, and nowhere else", async () => {
  const unused = await keyOf("restrict");
  await report(unused.secret);
  assert.equal(await codeOf(unused), "disabled");
  const { json: used } = await server.call("POST", "/v1/keys", {
    body: { api: "arestrict", name: "used", owner: "cus_1" },
  });
  await codeOf(used, "198.51.100.7");
  while ((await read(used.id)).last_used_at === null)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await report(used.secret);
  assert.deepEqual((await read(used.id)).restrictions, { ips: ["198.51.100.0/24"] });
  assert.equal(await codeOf(used, "198.51.100.99"), "allowed");
  assert.equal(await codeOf(used, "203.0.113.9"), "ip_not_allowed");
});

test("rotate: the secret ends in a day when it is the last, and at once when another one works", async () => {
  const key = await keyOf("rotate");
  await report(key.secret);
  const [leaked] = (await read(key.id)).secrets;
  const inMs = Date.parse(leaked?.expires_at ?? "") - server.clock.now();
  assert.ok(inMs > 86_000_000 && inMs <= 86_400_000);
  const { json: added } = await server.call("POST", `/v1/keys/${key.id}/secrets`, { body: {} });
  await report(added.secret);
  assert.equal(await codeOf({ id: key.id, secret: added.secret }), "unknown");
  assert.equal(await codeOf(key), "allowed");
});

test("a management key that leaked is revoked, whoever reports it", async () => {
  const body = { api: "keyward", name: "ops", owner: "ops", scopes: ["keys:read"] };
  const { json } = await server.call("POST", "/v1/keys", { body });
  await report(json.secret);
  assert.equal((await server.call("GET", "/v1/keys", { key: json.secret })).status, 401);
});

test("K8: a network that reports too much hears 503, and another one is heard", async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 21; count++)
    statuses.push((await report("nothing", undefined, "203.0.113.1")).status);
  assert.deepEqual(statuses, [...Array<number>(20).fill(200), 503]);
  assert.equal((await report("nothing", undefined, "203.0.113.2")).status, 200);
});

function sign(body: string): string {
  return createSign("sha256").update(body).sign(privateKey).toString("base64");
}

function fromGithub(body: string, { signature = sign(body), keyId = "one" } = {}) {
  return server.call("POST", "/v1/leaks/github", {
    key: null,
    body,
    headers: { "github-public-key-identifier": keyId, "github-public-key-signature": signature },
  });
}

test("T11: GitHub's matches are labelled, and its real ones react; the keys that it signs with are read once", async () => {
  const key = await keyOf("revoke");
  const matches = [
    { token: key.secret, type: "keyward", url: "https://github.test/a?b", source: "commit" },
    { token: "acme_live_nothing", type: "keyward", url: null },
  ];
  const { status, text } = await fromGithub(JSON.stringify(matches));
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), [
    {
      token_hash: createHash("sha256").update(key.secret).digest("hex"),
      token_type: "keyward",
      label: "true_positive",
    },
    {
      token_hash: createHash("sha256").update("acme_live_nothing").digest("hex"),
      token_type: "keyward",
      label: "false_positive",
    },
  ]);
  assert.equal(await codeOf(key), "revoked");
  const event = (await eventsOf(key.id)).find(({ action }) => action === "key.leaked");
  assert.deepEqual(
    [event?.actor.id, event?.detail["url"]],
    ["leak:github", "https://github.test/a"],
  );
  assert.equal(lists.asked, 1);
});

test("T11: one bit of body or signature more, another spelling of the same JSON, or a key that is not GitHub's is 401 and changes nothing", async () => {
  const key = await keyOf("revoke");
  const { json: other } = await server.call("POST", "/v1/keys", {
    body: { api: "arevoke", name: "still there", owner: "cus_1" },
  });
  const body = JSON.stringify([{ token: other.secret, type: "keyward", url: null }]);
  const signature = sign(body);
  const bytes = Buffer.from(signature, "base64");
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  const attempts = [
    fromGithub(body.replace("keyward", "keywarc"), { signature }),
    fromGithub(JSON.stringify(JSON.parse(body), undefined, 1), { signature }),
    fromGithub(body, { signature: bytes.toString("base64") }),
    fromGithub(body, { signature: "" }),
    fromGithub(body, { keyId: "two" }),
  ];
  for (const attempt of attempts) assert.equal((await attempt).status, 401);
  assert.equal(await codeOf({ id: other.id, secret: other.secret }), "allowed");
  assert.ok(key.id);
  assert.ok(lists.asked <= 2);
});

test("T11: ten thousand matches are answered, and ten thousand and one refused", async () => {
  const match = { token: "acme_live_nothing", type: "keyward", url: null };
  const many = await fromGithub(JSON.stringify(Array(10_000).fill(match)));
  assert.equal(many.status, 200);
  const tooMany = await fromGithub(JSON.stringify(Array(10_001).fill(match)));
  assert.deepEqual([tooMany.status, tooMany.json.code], [400, "invalid_request"]);
});
