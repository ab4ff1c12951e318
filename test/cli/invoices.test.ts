import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runCommand } from "./run-command.ts";
import { startKeyward } from "./running-keyward.ts";
import type { RunningKeyward } from "./running-keyward.ts";

const PROGRAM = fileURLToPath(new URL("../../examples/invoices-api/src/main.ts", import.meta.url));

/** Starts the example as its README says, with a management key that can verify and nothing else. */
function startInvoices(keyward: RunningKeyward) {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...keyward.env, KEYWARD_TOKEN_FILE: join(keyward.directory, "verify.key"), PORT: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = new Promise<string>((resolve, reject) => {
    let log = "";
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
      const found = /(http:\S+)\n/.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(log)));
  });
  return { url, stop: () => child.kill("SIGKILL") };
}

test("the invoices API lets in what Keyward allows, refuses what it revokes, and answers 503 without it", async (context) => {
  const keyward = await startKeyward();
  let isRunning = true;
  const stopKeyward = async () => {
    if (isRunning) await keyward.stop();
    isRunning = false;
  };
  context.after(stopKeyward);
  const cli = async (command: string) => {
    const { code, stdout, stderr } = await runCommand(keyward, `keyward ${command}`);
    assert.equal(code, 0, `${command}: ${stderr}`);
    return stdout;
  };
  await cli(
    "apis create --name Acme --prefix acme --audience https://api.acme.test --scope invoices:read --scope invoices:write",
  );
  await cli(
    'keys create --api keyward --name "Invoices API" --owner invoices-api --scope keys:verify --secret-out verify.key',
  );
  const create = "keys create --api acme --name Bar --owner cus_42 --scope invoices:read";
  const made = await cli(`${create} --scope invoices:write --secret-out bar.key --json`);
  const { id } = JSON.parse(made) as { readonly id: string };
  await cli(`${create} --ip 192.0.2.0/24 --secret-out elsewhere.key`);
  const key = (name: string) => readFileSync(join(keyward.directory, name), "utf8").trim();

  const invoices = startInvoices(keyward);
  context.after(() => invoices.stop());
  const url = await invoices.url;
  const statusOf = async (headers: Readonly<Record<string, string>>, init: RequestInit = {}) =>
    (await fetch(url, { ...init, headers })).status;

  assert.equal(await statusOf({ authorization: `api-key ${key("bar.key")}` }), 200);
  assert.equal(await statusOf({ authorization: `Bearer ${key("bar.key")}` }), 200);
  assert.equal(await statusOf({ authorization: `Basic ${btoa(`${key("bar.key")}:`)}` }), 200);
  assert.equal(await statusOf({ "x-api-key": key("bar.key") }), 200);
  const body = JSON.stringify({ customer: "Bar Ltd", amount_cents: 1999, currency: "EUR" });
  assert.equal(await statusOf({ "x-api-key": key("bar.key") }, { method: "POST", body }), 201);
  assert.equal(await statusOf({}), 401);
  assert.equal(await statusOf({ "x-api-key": key("verify.key") }), 403);
  assert.equal(await statusOf({ "x-api-key": key("elsewhere.key") }), 403);

  await cli(`keys revoke ${id} --yes`);
  assert.equal(await statusOf({ "x-api-key": key("bar.key") }), 401);
  await stopKeyward();
  assert.equal(await statusOf({ "x-api-key": "acme_live_whatever" }), 503);
});

test("the invoices API says which setting is wrong, and ends with 78", () => {
  const start = (settings: NodeJS.ProcessEnv) => {
    const env = {
      ...process.env,
      NODE_OPTIONS: "--conditions=@keyward/source",
      KEYWARD_URL: undefined,
      ...settings,
    };
    return spawnSync(process.execPath, [PROGRAM], { env, encoding: "utf8" });
  };
  const settings: readonly NodeJS.ProcessEnv[] = [
    { KEYWARD_TOKEN_FILE: undefined },
    { KEYWARD_TOKEN_FILE: "verify.key", KEYWARD_URL: "localhost" },
    { KEYWARD_TOKEN_FILE: "verify.key", KEYWARD_URL: "localhost:4141" },
  ];
  assert.deepEqual(
    settings.map((each) => {
      const { status, stderr } = start(each);
      return { status, said: stderr.split("\n")[0] };
    }),
    [
      "KEYWARD_TOKEN_FILE must name a file with a management key that has keys:verify",
      "KEYWARD_URL must be an http or https URL, such as http://127.0.0.1:4141",
      "KEYWARD_URL must be an http or https URL, such as http://127.0.0.1:4141",
    ].map((said) => ({ status: 78, said })),
  );
});
