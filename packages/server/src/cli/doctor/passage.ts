// What does pass, and what the application sees of it.
import { randomUUID } from "node:crypto";
import { bearer, goodKey, needsKey, needsUpstream, passed } from "./scene.ts";
import type { Check, Finding, Scene } from "./scene.ts";
import { firstFinding } from "./refusals.ts";
import type { Question } from "./gateway.ts";
import { valuesOf } from "./upstream.ts";
import type { Received } from "./upstream.ts";

const BODY_CHARS = 300_000;
const IDENTITY = ["decision", "key-id", "owner", "owner-id", "environment", "scopes", "api"];

/** Servers that make `_` or `.` and `-` one character read all of them as the header that they trust. */
const SPELLINGS = [
  "X-Keyward-Key-Id",
  "x-keyward-owner",
  "X-KEYWARD-DECISION",
  "X_Keyward_Key_Id",
  "X-Keyward_Owner",
  "X.Keyward.Key.Id",
  "X-Keyward-Proxy-Token",
];

export const PASSAGE: readonly Check[] = [
  {
    name: "a good key passes",
    leftOut: needsKey,
    run: async (scene) => {
      const { status } = await scene.gateway.ask({ headers: bearer(goodKey(scene)) });
      return status >= 400 ? `it is answered with ${status}` : undefined;
    },
  },
  {
    name: "the application is told who called",
    leftOut: needsUpstream,
    run: (scene) =>
      onPassage(scene, { headers: bearer(goodKey(scene)) }, (received) => {
        const missing = IDENTITY.filter(
          (name) => valuesOf(received, `x-keyward-${name}`).length !== 1,
        );
        return missing.length === 0
          ? undefined
          : `it does not see X-Keyward-… once each: ${missing.join(", ")}`;
      }),
  },
  {
    name: "the application never sees the key",
    leftOut: needsUpstream,
    run: (scene) => {
      const key = goodKey(scene);
      const carriers = [
        bearer(key),
        ["X-API-Key", key],
        ["Authorization", `Basic ${btoa(`${key}:`)}`],
      ];
      return firstFinding(carriers, (headers) =>
        onPassage(scene, { headers }, ({ rawHeaders }) => {
          const seen = rawHeaders.findIndex((text) => text.includes(headers[1] ?? ""));
          return seen === -1 ? undefined : `it sees it in ${rawHeaders[seen - 1]}`;
        }),
      );
    },
  },
  {
    name: "what a client says of who it is does not reach the application",
    leftOut: needsUpstream,
    run: (scene) => firstFinding(SPELLINGS, (name) => spoof(scene, name)),
  },
  {
    name: "a body reaches the application whole",
    leftOut: needsUpstream,
    run: async (scene) => {
      const body = "0123456789".repeat(BODY_CHARS / 10);
      const question = { method: "POST", headers: bearer(goodKey(scene)), body };
      return await onPassage(scene, question, (received) =>
        received.body === body
          ? undefined
          : `of ${BODY_CHARS} characters ${received.body.length} arrived`,
      );
    },
  },
];

/** Either the whole request is refused, or the application does not see what was said. */
async function spoof(scene: Scene, name: string): Promise<Finding> {
  const mark = randomUUID();
  scene.upstream?.take();
  await scene.gateway.ask({ headers: [...bearer(goodKey(scene)), name, mark] });
  const seen = (scene.upstream?.take() ?? []).some(({ rawHeaders }) => rawHeaders.includes(mark));
  return seen ? `it sees what a client wrote into ${name}` : undefined;
}

async function onPassage(
  scene: Scene,
  question: Question,
  look: (received: Received) => Finding,
): Promise<Finding> {
  const mark = randomUUID();
  scene.upstream?.take();
  const answer = await scene.gateway.ask({
    ...question,
    headers: [...(question.headers ?? []), "Doctor", mark],
  });
  const received = scene.upstream?.take().find(({ rawHeaders }) => rawHeaders.includes(mark));
  if (received !== undefined) return look(received);
  return passed(answer)
    ? "it was answered by somebody else than the application"
    : `it is answered with ${answer.status}, and should pass`;
}
