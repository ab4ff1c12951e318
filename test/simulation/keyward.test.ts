// One verifier at a time, each against one thing that goes wrong.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Keyward, KeywardError, KeywardUnavailable } from "@keyward/sdk";
import type { FeedEvent, KeywardOptions, ReportUses } from "@keyward/sdk";
import { SimulatedAuthority } from "./authority.ts";
import { Link } from "./network.ts";
import { Prng } from "./prng.ts";
import { Scheduler, SimulatedProcess } from "./scheduler.ts";

class Stage {
  readonly scheduler = new Scheduler();
  readonly random = new Prng(7);
  readonly authority = new SimulatedAuthority(this.scheduler, this.random);
  readonly process = new SimulatedProcess(this.scheduler, 1);
  readonly link = new Link({
    scheduler: this.scheduler,
    random: this.random,
    process: this.process,
    server: this.authority,
  });
  readonly owner = this.authority.createOwner();
  readonly key = this.authority.createKey(this.owner);
  readonly events: FeedEvent[] = [];
  readonly keyward: Keyward;

  constructor(options: Partial<KeywardOptions> = {}) {
    this.keyward = new Keyward({
      url: "https://keyward.test",
      token: this.authority.token,
      api: "acme",
      environment: "live",
      fetch: this.link.fetch,
      clock: this.process.clock,
      timers: this.process.timers,
      random: this.random.next,
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  pass(milliseconds: number): Promise<void> {
    return this.scheduler.runUntil(this.scheduler.nowMs + milliseconds);
  }

  async started(): Promise<this> {
    await this.pass(1_000);
    assert.equal(this.keyward.status().trust, "fresh");
    return this;
  }

  code(presented = this.key.presented): string | undefined {
    return this.keyward.verifyNow(presented)?.code;
  }

  async verify(presented = this.key.presented): Promise<string> {
    const verdict = this.keyward.verify(presented);
    await this.pass(2_500);
    return (await verdict).code;
  }

  typesOf(): readonly string[] {
    return this.events.map((event) => (event.type === "trust" ? event.trust : event.type));
  }
}

test("K11: a known key is decided at once, and a revocation is known as soon as it has travelled", async () => {
  const stage = await new Stage().started();
  assert.equal(stage.code(), "allowed");
  stage.authority.setState(stage.key, "revoked");
  await stage.pass(100);
  assert.equal(stage.code(), "revoked");
  // The first head and the stream are under way at once: either may come first.
  assert.deepEqual(new Set(stage.typesOf()), new Set(["loaded", "fresh", "connected"]));
  assert.equal(stage.typesOf()[0], "loaded");
});

test("a key that was created a moment ago is allowed before the stream has brought it", async () => {
  const stage = await new Stage().started();
  stage.link.stall();
  const created = stage.authority.createKey(stage.owner);
  assert.equal(stage.code(created.presented), undefined);
  const verdict = stage.keyward.verify(created.presented);
  await stage.pass(60);
  assert.equal((await verdict).code, "allowed");
});

test("T22: a look-up that fails is unavailable, not unknown, and the next one succeeds", async () => {
  const stage = await new Stage().started();
  stage.link.stall();
  const created = stage.authority.createKey(stage.owner);
  stage.authority.isDown = true;
  const failed = stage.keyward.verify(created.presented);
  await stage.pass(60);
  assert.equal((await failed).code, "unavailable");
  stage.authority.isDown = false;
  const second = stage.keyward.verify(created.presented);
  await stage.pass(60);
  assert.equal((await second).code, "allowed");
});

test("K8: a key that nobody has is looked up once, and unknown from memory until something changes", async () => {
  const stage = await new Stage().started();
  const invented = stage.authority.invent();
  assert.equal(await stage.verify(invented), "unknown");
  const again = stage.keyward.verify(invented);
  await stage.pass(60);
  assert.equal((await again).code, "unknown");
  assert.equal(stage.code(invented), "unknown");
  stage.authority.changeElsewhere();
  await stage.pass(60);
  assert.equal(stage.code(invented), undefined);
});

test("F18: a stream that stands still is replaced after three seconds without a line", async () => {
  const stage = await new Stage().started();
  stage.link.stall();
  await stage.pass(3_300);
  assert.deepEqual(stage.typesOf().slice(3), ["disconnected", "connected"]);
});

test("F18: what a silent stream does not bring, a head finds and a poll brings, within a second and a half", async () => {
  const stage = await new Stage().started();
  stage.link.stall();
  stage.authority.setState(stage.key, "revoked");
  await stage.pass(1_500);
  assert.equal(stage.code(), "revoked");
});

test("F18: behind a proxy that holds streams back, revocations still arrive in time", async () => {
  const stage = new Stage();
  stage.link.conditions.isBuffering = true;
  await stage.pass(5_000);
  assert.equal(stage.code(), "allowed");
  stage.authority.setState(stage.key, "revoked");
  await stage.pass(1_500);
  assert.equal(stage.code(), "revoked");
  assert.equal(stage.keyward.status().trust, "fresh");
});

test("K2: cut off, a strict verifier stops by itself after 5 s; a bounded one says stale, and stops after its grace", async () => {
  const strict = await new Stage().started();
  const bounded = await new Stage({ freshness: "bounded", graceMs: 3_000 }).started();
  const available = await new Stage({ freshness: "available" }).started();
  const stages = [strict, bounded, available];
  for (const { link } of stages) link.conditions.isPartitioned = true;
  const outcomes = () =>
    stages.map(({ keyward, key }) => {
      const verdict = keyward.verifyNow(key.presented);
      if (verdict === undefined) return undefined;
      return verdict.outcome === "allowed" && verdict.stale ? "stale" : verdict.outcome;
    });
  const passAll = (milliseconds: number) =>
    stages.reduce(
      (before, stage) => before.then(() => stage.pass(milliseconds)),
      Promise.resolve(),
    );
  await passAll(3_900);
  assert.deepEqual(outcomes(), ["allowed", "allowed", "allowed"]);
  await passAll(1_200);
  assert.deepEqual(outcomes(), [undefined, "stale", "stale"]);
  await passAll(3_000);
  assert.deepEqual(outcomes(), [undefined, undefined, "stale"]);
  assert.equal(await strict.verify(), "unavailable");
  assert.equal(await bounded.verify(), "unavailable");
  assert.deepEqual(strict.typesOf().at(-1), "untrusted");
  for (const stage of stages) stage.link.conditions.isPartitioned = false;
  await passAll(6_000);
  assert.deepEqual(outcomes(), ["allowed", "allowed", "allowed"]);
});

test("a verifier whose proof has lapsed asks the authority by digest for each decision", async () => {
  const stage = await new Stage({ maxStalenessMs: 1_000 }).started();
  stage.process.setWallClock(3_600_000);
  assert.equal(stage.code(), undefined);
  stage.authority.setState(stage.key, "revoked");
  const verdict = stage.keyward.verify(stage.key.presented);
  await stage.pass(60);
  assert.equal((await verdict).code, "revoked");
});

test("F08: the first decision after a minute's suspension does not trust what was known before it", async () => {
  for (const stopsMonotonic of [true, false]) {
    const stage = await new Stage().started();
    stage.process.pause(stopsMonotonic);
    stage.authority.setState(stage.key, "revoked");
    await stage.pass(60_000);
    let first: string | undefined = "not asked";
    stage.process.resume(() => {
      first = stage.code();
    });
    assert.equal(first, undefined);
    await stage.pass(3_000);
    assert.equal(stage.code(), "revoked");
  }
});

test("F19: while the authority has never answered, nothing is allowed and nothing denied, and then all is well", async () => {
  const stage = new Stage();
  stage.authority.isDown = true;
  assert.equal(await stage.verify(), "unavailable");
  const notReady = assert.rejects(stage.keyward.ready({ timeoutMs: 2_000 }), KeywardUnavailable);
  await stage.pass(2_000);
  await notReady;
  const ready = stage.keyward.ready({ timeoutMs: 10_000 });
  stage.authority.isDown = false;
  await stage.pass(5_000);
  await ready;
  assert.equal(stage.code(), "allowed");
});

test("a token that the authority refuses ends the wait at once, with its reason", async () => {
  const stage = new Stage({ token: "wrong" });
  const refused = assert.rejects(stage.keyward.ready(), KeywardError);
  await stage.pass(100);
  await refused;
});

test("when the authority's data are others, nothing of the old counts, and the new are loaded", async () => {
  const stage = await new Stage({ freshness: "available" }).started();
  const { epoch } = stage.keyward.status();
  stage.authority.restore();
  await stage.pass(3_000);
  assert.notEqual(stage.keyward.status().epoch, epoch);
  assert.equal(stage.keyward.status().epoch, stage.authority.epoch);
  // The stream that is opened again may be refused before a head names the epoch.
  const reasons = stage.events.flatMap((event) => (event.type === "resync" ? [event.reason] : []));
  assert.ok(reasons.length > 0);
  for (const reason of reasons) assert.ok(["epoch", "resync_required"].includes(reason));
});

test("a verifier that is too far behind goes on deciding by what is proved, while it loads anew", async () => {
  const stage = await new Stage().started();
  stage.link.cut();
  for (let count = 0; count < 10; count++) stage.authority.changeElsewhere();
  stage.authority.trim(2);
  for (let passedMs = 0; passedMs < 3_000; passedMs += 50) {
    assert.equal(stage.code(), "allowed");
    await stage.pass(50);
  }
  assert.equal(stage.keyward.status().applied, stage.authority.rev);
});

test("once closed, a verifier decides nothing, has taken its leave, and leaves nothing running", async () => {
  const stage = await new Stage().started();
  const closed = stage.keyward.close();
  assert.equal(stage.code(), undefined);
  await stage.pass(2_000);
  await closed;
  stage.authority.setState(stage.key, "revoked");
  assert.equal(stage.authority.isRevocationEffective(stage.key), true);
  assert.equal(await stage.verify(), "unavailable");
  assert.equal(stage.keyward.status().connected, false);
});

test("K7: decisions are reported once a second, and the last ones on closing", async () => {
  const batches: Parameters<ReportUses>[0][] = [];
  const stage = await new Stage({
    reportUses: (batch) => Promise.resolve(void batches.push(batch)),
  }).started();
  stage.code();
  stage.keyward.verifyNow(stage.key.presented, { cost: 3, scopes: ["invoices:read"] });
  await stage.pass(1_100);
  stage.keyward.verifyNow(stage.key.presented, { cost: 5 });
  const closed = stage.keyward.close();
  await stage.pass(100);
  await closed;
  assert.deepEqual(
    batches.map(({ sequence, cells }) => [
      sequence,
      cells.map(({ key, code, count, cost }) => [key, code, count, cost]),
    ]),
    [
      [
        1,
        [
          [stage.key.id, "allowed", 1, 1],
          [stage.key.id, "insufficient_scope", 1, 0],
        ],
      ],
      [2, [[stage.key.id, "allowed", 1, 5]]],
    ],
  );
});

test("T38: an event hook that throws, and one that is slow to be told, change nothing", async () => {
  const stage = new Stage({
    onEvent: () => {
      throw new Error("broken");
    },
  });
  await stage.started();
  assert.equal(stage.code(), "allowed");
});
