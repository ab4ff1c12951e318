// Requests as bytes, so that a test can send what no client would.
import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Sends bytes on one connection and reads until the other side is silent for a while or closes. */
export async function exchange(
  port: number,
  parts: readonly (string | Buffer)[],
  silenceMs = 2_000,
): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    socket.setTimeout(100);
  });
  socket.setTimeout(silenceMs, resolve);
  socket.on("error", () => resolve());
  socket.on("close", () => resolve());
  for (const part of parts) {
    socket.write(part);
    if (parts.length > 1) await new Promise((go) => setTimeout(go, 10));
  }
  await promise;
  socket.destroy();
  return Buffer.concat(chunks).toString("latin1");
}

/** Splits what came into answers by their lengths. */
export function readAnswers(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest.length > 0;) {
    const headEnd = rest.indexOf("\r\n\r\n");
    if (headEnd === -1) throw new Error(`half an answer: ${rest}`);
    const [statusLine = "", ...lines] = rest.slice(0, headEnd).split("\r\n");
    const status = Number(statusLine.split(" ")[1]);
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const bodyStart = headEnd + 4;
    const bodyEnd = bodyStart + (status === 100 ? 0 : Number(headers.get("content-length") ?? 0));
    answers.push({ status, headers, body: rest.slice(bodyStart, bodyEnd) });
    rest = rest.slice(bodyEnd);
  }
  return answers;
}
