// Sends requests as fast as they are answered, from a process of its own, and reads of the answers only what it must.
import { connect } from "node:net";
import type { Socket } from "node:net";

/** One round, as the parent asks for it. */
export interface Round {
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  readonly head: string;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  /** What each answer must contain, so that no failure is measured as speed. */
  readonly expected: string;
}

export interface RoundResult {
  readonly requestCount: number;
  readonly elapsedMs: number;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LENGTH = "content-length: ";

process.on("message", (round: Round) => {
  void run(round).then((result) => process.send?.(result));
});

async function run(round: Round): Promise<RoundResult> {
  const { head, bodies, connections, port } = round;
  const requests = bodies.map((body) =>
    Buffer.from(`${head}content-length: ${body.length}\r\n\r\n${body}`),
  );
  const state = { next: 0, answered: 0, isOver: false };
  const finished: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let count = 0; count < connections; count++) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    finished.push(drive(socket, requests, round.expected, state));
  }
  setTimeout(() => {
    state.isOver = true;
  }, round.durationMs);
  await Promise.all(finished);
  return { requestCount: state.answered, elapsedMs: performance.now() - startedMs };
}

interface State {
  next: number;
  answered: number;
  isOver: boolean;
}

/** One connection with one request in flight, until the round is over. */
function drive(
  socket: Socket,
  requests: readonly Buffer[],
  expected: string,
  state: State,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let pending: Buffer | undefined;
  const send = () => {
    const request = requests[state.next++ % requests.length];
    if (request !== undefined) socket.write(request);
  };
  socket.on("connect", send);
  socket.on("error", reject);
  socket.on("data", (chunk: Buffer) => {
    const received = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    if (received.length < answerBytes(received)) {
      pending = received;
      return;
    }
    pending = undefined;
    state.answered++;
    // Of a few: the generator must not be what is measured.
    if (state.answered % 512 === 1 && !received.toString("latin1").includes(expected)) {
      reject(new Error(`an unexpected answer: ${received.toString("latin1").slice(0, 500)}`));
    }
    if (state.isOver) {
      socket.destroy();
      resolve();
    } else {
      send();
    }
  });
  return promise;
}

/** Of the whole answer; infinite until its head is there. */
function answerBytes(received: Buffer): number {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return Infinity;
  const head = received.toString("latin1", 0, headEnd).toLowerCase();
  return (
    headEnd +
    HEAD_END.length +
    Number.parseInt(head.slice(head.indexOf(LENGTH) + LENGTH.length), 10)
  );
}
