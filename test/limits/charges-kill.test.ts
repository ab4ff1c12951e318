// A server on SQLite that is killed with charges open: what was acknowledged is still there (K5).
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createClient } from "@keyward/sdk/client";
import { serverProcesses } from "../http/server-process.ts";

const processes = serverProcesses();

test("K5: kill -9 forgets no charge that was acknowledged, and charges none twice when it is asked for again", async () => {
  const environment = { KEYWARD_DATA: processes.freshDirectory() };
  const server = await processes.started(environment);
  const before = createClient({ url: server.url, token: server.key });
  await before.apis.create({ name: "Acme", prefix: "acme", audience: "https://acme.test" });
  const { secret: credential } = await before.keys.create({
    api: "acme",
    name: "n",
    owner: "o",
    limits: [{ name: "c", kind: "credits", limit: 100 }],
  });
  const of = { credential, cost: 30, reserve_seconds: 600 };
  const first = await before.verify({ ...of, idempotency_key: "first" });
  const second = await before.verify({ ...of, idempotency_key: "second" });
  const ended = once(server.child, "exit");
  server.child.kill("SIGKILL");
  await ended;

  const again = await processes.started(environment);
  const client = createClient({ url: again.url, token: server.key });
  const repeated = await client.verify({ ...of, idempotency_key: "first" });
  assert.deepEqual([repeated.code, repeated.charge], ["allowed", first.charge]);
  const settled = await client.charges.commit(first.charge?.id ?? "", { cost: 10 });
  assert.deepEqual(settled, { id: first.charge?.id, state: "committed", cost: 10 });
  await client.charges.release(second.charge?.id ?? "");
  await assert.rejects(client.charges.commit(second.charge?.id ?? "", { cost: 1 }), {
    code: "charge_settled",
  });
  // Ten are spent; what was in hand when it was killed is lost, a sixteenth of what was left at most.
  const spend = async (cost: number) => (await client.verify({ credential, cost })).code;
  assert.equal(await spend(91), "credits_exhausted");
  assert.equal(await spend(75), "allowed");
  const stopped = once(again.child, "exit");
  again.child.kill("SIGTERM");
  await stopped;
});
