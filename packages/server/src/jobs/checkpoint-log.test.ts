import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckpointSigner, readCheckpoint } from "../audit/checkpoint.ts";
import type { EventFields } from "../runtime/log.ts";
import { createAcme, openWorkbench } from "../testing/workbench.ts";
import { CheckpointLog } from "./checkpoint-log.ts";

test("once an hour each workspace in which something has happened has its checkpoint in the log, which verifies", async (t) => {
  const { storage, clock, operator, ...bench } = await openWorkbench(t);
  const checkpoints = await CheckpointSigner.fromSeed(new Uint8Array(32).fill(7));
  const said: EventFields[] = [];
  const log = {
    event: (message: string, fields: EventFields = {}) => {
      assert.equal(message, "audit checkpoint");
      said.push(fields);
    },
  };
  const checkpointLog = new CheckpointLog({ storage, checkpoints, clock, log });

  await checkpointLog.writeIfDue();
  await checkpointLog.writeIfDue();
  assert.equal(said.length, 1);
  const events = await bench.auditOf(operator.scope);
  const read = await readCheckpoint(said[0]?.checkpoint ?? "");
  assert.deepEqual(read && [read.workspaceId, read.rev, read.hash, read.kid], [
    operator.scope,
    events.at(-1)?.rev,
    events.at(-1)?.hash,
    checkpoints.key.kid,
  ]);

  await createAcme({ storage, clock, operator, ...bench });
  await checkpointLog.writeIfDue();
  assert.equal(said.length, 1);
  clock.advanceSeconds(3_600);
  await checkpointLog.writeIfDue();
  assert.equal(said.length, 2);
  clock.advanceSeconds(3_600);
  await checkpointLog.writeIfDue();
  assert.equal(said.length, 2);
});
