// What breaks. Each is over when it answers, and whoever was stopped goes on.
import { setTimeout as delay } from "node:timers/promises";
import type { VerifierProcess } from "../feed/started-verifier.ts";
import type { Node } from "../nodes/cluster.ts";
import type { Prng } from "../simulation/prng.ts";
import type { Soaked } from "./soak.ts";

interface Struck extends Soaked {
  readonly node: Node;
  readonly spot: { verifier: VerifierProcess; readonly start: () => VerifierProcess };
  readonly random: Prng;
}

export const FAULTS = {
  nodeFrozen: async ({ node, random }: Struck) => {
    node.signal("SIGSTOP");
    await delay(random.between(200, 4_000));
    node.signal("SIGCONT");
  },
  nodeKilled: async ({ node }: Struck) => {
    await node.kill();
    await node.startAgain();
  },
  nodeRestarted: async ({ node }: Struck) => {
    await node.stop();
    await node.startAgain();
  },
  databaseRestartedAtOnce: async ({ server }: Struck) => {
    await server.restartAtOnce();
  },
  databaseGone: async ({ server, random }: Struck) => {
    await server.stopAtOnce();
    await delay(random.between(200, 3_000));
    await server.start();
  },
  backendsTerminated: async ({ server, database }: Struck) => {
    const name = new URL(database).pathname.slice(1);
    await server.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
  },
  verifierFrozen: async ({ spot, random }: Struck) => {
    spot.verifier.signal("SIGSTOP");
    await delay(random.between(200, 4_000));
    spot.verifier.signal("SIGCONT");
  },
  verifierKilled: async ({ spot }: Struck) => {
    spot.verifier.signal("SIGKILL");
    spot.verifier = spot.start();
    await delay(200);
  },
} as const satisfies Readonly<Record<string, (struck: Struck) => Promise<void>>>;

export type FaultName = keyof typeof FAULTS;
