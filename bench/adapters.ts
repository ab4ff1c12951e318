// What a guard takes from an app: requests per second to a guarded route, against the same route without, over loopback.
import { fight, rowOf, startProcess, started } from "./http/duel.ts";
import type { Row, Suite } from "./suite.ts";

export const suite: Suite = {
  async run() {
    return [...(await measure("fastify")), ...(await measure("hono"))];
  },
};

async function measure(framework: string): Promise<readonly Row[]> {
  const app = startProcess("guarded-app.ts", [framework], 0);
  const generator = startProcess("generator.ts", [], 1);
  try {
    const server = await started(app);
    const key = await (await fetch(`http://127.0.0.1:${server.port}/key`)).text();
    const contender = (path: string) => ({
      server,
      head: `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n`,
      expected: "inv_1",
    });
    const pairs = await fight({
      subject: contender("/guarded"),
      baseline: contender("/open"),
      generator,
      bodies: [""],
      warmUpRounds: 4,
      rounds: 9,
    });
    const name = `verify.adapter.overhead.${framework}`;
    return [
      rowOf({ name, unit: "requests/s" }, pairs, ({ perSecond }) => perSecond),
      rowOf({ name: `${name}.cpu`, unit: "µs" }, pairs, ({ cpuMicroseconds }) => cpuMicroseconds),
    ];
  } finally {
    app.kill("SIGKILL");
    generator.kill("SIGKILL");
  }
}
