// A server with many keys that is killed whenever it has just come up.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { install } from "../../bench/http/installation.ts";
import { multiplyKeys } from "../../bench/http/multiply-keys.ts";
import { ADDRESS, SCOPE } from "../../bench/population.ts";
import { serverProcesses } from "../http/server-process.ts";

const { start } = serverProcesses();

const NO_PROC = process.platform === "linux" ? false : "memory is read as Linux tells it";
const KEYS = 50_000;
const ROUNDS = 5;

test(
  "F27: killed again and again as soon as it is ready, a server has all of its keys each time, and needs no more memory for it",
  { skip: NO_PROC },
  async (t) => {
    const installation = await install(1_000);
    t.after(() => installation.remove());
    multiplyKeys(installation.directory, KEYS - 1_000);
    const credential = installation.population.presented(1);
    const residents: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const server = start({ KEYWARD_DATA: installation.directory });
      await server.until("Keyward is ready");
      const url = /"url":"([^"]+)"/.exec(server.output())?.[1] ?? "";
      const answer = await fetch(`${url}/v1/verify`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${installation.managementKey}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({
          credential,
          api: "acme",
          scopes: [SCOPE],
          context: { ip: ADDRESS },
        }),
      });
      assert.equal(((await answer.json()) as { readonly code: string }).code, "allowed");
      residents.push(residentKiB(server.child.pid ?? 0));
      server.child.kill("SIGKILL");
      await server.ended;
    }
    const [first = 0] = residents;
    assert.ok(first > 0);
    for (const resident of residents) assert.ok(resident < first * 1.5, residents.join(" "));
  },
);

/** As Linux tells it. */
function residentKiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}
