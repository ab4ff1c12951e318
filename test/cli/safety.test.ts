// Shrinking a key from the command line, on a server whose days pass as the test says.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Key, Shrinking } from "@keyward/sdk/client/operations.generated";
import { startTestServer } from "../http/test-server.ts";
import { runCommand } from "./run-command.ts";
import { makePlace } from "./running-keyward.ts";

async function open(context: TestContext) {
  const server = await startTestServer();
  const { directory, env } = makePlace();
  context.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const tokenFile = join(directory, "management.key");
  writeFileSync(tokenFile, server.key, { mode: 0o600 });
  const place = {
    directory,
    env: { ...env, KEYWARD_URL: server.url, KEYWARD_TOKEN_FILE: tokenFile },
  };
  const post = async (path: string, body: object) =>
    (await server.call("POST", path, { body })).json;
  await post("/v1/apis", {
    name: "Acme",
    prefix: "acme",
    audience: "https://acme.test",
    scopes: ["invoices:list", "invoices:read", "invoices:write"],
  });
  const key = await post("/v1/keys", {
    api: "acme",
    name: "n",
    owner: "cus_42",
    scopes: ["invoices:*", "invoices:read"],
  });
  return {
    server,
    key,
    keyward: (words: string, typed?: readonly string[]) =>
      runCommand(place, `keyward ${words}`, typed && { typed }),
    verify: (scope: string) =>
      post("/v1/verify", { credential: key.secret, api: "acme", scopes: [scope] }),
  };
}

test("keyward safety shrink shows the difference, asks, and changes the key as it was looked at; nothing that it needed is refused", async (t) => {
  const { server, key, keyward, verify } = await open(t);
  const hasNeeded = async (count: number) => {
    const { text } = await server.call("GET", `/v1/keys/${key.id}/least-grants`);
    return (JSON.parse(text) as Shrinking).needed.length === count;
  };
  await verify("invoices:read");
  for (let tries = 0; tries < 400 && !(await hasNeeded(1)); tries++) await delay(50);
  const early = await keyward(`safety shrink ${key.id} --yes`);
  assert.equal(early.code, 2);
  assert.match(
    early.stderr,
    /^It has its scopes, and is observed, since [-0-9]+: that is not yet 90 days\.\n/,
  );
  assert.match(early.stderr, /nobody can tell; nothing was changed/);
  server.clock.passSeconds(91 * 86_400);
  await verify("invoices:list");
  await verify("invoices:read");
  for (let tries = 0; tries < 400 && !(await hasNeeded(2)); tries++) await delay(50);

  const dry = await keyward(`safety shrink ${key.id} --days 90 --dry-run`);
  assert.deepEqual(
    [dry.code, dry.stdout],
    [0, "- scope invoices:*\n+ scope invoices:list\n  scope invoices:read\n"],
  );
  assert.match(
    dry.stderr,
    /^In 90 days key_\w+ has not needed what goes; it is observed since [-0-9]+\.\n$/,
  );
  const silent = await keyward(`safety shrink ${key.id}`);
  assert.equal(silent.code, 2);
  assert.match(silent.stderr, /add --yes/);
  const no = await keyward(`safety shrink ${key.id}`, ["n"]);
  assert.match(no.stdout, /Shrink it\? \[y\/N\] n\n[^]*not confirmed; nothing was changed/);

  const done = await keyward(`safety shrink ${key.id} --yes --json`);
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual((JSON.parse(done.stdout) as Key).scopes, ["invoices:list", "invoices:read"]);
  assert.equal((await verify("invoices:read")).code, "allowed");
  assert.equal((await verify("invoices:write")).code, "insufficient_scope");
});
