// What a gateway does while Keyward is away: somebody has stopped it, and says so.
import { bearer, goodKey } from "./scene.ts";
import type { Check, Finding, Scene } from "./scene.ts";
import { firstFinding } from "./refusals.ts";

export const OUTAGE: readonly Check[] = [
  {
    name: "while Keyward is away nothing passes, and nobody is told that a key is bad (503)",
    run: (scene) =>
      firstFinding([[], bearer(goodKey(scene))], (headers) => whileAway(scene, headers)),
  },
];

async function whileAway(scene: Scene, headers: readonly string[]): Promise<Finding> {
  const { status, headers: told } = await scene.gateway.ask({ headers });
  if (status < 400) return `it passes, with ${status}: the gateway fails open`;
  if (status !== 503) return `it is answered with ${status}, and should be with 503`;
  return told["retry-after"] === undefined ? "the answer has no Retry-After" : undefined;
}
