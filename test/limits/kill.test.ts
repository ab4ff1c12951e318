// Credits under many clients, over worker processes that are killed: what was granted is granted once (K5, T32).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../edge/running-edge.ts";
import { ROOT } from "../gateways/processes.ts";
import type { Body } from "../http/test-server.ts";
import { freePort } from "../../packages/server/src/runtime/testing/free-port.ts";

const WORKERS = 4;
const CLIENTS = 64;
const CREDITS = 10_000;
/** What a worker can have in hand at most: borrowed ahead, and for each client that waits. */
const IN_HAND_MAX = 1_000 + CLIENTS;

const directory = mkdtempSync(join(tmpdir(), "keyward-limits-"));
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
let server: ChildProcess;
let url: string;
let managementKey = "";

before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("KEYWARD_"));
  const program = join(ROOT, "packages/server/src/main.ts");
  server = spawn(process.execPath, ["--conditions=@keyward/source", program], {
    env: {
      ...Object.fromEntries(inherited),
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node"),
      KEYWARD_DATA: join(directory, "data"),
      KEYWARD_PORT: String(port),
      KEYWARD_METRICS_PORT: "off",
      KEYWARD_WORKERS: String(WORKERS),
      KEYWARD_BOOTSTRAP_KEY_FILE: join(directory, "management.key"),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
  await until(isReady, "the server is ready");
  managementKey = readFileSync(join(directory, "management.key"), "utf8").trim();
  await ask("POST", "/v1/apis", { name: "Acme", prefix: "acme", audience: "https://acme.test" });
});
after(() => {
  agent.destroy();
  server.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Rejects when the connection ends before the answer has come. */
function ask(method: string, path: string, body?: object): Promise<Body> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${managementKey}`,
    ...(body && { "content-type": "application/json" }),
    "content-length": Buffer.byteLength(text),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers, agent }, (answer) => {
      let received = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (received += part));
      answer.on("end", () => resolve(JSON.parse(received) as Body));
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(text);
  });
}

function makeKey(): Promise<Body> {
  const limits = [{ name: "c", kind: "credits", limit: CREDITS }];
  return ask("POST", "/v1/keys", { api: "acme", name: "k", owner: "o", limits });
}

async function usedOf({ id }: Body): Promise<number> {
  const { data } = (await ask("GET", `/v1/keys/${id}/limits`)) as unknown as {
    readonly data: readonly { readonly used: number }[];
  };
  return data[0]?.used ?? 0;
}

interface Spent {
  allowed: number;
  /** Decided, it may be, but nobody was told. */
  unanswered: number;
}

/** All clients at once, each until it is refused; `kill` is called after every so many. */
async function spend({ secret }: Body, kill?: () => void): Promise<Spent> {
  const spent: Spent = { allowed: 0, unanswered: 0 };
  let asked = 0;
  const client = async () => {
    for (;;) {
      if (++asked % 2_000 === 0) kill?.();
      try {
        const { code } = await ask("POST", "/v1/verify", { credential: secret, api: "acme" });
        if (code === "credits_exhausted") return;
        if (code === "allowed") spent.allowed++;
      } catch {
        spent.unanswered++;
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return spent;
}

/** What workers had in hand when the clients left comes back, and is spent as well. */
async function spendRest(key: Body, spent: Spent): Promise<void> {
  await until(async () => {
    const { code } = await ask("POST", "/v1/verify", { credential: key.secret, api: "acme" });
    if (code === "allowed") spent.allowed++;
    return code === "credits_exhausted" && (await usedOf(key)) === CREDITS;
  }, "everything is spent");
}

test("K5, T32: 64 clients over 4 processes are given exactly what there is", async () => {
  const key = await makeKey();
  const spent = await spend(key);
  await spendRest(key, spent);
  assert.deepEqual(spent, { allowed: CREDITS, unanswered: 0 });
});

test("K5: processes that are killed with something in hand give nothing away, and lose no more than that", async () => {
  const key = await makeKey();
  let kills = 0;
  const spent = await spend(key, () => {
    const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8");
    const [worker] = children.split(" ").filter(Boolean).map(Number);
    if (worker === undefined) return;
    kills++;
    process.kill(worker, "SIGKILL");
  });
  await spendRest(key, spent);
  assert.ok(kills > 0);
  assert.ok(spent.allowed <= CREDITS, `${spent.allowed} of ${CREDITS}`);
  const lost = CREDITS - spent.allowed;
  assert.ok(lost <= spent.unanswered + kills * IN_HAND_MAX, `${lost} lost with ${kills} killed`);
});
