// The baseline: what node:http itself costs for bodies and answers of the same sizes.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { reportToParent } from "./report.ts";

const [, , singleBytes = "0", batchBytes = "0"] = process.argv;
const singleAnswer = "x".repeat(Number(singleBytes));
const batchAnswer = "x".repeat(Number(batchBytes));

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const isBatch = request.url === "/v1/verify/batch";
    const answer = Buffer.concat(chunks).length > 0 && isBatch ? batchAnswer : singleAnswer;
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": answer.length,
    });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
reportToParent((server.address() as AddressInfo).port);
