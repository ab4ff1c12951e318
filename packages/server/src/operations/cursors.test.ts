import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import type { WorkspaceId } from "@keyward/core/id";
import { tenantScope } from "../storage/storage.ts";
import {
  assertFails,
  createAcme,
  createAcmeKey,
  createTenant,
  openWorkbench,
} from "../testing/workbench.ts";
import { Cursors } from "./cursors.ts";
import type { ListPosition } from "./cursors.ts";

const cursors = new Cursors(createSecretKey(randomBytes(32)));
const LAST = "key_01kdvdna0004hmasw9nf6yy07z";
const position: ListPosition = {
  scope: tenantScope("wsp_01kdvdna0004hmasw9nf6yy07z" as WorkspaceId),
  list: "keys.list",
  filter: { api: "acme", status: "active" },
};

function assertRefused(at: ListPosition, cursor: string, message?: string): void {
  const isRefusal = (error: unknown) =>
    error instanceof OperationError && error.code === "invalid_cursor";
  assert.throws(() => cursors.open(at, cursor), isRefusal, message);
}

test("a cursor opens where it was given, whatever the order of the filters", () => {
  const cursor = cursors.seal(position, LAST);
  assert.equal(cursors.open(position, cursor), LAST);
  const filter = { status: "active", api: "acme" };
  assert.equal(cursors.open({ ...position, filter }, cursor), LAST);
});

test("T58: a cursor of another workspace, list or filter is refused", () => {
  const cursor = cursors.seal(position, LAST);
  const scope = tenantScope("wsp_01kdvdna0004hmasw9nf6yy080" as WorkspaceId);
  assertRefused({ ...position, scope }, cursor);
  assertRefused({ ...position, list: "owners.list" }, cursor);
  for (const filter of [
    {},
    { api: "acme" },
    { api: "acme", status: "revoked" },
    { api: "acme", status: "active", q: "" },
  ]) {
    assertRefused({ ...position, filter }, cursor, JSON.stringify(filter));
  }
  const others = new Cursors(createSecretKey(randomBytes(32)));
  assertRefused(position, others.seal(position, LAST));
});

test("T58: a cursor with any one bit of its text flipped is refused", () => {
  const bytes = Buffer.from(cursors.seal(position, LAST));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    assertRefused(position, flipped.toString("latin1"), `bit ${bit}`);
  }
});

test("T58: text that is no cursor is refused, and so is a cursor spelled in another way", () => {
  const cursor = cursors.seal(position, LAST);
  for (const text of [
    "",
    "a",
    LAST,
    "=".repeat(100),
    `${cursor}=`,
    ` ${cursor}`,
    `${cursor}\n`,
    cursor.slice(0, -1),
    cursor.slice(0, 22),
  ]) {
    assertRefused(position, text, text);
  }
});

test("K6: every list refuses the cursor of another workspace and that of another list", async (t) => {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  await createAcme(bench, { prefix: "beta" });
  await createAcmeKey(bench);
  for (const name of ["reader", "writer"]) {
    await bench.write(bench.operator, "roles.create", {
      body: { api: "acme", name, scopes: ["invoices:read"] },
    });
  }
  const { caller } = await createTenant(bench);
  const ids = ["keys.list", "apis.list", "roles.list", "owners.list", "audit.list"] as const;
  const given = new Map<string, string>();
  for (const id of ids) {
    const { next_cursor } = await bench.read(bench.operator, id, { query: { limit: "1" } });
    assert.ok(next_cursor !== null, id);
    given.set(id, next_cursor);
  }
  for (const id of ids) {
    for (const [list, cursor] of given) {
      const query = { limit: "1", cursor };
      if (list !== id)
        await assertFails(bench.read(bench.operator, id, { query }), "invalid_cursor");
      await assertFails(bench.read(caller, id, { query }), "invalid_cursor");
    }
  }
});
