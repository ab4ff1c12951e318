import cluster from "node:cluster";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ToAuthority } from "../workers/messages.ts";
import type { WorkerProcess } from "../workers/worker-pool.ts";

/** In a clone the sources run, published what was built of them. */
const PROGRAM = import.meta.url.endsWith(".ts") ? "worker.ts" : "worker.js";

/** Starts a process that shares the port with all others of its kind. */
export function spawnWorker(): WorkerProcess {
  // Each accepts for itself. Handed over by the authority, a connection would hang with one that has just been killed, and
  // every connection would wait for whatever the authority is doing.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(PROGRAM, import.meta.url)),
    args: [],
    serialization: "advanced",
  });
  const worker = cluster.fork();
  // What is sent to one that has just ended is nobody's.
  worker.on("error", () => undefined);
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (!worker.isConnected()) resolve();
        else worker.send(message, () => resolve());
      }),
    onMessage: (listener) => worker.on("message", (message) => listener(message as ToAuthority)),
    kill: () => worker.process.kill("SIGKILL"),
    ended: once(worker, "exit").then(() => undefined),
  };
}
