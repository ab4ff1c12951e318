// `keyward login` as people do it: the real command line, and Debian's Chromium before a real server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { violationsOn } from "./axe.ts";
import { startDashboard } from "./browser.ts";
import type { DashboardFixture } from "./browser.ts";

const BIN = fileURLToPath(new URL("../../packages/server/bin/keyward.mjs", import.meta.url));
const home = mkdtempSync(join(tmpdir(), "keyward-login-"));
const kept = join(home, ".config", "keyward", "logins.json");

let fixture: DashboardFixture;
before(async () => {
  fixture = await startDashboard();
});
after(async () => {
  await fixture.stop();
  rmSync(home, { recursive: true });
});

interface Running {
  /** The first match in what it has said so far, or will. */
  says(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

function keyward(...words: readonly string[]): Running {
  const child = spawn(process.execPath, [BIN, ...words], {
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      NODE_OPTIONS: "--conditions=@keyward/source",
      KEYWARD_URL: fixture.server.url,
      NO_COLOR: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(stderr)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stderr.on("data", look);
      child.on("close", () => reject(new Error(`it ended: ${stderr}`)));
      look();
    });
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  return { says, ended };
}

async function outputOf(...words: readonly string[]) {
  const { code, stdout, stderr } = await keyward(...words, "--json").ended;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("RFC 8628: a member types in the code in a browser, and the command line is signed in, makes a token of theirs and ends", async () => {
  const login = keyward("login", "--device");
  const code = await login.says(/^ {2}([B-Z]{4}-[B-Z]{4})$/m);
  const { page, context, complaints } = await fixture.open({ path: "/device", as: "admin" });
  await page.getByRole("textbox", { name: "Code" }).fill("bbbb-bbbb");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("No program waits with that code.").waitFor();
  await page.getByRole("textbox", { name: "Code" }).fill(code.toLowerCase().replace("-", " "));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Say yes only if you have just started it yourself.").waitFor();
  assert.deepEqual(await violationsOn(page, "everything"), []);
  await page.getByRole("button", { name: "Sign it in" }).click();
  await page.getByText("The program is signed in.").waitFor();
  const { code: exit, stderr } = await login.ended;
  assert.equal(exit, 0, stderr);
  assert.match(stderr, /Signed in as an admin until /);
  assert.equal(statSync(kept).mode & 0o777, 0o600);

  const me = await outputOf("whoami");
  assert.deepEqual([me.member.role, me.key_id], ["admin", null]);
  const words = ["--name", "ci", "--scope", "keys:read", "--secret-out", join(home, "ci.token")];
  const token = await outputOf("tokens", "create", ...words);
  assert.equal(token.owner, me.member.id);
  assert.match(readFileSync(join(home, "ci.token"), "utf8"), /^keyward_pat_live_/);
  const list = await outputOf("tokens", "list");
  assert.deepEqual(
    list.data.map(({ id }: { readonly id: string }) => id),
    [token.id],
  );
  assert.equal((await outputOf("tokens", "revoke", token.id, "--yes")).status, "revoked");

  const logins: Record<string, { readonly token: string }> = JSON.parse(readFileSync(kept, "utf8"));
  const session = logins[fixture.server.url]?.token ?? assert.fail();
  const asProgram = () => fixture.server.call("GET", "/v1/me", { key: session });
  assert.equal((await asProgram()).status, 200);
  assert.deepEqual(await outputOf("logout"), { signed_out: true });
  assert.equal((await asProgram()).status, 401);
  assert.equal((await keyward("whoami").ended).code, 4);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("RFC 8252: the browser comes back to a port of this machine with a code, after a click and not before", async () => {
  const login = keyward("login", "--no-browser");
  const address = await login.says(/^ {2}(http\S+)$/m);
  const { page, context } = await fixture.open({ as: "developer" });
  await page.goto(address);
  await page.getByRole("button", { name: "Sign it in" }).click();
  await page.getByText("You can close this tab and go back to the command line.").waitFor();
  const { code, stderr } = await login.ended;
  assert.equal(code, 0, stderr);
  assert.equal((await outputOf("whoami")).member.role, "developer");
  await context.close();
});

test("a program that is refused in the browser is told so, and nothing is kept of it", async () => {
  await keyward("logout").ended;
  const login = keyward("login", "--no-browser");
  const address = await login.says(/^ {2}(http\S+)$/m);
  const { page, context } = await fixture.open();
  await page.goto(address);
  await page.getByRole("button", { name: "Refuse" }).click();
  const { code, stderr } = await login.ended;
  assert.equal(code, 4);
  assert.match(stderr, /the sign-in was refused in the browser/);
  assert.deepEqual(JSON.parse(readFileSync(kept, "utf8")), {});
  await context.close();
});

test("a management key signs no program in, and an address that is no request asks nothing", async () => {
  const key = await fixture.open({ path: "/device", as: "key" });
  await key.page.getByText("A management key signs nobody in.").waitFor();
  await key.context.close();
  const { page, context } = await fixture.open({ path: "/authorize?client_id=other" });
  await page.getByText("This is no request of the command line.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Sign it in" }).count(), 0);
  await context.close();
});
