// Keys created durably per second over HTTP, against bare rows that are committed one by one with the same settings.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { install } from "./http/installation.ts";
import type { FromServer } from "./http/report.ts";
import { median } from "./suite.ts";
import type { Row, Suite } from "./suite.ts";

const IN_FLIGHT = 64;
const ROUNDS = 7;
const ROUND_MS = 1_000;

export const suite: Suite = {
  async run() {
    const installation = await install(1_000);
    const server = fork(
      fileURLToPath(new URL("http/keyward-server.ts", import.meta.url)),
      [installation.directory],
      { execArgv: process.execArgv },
    );
    const rows = new BareRows(installation.directory);
    try {
      const [message] = (await once(server, "message")) as [FromServer];
      if (message.kind !== "listening") throw new Error("the server does not say where it listens");
      const create = creator(message.port, installation.managementKey);
      return [
        await compare("manage.create_durable", 1, create, rows),
        await compare(`manage.create_durable.in_flight${IN_FLIGHT}`, IN_FLIGHT, create, rows),
      ];
    } finally {
      server.kill("SIGKILL");
      rows.close();
      installation.remove();
    }
  },
};

async function compare(
  name: string,
  inFlight: number,
  create: () => Promise<void>,
  rows: BareRows,
): Promise<Row> {
  const values: number[] = [];
  const baselines: number[] = [];
  const ratios: number[] = [];
  await perSecond(inFlight, create);
  for (let round = 0; round < ROUNDS; round++) {
    const value = await perSecond(inFlight, create);
    const baseline = rows.perSecond();
    values.push(value);
    baselines.push(baseline);
    ratios.push(value / baseline);
  }
  return {
    name,
    value: median(values),
    unit: "creates/s",
    baseline: median(baselines),
    ratio: median(ratios),
  };
}

/** Keeps so many calls under way for the length of a round. */
async function perSecond(inFlight: number, call: () => Promise<void>): Promise<number> {
  const started = performance.now();
  let count = 0;
  const keepCalling = async () => {
    while (performance.now() - started < ROUND_MS) {
      await call();
      count++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepCalling));
  return (count * 1_000) / (performance.now() - started);
}

function creator(port: number, managementKey: string): () => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const body = JSON.stringify({ api: "acme", name: "Bench", owner: "bench" });
  const headers = {
    authorization: `Bearer ${managementKey}`,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  };
  return async () => {
    const sent = request({ port, agent, method: "POST", path: "/v1/keys", headers }).end(body);
    const [response] = await once(sent, "response");
    if (response.statusCode !== 201) throw new Error(`a create answered ${response.statusCode}`);
    response.resume();
    await once(response, "end");
  };
}

/** One row of 200 bytes for each commit: the floor under a durable write on this disk. */
class BareRows {
  readonly #database: DatabaseSync;

  constructor(directory: string) {
    this.#database = new DatabaseSync(join(directory, "bare.db"));
    this.#database.exec("pragma journal_mode = wal; pragma synchronous = full");
    this.#database.exec("create table rows (id integer primary key, value text) strict");
  }

  perSecond(): number {
    const insert = this.#database.prepare("insert into rows (value) values (?)");
    const started = performance.now();
    let count = 0;
    for (; performance.now() - started < ROUND_MS; count++) insert.run("x".repeat(200));
    return (count * 1_000) / (performance.now() - started);
  }

  close(): void {
    this.#database.close();
  }
}
