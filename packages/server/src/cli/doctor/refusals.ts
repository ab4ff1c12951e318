// What must not pass, and what its client is told.
import { formatKey, KEY_RANDOM_BYTES } from "@keyward/core/key/format";
import { systemRandom } from "../../runtime/random.ts";
import { bearer, expectStatus, goodKey, needsKey, needsOwnKeys, passed } from "./scene.ts";
import type { Check, Finding, Scene } from "./scene.ts";
import type { Answer } from "./gateway.ts";

const AMBIGUOUS = ["/a/../b", "/a//b", "/a%2fb", "/a%2e%2e/b", "/a;x/b", "/a%5cb"] as const;

/** A client's own word about the request that is decided. */
const SPOOFS = ["Original", "Forwarded"].flatMap((kind) => [
  [`X-${kind}-URI`, "/"],
  [`X-${kind}-Method`, "OPTIONS"],
]);

export const REFUSALS: readonly Check[] = [
  {
    name: "a request without a key is refused with 401 and a challenge",
    run: async (scene) => challenged(await expectStatus(scene, {}, 401)),
  },
  {
    name: "what is no key is refused with 401 and a challenge",
    run: async (scene) =>
      challenged(await expectStatus(scene, { headers: ["X-API-Key", "nonsense"] }, 401)),
  },
  {
    name: "a key that nobody has is refused with 401 and a challenge",
    run: async (scene) => {
      const headers = bearer(inventedKey());
      return challenged(await expectStatus(scene, { headers }, 401));
    },
  },
  {
    name: "nothing that a client says of its own request lets it through without a key",
    run: async (scene) => (await expectStatus(scene, { headers: SPOOFS.flat() }, 401)).finding,
  },
  {
    name: "two keys in one request are refused with 400",
    leftOut: needsKey,
    run: async (scene) => {
      const key = goodKey(scene);
      const pairs = [
        ["X-API-Key", key, "X-API-Key", inventedKey()],
        [...bearer(key), "X-API-Key", key],
      ];
      return await firstFinding(pairs, async (headers) => {
        return (await expectStatus(scene, { headers }, 400)).finding;
      });
    },
  },
  {
    name: "a path that two servers may read in two ways is refused with 400",
    leftOut: needsKey,
    run: (scene) =>
      firstFinding(AMBIGUOUS, async (path) => {
        const headers = bearer(goodKey(scene));
        const { finding } = await expectStatus(scene, { path, headers }, 400);
        return finding && `${path}: ${finding}`;
      }),
  },
  {
    name: "a key without the scope is refused with 403, and the challenge names the scope",
    leftOut: needsOwnKeys,
    run: async (scene) => {
      const headers = bearer(scene.keys?.without ?? "");
      const { answer, finding } = await expectStatus(scene, { headers }, 403);
      if (finding !== undefined) return finding;
      const challenge = answer.headers["www-authenticate"] ?? "";
      return challenge.includes('error="insufficient_scope"')
        ? undefined
        : "the answer has no challenge with insufficient_scope";
    },
  },
  {
    name: "a key that has had its share is refused with 429, and told how long to wait",
    leftOut: needsOwnKeys,
    run: outOfLimit,
  },
];

async function outOfLimit(scene: Scene): Promise<Finding> {
  const headers = bearer(scene.keys?.once ?? "");
  const first = await scene.gateway.ask({ headers });
  if (!passed(first)) return `the first request is answered with ${first.status}, and should pass`;
  const { answer, finding } = await expectStatus(scene, { headers }, 429);
  if (answer.status === 500) {
    return `${finding}: nginx makes 500 of it, unless the recipe carries it (X-Keyward-Status)`;
  }
  if (finding !== undefined) return finding;
  return /^\d+$/.test(answer.headers["retry-after"] ?? "")
    ? undefined
    : "the answer has no Retry-After";
}

function challenged({ answer, finding }: { answer: Answer; finding: Finding }): Finding {
  if (passed(answer)) return `it passes, with ${answer.status}: nobody is asked for a key`;
  if (finding !== undefined || answer.headers["www-authenticate"] !== undefined) return finding;
  return "the answer has no WWW-Authenticate";
}

function inventedKey(): string {
  const random = systemRandom.bytes(KEY_RANDOM_BYTES);
  return formatKey({ brand: "doctor", kind: "secret", environment: "live", random }).reveal();
}

/** The first thing that is wrong with one of several. */
export async function firstFinding<Item>(
  items: readonly Item[],
  look: (item: Item) => Promise<Finding>,
): Promise<Finding> {
  for (const item of items) {
    const finding = await look(item);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
