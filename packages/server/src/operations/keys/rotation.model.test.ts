// T15: random life stories of keys, against a model that is too simple to be wrong. After every step the verifier, which
// knows of the keys only what the feed has told it, is asked about every secret that was ever issued.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { OperationError } from "@keyward/core/failure/failures";
import type { FailureCode } from "@keyward/core/failure/failures";
import * as fc from "fast-check";
import { START } from "../../testing/fake-clock.ts";
import { createAcme, createAcmeKey, openWorkbench } from "../../testing/workbench.ts";
import type { Workbench } from "../../testing/workbench.ts";

/** Seconds after the start; `Infinity` is never. */
type Seconds = number;

interface ModelSecret {
  readonly secret: string;
  readonly id: string;
  readonly from: Seconds;
  until: Seconds;
  removed: boolean;
}

interface ModelKey {
  readonly id: string;
  state: "active" | "disabled" | "revoked";
  until: Seconds;
  readonly secrets: ModelSecret[];
}

interface Model {
  now: Seconds;
  readonly keys: ModelKey[];
}

type Story = fc.AsyncCommand<Model, Workbench>;

/** A step that cannot be taken yet is left out: there must be the key that it is about. */
abstract class KeyStep implements Story {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }

  check(model: Readonly<Model>): boolean {
    return model.keys.length > 0;
  }

  async run(model: Model, bench: Workbench): Promise<void> {
    const key = model.keys[this.index % model.keys.length];
    assert.ok(key !== undefined);
    await this.take(key, model.now, bench);
    checkEverySecret(model, bench);
  }

  abstract take(key: ModelKey, now: Seconds, bench: Workbench): Promise<void>;
}

class Create implements Story {
  readonly lifetime: Seconds;

  constructor(lifetime: Seconds) {
    this.lifetime = lifetime;
  }

  check(model: Readonly<Model>): boolean {
    return model.keys.length < 2;
  }

  async run(model: Model, bench: Workbench): Promise<void> {
    const until = model.now + this.lifetime;
    const key = await createAcmeKey(bench, { expires_at: textOf(until) });
    const id = key.secrets[0]?.id ?? "";
    const first = { secret: key.secret, id, from: 0, until: Infinity, removed: false };
    model.keys.push({ id: key.id, state: "active", until, secrets: [first] });
    checkEverySecret(model, bench);
  }

  toString(): string {
    return `create(${this.lifetime})`;
  }
}

class Rotate extends KeyStep {
  readonly overlap: Seconds;
  readonly force: boolean;

  constructor(index: number, overlap: Seconds, force: boolean) {
    super(index);
    this.overlap = overlap;
    this.force = force;
  }

  override async take(key: ModelKey, now: Seconds, bench: Workbench): Promise<void> {
    const live = liveSecrets(key, now);
    const inOverlap = live.length > 1 && live.some(({ until }) => until < Infinity);
    const remaining = this.overlap > 0 && key.until > now ? live.length : 0;
    const failure =
      deadKeyFailure(key, now) ??
      (inOverlap && !this.force ? "rotation_in_progress" : undefined) ??
      (remaining >= 5 ? "too_many_secrets" : undefined);
    const rotated = await expecting(failure, () =>
      bench.write(bench.operator, "keys.rotate", {
        params: { key: key.id },
        body: { overlap_seconds: this.overlap, force: this.force },
      }),
    );
    if (rotated === undefined) return;
    for (const each of live) each.until = Math.min(each.until, now + this.overlap, key.until);
    const id = rotated.secrets.at(-1)?.id ?? "";
    key.secrets.push({ secret: rotated.secret, id, from: 0, until: Infinity, removed: false });
  }

  override toString(): string {
    return `rotate(${this.index}, ${this.overlap}${this.force ? ", force" : ""})`;
  }
}

class AddSecret extends KeyStep {
  readonly start: Seconds;
  readonly length: Seconds;

  constructor(index: number, start: Seconds, length: Seconds) {
    super(index);
    this.start = start;
    this.length = length;
  }

  override async take(key: ModelKey, now: Seconds, bench: Workbench): Promise<void> {
    const isFull = liveSecrets(key, now).length >= 5;
    const failure = deadKeyFailure(key, now) ?? (isFull ? "too_many_secrets" : undefined);
    const from = now + this.start;
    const until = from + this.length;
    const added = await expecting(failure, () =>
      bench.write(bench.operator, "keys.secrets.add", {
        params: { key: key.id },
        body: { not_before: textOf(from), expires_at: textOf(until) },
      }),
    );
    if (added === undefined) return;
    key.secrets.push({ secret: added.secret, id: added.id, from, until, removed: false });
  }

  override toString(): string {
    return `addSecret(${this.index}, ${this.start}, ${this.length})`;
  }
}

class RemoveSecret extends KeyStep {
  readonly secretIndex: number;

  constructor(index: number, secretIndex: number) {
    super(index);
    this.secretIndex = secretIndex;
  }

  override async take(key: ModelKey, now: Seconds, bench: Workbench): Promise<void> {
    const secret = key.secrets[this.secretIndex % key.secrets.length];
    assert.ok(secret !== undefined);
    const { data } = await bench.read(bench.operator, "keys.secrets.list", {
      params: { key: key.id },
    });
    // Ended secrets are let go at times; whether one still is on record is not the model's business.
    const isOnRecord = data.some(({ id }) => id === secret.id);
    const live = liveSecrets(key, now);
    const isLast = data.length === 1 || (live.length === 1 && live[0] === secret);
    const failure = isOnRecord ? (isLast ? "last_secret" : undefined) : "not_found";
    await expecting(failure, () =>
      bench.write(bench.operator, "keys.secrets.remove", {
        params: { key: key.id, secret: secret.id },
      }),
    );
    if (failure === undefined) secret.removed = true;
  }

  override toString(): string {
    return `removeSecret(${this.index}, ${this.secretIndex})`;
  }
}

class ChangeState extends KeyStep {
  readonly action: "enable" | "disable" | "revoke";

  constructor(index: number, action: "enable" | "disable" | "revoke") {
    super(index);
    this.action = action;
  }

  override async take(key: ModelKey, _now: Seconds, bench: Workbench): Promise<void> {
    const isTooLate = key.state === "revoked" && this.action !== "revoke";
    await expecting(isTooLate ? "key_revoked" : undefined, () =>
      bench.write(bench.operator, `keys.${this.action}`, { params: { key: key.id } }),
    );
    if (key.state === "revoked") return;
    key.state = ({ enable: "active", disable: "disabled", revoke: "revoked" } as const)[
      this.action
    ];
  }

  override toString(): string {
    return `${this.action}(${this.index})`;
  }
}

class UpdateEnd extends KeyStep {
  readonly lifetime: Seconds;

  constructor(index: number, lifetime: Seconds) {
    super(index);
    this.lifetime = lifetime;
  }

  override async take(key: ModelKey, now: Seconds, bench: Workbench): Promise<void> {
    const until = now + this.lifetime;
    const failure = key.state === "revoked" ? "key_revoked" : undefined;
    await expecting(failure, () =>
      bench.write(bench.operator, "keys.update", {
        params: { key: key.id },
        body: { expires_at: textOf(until) },
      }),
    );
    if (failure === undefined) key.until = until;
  }

  override toString(): string {
    return `updateEnd(${this.index}, ${this.lifetime})`;
  }
}

class Wait implements Story {
  readonly seconds: Seconds;

  constructor(seconds: Seconds) {
    this.seconds = seconds;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, bench: Workbench): Promise<void> {
    model.now += this.seconds;
    bench.clock.advanceSeconds(this.seconds);
    checkEverySecret(model, bench);
    return Promise.resolve();
  }

  toString(): string {
    return `wait(${this.seconds})`;
  }
}

/** Every failure and verdict that the stories have come to. */
const met = new Set<string>();

function textOf(until: Seconds): string | null {
  return until === Infinity ? null : new Date(START + until * 1_000).toISOString();
}

function liveSecrets(key: ModelKey, now: Seconds): readonly ModelSecret[] {
  return key.secrets.filter(({ removed, until }) => !removed && now < until);
}

function deadKeyFailure(key: ModelKey, now: Seconds): FailureCode | undefined {
  if (key.state === "revoked") return "key_revoked";
  return now < key.until ? undefined : "key_expired";
}

/** Does the work and answers with its result; when it must fail, makes sure that it does, and answers nothing. */
async function expecting<Result>(
  failure: FailureCode | undefined,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    const result = await work();
    assert.equal("done", failure ?? "done");
    met.add("done");
    return result;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    assert.equal(error.code, failure);
    met.add(error.code);
    return undefined;
  }
}

function checkEverySecret({ now, keys }: Model, bench: Workbench): void {
  for (const key of keys) {
    for (const { secret, from, until, removed } of key.secrets) {
      const isGood =
        key.state === "active" && now < key.until && !removed && from <= now && now < until;
      const { scope } = bench.operator;
      const { code } = bench.verifier.verify(scope, secret, {}, bench.clock.now());
      met.add(code);
      assert.equal(code === "allowed", isGood, `${secret.slice(-4)}: ${code}`);
      // A secret that is no longer on record is unknown; one that is says what its key is.
      if (key.state === "revoked") assert.match(code, /^(?:revoked|unknown)$/);
    }
  }
}

const anyIndex = fc.nat({ max: 1 });
const anyLifetime = fc.constantFrom(1, 5, 20, Infinity);
const anySecond = fc.constantFrom(0, 1, 2, 5, 10);

const anyStep: readonly fc.Arbitrary<Story>[] = [
  anyLifetime.map((lifetime) => new Create(lifetime)),
  fc
    .tuple(anyIndex, anySecond, fc.boolean())
    .map(([index, overlap, force]) => new Rotate(index, overlap, force)),
  fc
    .tuple(anyIndex, anySecond, anyLifetime)
    .map(([index, start, length]) => new AddSecret(index, start, length)),
  // Often, because a key is full only with five that last.
  anyIndex.map((index) => new AddSecret(index, 0, Infinity)),
  fc.tuple(anyIndex, fc.nat({ max: 9 })).map(([index, secret]) => new RemoveSecret(index, secret)),
  fc
    .tuple(anyIndex, fc.constantFrom("enable" as const, "enable" as const, "disable" as const))
    .map(([index, action]) => new ChangeState(index, action)),
  // Seldom, because it ends the story of the key.
  fc
    .tuple(anyIndex, fc.integer({ min: 0, max: 3 }))
    .map(([index, chance]) =>
      chance === 0 ? new ChangeState(index, "revoke") : new ChangeState(index, "enable"),
    ),
  fc.tuple(anyIndex, anyLifetime).map(([index, lifetime]) => new UpdateEnd(index, lifetime)),
  fc.constantFrom(1, 1, 2, 5).map((seconds) => new Wait(seconds)),
];

/** Chance fills a key seldom. */
const FULL_KEY: readonly Story[] = [
  new Create(Infinity),
  ...Array.from({ length: 5 }, () => new AddSecret(0, 0, Infinity)),
  new Rotate(0, 10, false),
  new Rotate(0, 0, false),
  new Wait(1),
];

async function openWithAcme(t: TestContext): Promise<Workbench> {
  const bench = await openWorkbench(t);
  await createAcme(bench);
  return bench;
}

test("T15, K2: through any life a key works exactly when the plain model says so, and never again once revoked", async (t) => {
  const bench = await openWithAcme(t);
  await fc.asyncModelRun(() => ({ model: { now: 0, keys: [] }, real: bench }), FULL_KEY);
  const stories = fc.commands([...anyStep], { maxCommands: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(stories, async (commands) => {
      const now = (bench.clock.now() - START) / 1_000;
      await fc.asyncModelRun(() => ({ model: { now, keys: [] }, real: bench }), commands);
    }),
    { numRuns: 150 },
  );
  // Stories that never come to a refusal or a verdict would say nothing of it.
  assert.deepEqual([...met].sort(), [
    "allowed",
    "disabled",
    "done",
    "expired",
    "key_expired",
    "key_revoked",
    "last_secret",
    "not_found",
    "not_yet_valid",
    "revoked",
    "rotation_in_progress",
    "too_many_secrets",
    "unknown",
  ]);
});
