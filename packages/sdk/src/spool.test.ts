import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileSpool } from "./spool.ts";
import type { OpenSpool } from "./spool.ts";

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "keyward-spool-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

async function drain(spool: OpenSpool): Promise<readonly string[]> {
  const texts: string[] = [];
  for (let text = await spool.first(); text !== undefined; text = await spool.first()) {
    texts.push(text);
    await spool.removeFirst();
  }
  return texts;
}

/** The number of a process that is there no longer. */
async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ["--eval", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

test("texts come back in their order, and what was removed does not", async (t) => {
  const spool = await fileSpool(temporaryDirectory(t)).open("acme.live", "a");
  for (const text of ["one", "zwölf", "three"]) assert.equal(await spool.append(text), true);
  assert.equal(await spool.first(), "one");
  await spool.removeFirst();
  assert.equal(await spool.append("four"), true);
  assert.deepEqual(await drain(spool), ["zwölf", "three", "four"]);
  await spool.close();
});

test("K8: a full spool takes no more until it has been emptied", async (t) => {
  const spool = await fileSpool(temporaryDirectory(t), { bytesMax: 10 }).open("acme.live", "a");
  assert.deepEqual([await spool.append("12345"), await spool.append("12345")], [true, false]);
  await drain(spool);
  assert.equal(await spool.append("12345"), true);
  await spool.close();
});

test("an emptied spool leaves nothing behind, and one that is not leaves its file", async (t) => {
  const directory = temporaryDirectory(t);
  const empty = await fileSpool(directory).open("acme.live", "a");
  const full = await fileSpool(directory).open("acme.live", "b");
  await full.append("text");
  await empty.close();
  await full.close();
  assert.deepEqual(readdirSync(directory), [`acme.live.${process.pid}.b.usage`]);
});

test("F01: what a process has left that is gone comes first, without its torn last line, and is removed once taken", async (t) => {
  const directory = temporaryDirectory(t);
  const pid = await goneProcess();
  writeFileSync(join(directory, `acme.live.${pid}.x.usage`), "first\nsecond\ntor");
  writeFileSync(join(directory, `other.live.${pid}.x.usage`), "of another subject\n");
  const spool = await fileSpool(directory).open("acme.live", "a");
  await spool.append("own");
  assert.deepEqual(await drain(spool), ["first", "second", "own"]);
  await spool.close();
  assert.deepEqual(readdirSync(directory), [`other.live.${pid}.x.usage`]);
});

test("the file of a process that is running is left alone", async (t) => {
  const directory = temporaryDirectory(t);
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
  t.after(() => child.kill("SIGKILL"));
  await once(child, "spawn");
  const name = `acme.live.${child.pid}.x.usage`;
  writeFileSync(join(directory, name), "theirs\n");
  const spool = await fileSpool(directory).open("acme.live", "a");
  assert.equal(await spool.first(), undefined);
  await spool.close();
  assert.deepEqual(readdirSync(directory), [name]);
});

test("while a text is being appended the file is not emptied under it", async (t) => {
  const spool = await fileSpool(temporaryDirectory(t)).open("acme.live", "a");
  await spool.append("one");
  await Promise.all([spool.append("two"), spool.removeFirst(), spool.append("three")]);
  assert.deepEqual(await drain(spool), ["two", "three"]);
  await spool.close();
});

test("two that begin at once and find the same file both go on, whichever of them removes it first", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, `acme.live.${await goneProcess()}.x.usage`), "first\nsecond\n");
  const [one, other] = await Promise.all([
    fileSpool(directory).open("acme.live", "a"),
    fileSpool(directory).open("acme.live", "b"),
  ]);
  await one.append("of one");
  await other.append("of the other");
  assert.equal(await other.first(), "first");
  assert.deepEqual(await drain(one), ["first", "second", "of one"]);
  await other.removeFirst();
  assert.deepEqual(await drain(other), ["of the other"]);
  await one.close();
  await other.close();
  assert.deepEqual(readdirSync(directory), []);
});
