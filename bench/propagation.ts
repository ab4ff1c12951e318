// How long after a revocation was acknowledged a key is still allowed anywhere, with many verifiers on one real server.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { install } from "./http/installation.ts";
import type { FromServer } from "./http/report.ts";
import { nowMs } from "./http/shared-clock.ts";
import type { FromVerifiers, ToVerifiers } from "./http/verifiers.ts";
import type { Row, Suite } from "./suite.ts";

const KEYS = 1_000;
const PROCESSES = 2;
const VERIFIERS_PER_PROCESS = 50;
const REVOCATIONS = 50;

export const suite: Suite = {
  async run() {
    const installation = await install(KEYS);
    const children: ChildProcess[] = [];
    const start = (file: string, args: readonly string[]) => {
      const path = fileURLToPath(new URL(`http/${file}`, import.meta.url));
      const child = fork(path, args, { execArgv: process.execArgv });
      children.push(child);
      return child;
    };
    try {
      const server = start("keyward-server.ts", [installation.directory]);
      const [message] = (await once(server, "message")) as [FromServer];
      if (message.kind !== "listening") throw new Error("the server does not say where it listens");
      const url = `http://127.0.0.1:${message.port}`;
      const token = installation.managementKey;
      const processes = Array.from({ length: PROCESSES }, () => start("verifiers.ts", []));
      await askAll(processes, { kind: "follow", url, token, count: VERIFIERS_PER_PROCESS });
      const delays: number[] = [];
      for (let count = 0; count < REVOCATIONS; count++) {
        delays.push(...(await revokeOne(url, token, processes)));
      }
      return rowsOf(delays.sort((left, right) => left - right));
    } finally {
      for (const child of children) child.kill("SIGKILL");
      installation.remove();
    }
  },
};

/** For each verifier, the milliseconds from the acknowledgement to its refusal: 0 if it was there before. */
async function revokeOne(
  url: string,
  token: string,
  processes: readonly ChildProcess[],
): Promise<readonly number[]> {
  const { id, secret } = await post<{ id: string; secret: string }>(`${url}/v1/keys`, token, {
    api: "acme",
    name: "Bench",
    owner: "bench",
  });
  await askAll(processes, { kind: "watch", credential: secret });
  const refused = Promise.all(processes.map((child) => nextMessage(child)));
  await post(`${url}/v1/keys/${id}/revoke`, token, {});
  const acknowledgedMs = nowMs();
  return (await refused).flatMap((message) => {
    if (message.kind !== "refused") throw new Error("a process does not say when it refused");
    return message.atMs.map((atMs) => Math.max(0, atMs - acknowledgedMs));
  });
}

function askAll(processes: readonly ChildProcess[], message: ToVerifiers): Promise<unknown> {
  const answers = processes.map((child) => nextMessage(child));
  for (const child of processes) child.send(message);
  return Promise.all(answers);
}

async function nextMessage(child: ChildProcess): Promise<FromVerifiers> {
  const [message] = (await once(child, "message")) as [FromVerifiers];
  return message;
}

async function post<Answer>(url: string, token: string, body: object): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Answer;
}

function rowsOf(ascending: readonly number[]): readonly Row[] {
  if (ascending.length !== PROCESSES * VERIFIERS_PER_PROCESS * REVOCATIONS) {
    throw new Error("a verifier is missing");
  }
  const row = (name: string, fraction: number): Row => ({
    name: `revoke.propagation.${name}`,
    value: ascending[Math.ceil(ascending.length * fraction) - 1] ?? Number.NaN,
    unit: "ms",
    baseline: null,
    ratio: null,
  });
  return [row("p50", 0.5), row("p99", 0.99), row("max", 1)];
}
