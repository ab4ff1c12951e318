import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseId } from "@keyward/core/id";
import { readVectors } from "@keyward/core/testing/read-vectors";
import { parseInstant } from "@keyward/core/time";
import { CheckpointSigner, readCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";

interface WireCheckpoint {
  readonly workspace_id: string;
  readonly rev: number;
  readonly hash: string;
  readonly at: string;
}

interface Given {
  readonly sign?: { readonly seed: string; readonly checkpoint: WireCheckpoint };
  readonly read?: string;
}

function checkpointOf({ workspace_id, rev, hash, at }: WireCheckpoint): Checkpoint {
  const [workspaceId, instant] = [parseId("workspace", workspace_id), parseInstant(at)];
  assert.ok(workspaceId !== undefined && instant !== undefined);
  return { workspaceId, rev, hash, at: instant };
}

suite("T62: vectors of checkpoints", () => {
  for (const { name, given, expect } of readVectors<Given>("checkpoints.json", ["sign", "read"])) {
    test(name, async () => {
      if (given.sign !== undefined) {
        const signer = await CheckpointSigner.fromSeed(Buffer.from(given.sign.seed, "hex"));
        assert.equal(await signer.sign(checkpointOf(given.sign.checkpoint)), expect);
        return;
      }
      const read = await readCheckpoint(given.read ?? "");
      if (read === undefined) assert.equal(null, expect);
      else {
        const { kid, ...checkpoint } = read;
        const { kid: expected, ...wire } = expect as WireCheckpoint & { readonly kid: string };
        assert.equal(kid, expected);
        assert.deepEqual(checkpoint, checkpointOf(wire));
      }
    });
  }
});

test("T62: no other text than a checkpoint is one, whatever character of it is changed", async () => {
  const signer = await CheckpointSigner.fromSeed(new Uint8Array(32).fill(7));
  const text = await signer.sign(
    checkpointOf({
      workspace_id: "wsp_01kaqmzw000000000000000000",
      rev: 12,
      hash: "ab".repeat(32),
      at: "2026-11-23T08:00:00.000Z",
    }),
  );
  assert.equal((await readCheckpoint(text))?.kid, signer.key.kid);
  for (let index = 0; index < text.length; index++) {
    const other = text[index] === "A" ? "B" : "A";
    const changed = text.slice(0, index) + other + text.slice(index + 1);
    const read = await readCheckpoint(changed);
    // The stray bits of a last character are the one thing that may differ, and say nothing.
    if (read !== undefined) assert.deepEqual(read, await readCheckpoint(text));
  }
});
