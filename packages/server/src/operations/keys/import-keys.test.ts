import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { assertFails, createAcme, createTenant, openWorkbench } from "../../testing/workbench.ts";

const FOREIGN = "sk_live_51H8a.b-c+d/e=f~g";
const sha256 = createHash("sha256").update(FOREIGN).digest("hex");
const item = {
  sha256,
  api: "acme",
  name: "from elsewhere",
  owner: "customer-7",
  environment: "live",
} as const;

async function importItems(
  bench: Awaited<ReturnType<typeof openWorkbench>>,
  items: readonly object[],
  caller = bench.operator,
) {
  return await bench.write(caller, "keys.import", { body: { items: items as never } });
}

test("K4: a key is imported by its digest alone, and is a key like any other: found, described, audited", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const { data } = await importItems(bench, [{ ...item, hint: "=f~g", scopes: ["invoices:read"] }]);
  assert.equal(data[0]?.outcome, "imported");
  const { data: keys } = await bench.read(bench.operator, "keys.list", {
    query: { api: "acme" },
  });
  assert.deepEqual(
    keys.map(({ id, name, owner, hint, status, scopes }) => ({
      id,
      name,
      owner,
      hint,
      status,
      scopes,
    })),
    [
      {
        id: data[0]?.id,
        name: "from elsewhere",
        owner: "customer-7",
        hint: "=f~g",
        status: "active",
        scopes: ["invoices:read"],
      },
    ],
  );
  const { data: events } = await bench.read(bench.operator, "audit.list", {
    query: { action: "key.created" },
  });
  assert.equal(events[0]?.target.id, data[0]?.id);
  assert.equal(events[0]?.detail["imported"], true);
  assert.equal(JSON.stringify(events).includes(sha256), false);
});

test("a batch that is repeated imports nothing twice, and says which keys are there", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const first = await importItems(bench, [item, item]);
  const again = await importItems(bench, [item]);
  const id = first.data[0]?.id;
  assert.deepEqual(
    [...first.data, ...again.data],
    [
      { outcome: "imported", id },
      { outcome: "exists", id },
      { outcome: "exists", id },
    ],
  );
});

test("each item is refused by itself, with the reason; the others are imported", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  const other = (digit: string) => ({ ...item, sha256: digit.repeat(64) });
  const { data } = await importItems(bench, [
    { ...other("1"), scopes: ["nothing:here"] },
    { ...other("2"), api: "nobody" },
    { ...other("3"), api: "keyward" },
    { ...other("4"), expires_at: "2020-01-01T00:00:00Z" },
    { ...other("5"), disabled: true },
  ]);
  assert.deepEqual(
    data.map(({ outcome, code }) => [outcome, code]),
    [
      ["refused", "unknown_scope"],
      ["refused", "not_found"],
      ["refused", "built_in"],
      ["refused", "in_the_past"],
      ["imported", undefined],
    ],
  );
  const { data: keys } = await bench.read(bench.operator, "keys.list", {
    query: { api: "acme" },
  });
  assert.deepEqual(
    keys.map(({ status }) => status),
    ["disabled"],
  );
});

test("K6: a digest that opens another workspace's key is refused, and nothing of the batch is kept", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await importItems(bench, [item]);
  const { caller: tenant } = await createTenant(bench);
  const acme = { name: "Acme", prefix: "acme", audience: "https://acme.example" };
  await bench.write(tenant, "apis.create", { body: acme });
  const own = { ...item, sha256: "6".repeat(64) };
  await assertFails(importItems(bench, [own, item], tenant), "digest_taken");
  const { data } = await bench.read(tenant, "keys.list", { query: { api: "acme" } });
  assert.deepEqual(data, []);
});
